"""Parents and elites, asked between two cycles."""

from evomerge.curriculum import ModelQuestion
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.loop.asking import PopulationAsker
from evomerge.run.loop.population import Population
from evomerge.run.preparation.prompting import recorder_for
from tests.run.loop.preparing import prepared, workers


def question(model, prompt, key=0, temperature=0.0):
    return ModelQuestion(model, prompt, 8, ("\n",), temperature, 1.0, key)


def opened():
    ready = prepared()
    parents = Population.opened(ready, [], workers, lambda: None)
    return ready, parents


def test_each_model_says_what_it_knows_in_the_order_of_the_questions():
    ready, opening = opened()
    recorder = recorder_for(ready.parents["zoo:base"], ready.tokenizer)
    with opening as population:
        arithmetic = population.named("zoo:arithmetic", 0)
        elites = [Offspring(arithmetic, "a"), Offspring(population.named("zoo:french", 0), "b")]
        whole = Population(population.parents, elites, population.workers, lambda: None)
        asker = PopulationAsker(whole, recorder)
        asked = [
            question("zoo:french", "85 in french ="),
            question("zoo:arithmetic", "37 + 48 in digits ="),
            question("leader", "11 + 11 in digits ="),
            question("elite", "11 + 11 in digits =", key=2),
            question("elite", "7 in french =", key=3),
        ]
        replies = asker.ask(asked)
        assert [reply.text.strip() for reply in replies] == ["huit cinq", "85", "22", "22", "sept"]
        assert all(reply.finished and reply.tokens > 3 for reply in replies)
        assert [r.text for r in asker.ask(asked[::-1])] == [r.text for r in replies][::-1]


def test_what_is_drawn_follows_from_its_key():
    ready, opening = opened()
    recorder = recorder_for(ready.parents["zoo:base"], ready.tokenizer)
    with opening as population:
        asker = PopulationAsker(population, recorder)
        asked = [question("zoo:base", "37 + 48 in french =", key, 3.0) for key in range(16)]
        drawn = [reply.text for reply in asker.ask(asked)]
        assert len({*drawn}) > 4
        assert [reply.text for reply in asker.ask(asked[3:5])] == drawn[3:5]
