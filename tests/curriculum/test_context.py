from evomerge.recipe.generation import GenerationSettings
from tests.curriculum.contexts import context_of
from tests.curriculum.population import CHAIN, curriculum


def test_a_question_says_all_that_its_answer_follows_from():
    context = context_of(curriculum(CHAIN))
    saying = GenerationSettings(max_gen_toks=7, until=["."], top_p=0.5)
    one = context.question("m", "p", saying, 0.3, "vote", 1)
    assert (one.model, one.prompt, one.max_tokens, one.stops) == ("m", "p", 7, (".",))
    assert (one.temperature, one.top_p, one.key) == (0.3, 0.5, context.key("vote", 1))
    assert context.key("vote", 1) != context.key("vote", 2)
