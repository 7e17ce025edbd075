"""Prompts wrapped as a recipe asks."""

from evomerge.curriculum import ModelQuestion
from evomerge.run.loop.asking import PopulationAsker
from evomerge.run.loop.population import Population
from evomerge.run.preparation.prompting import recorder_for
from tests.run.loop.preparing import prepared, workers


def test_a_prompt_is_a_turn_where_prompts_are_chat_turns():
    ready = prepared()
    seen = []

    def turns(chat):
        seen.append(chat)
        return "85 in french ="

    recorder = recorder_for(ready.parents["zoo:base"], ready.tokenizer)
    with Population.opened(ready, [], workers, lambda: None) as population:
        asker = PopulationAsker(population, recorder, turns)
        (reply,) = asker.ask([ModelQuestion("zoo:french", "say 85", 8, ("\n",), 0.0, 1.0, 0)])
    assert reply.text.strip() == "huit cinq"
    assert seen == [[{"role": "user", "content": "say 85"}]]
