import pytest

from evomerge.constitution.reading import parse_constitution
from evomerge.engine.request import Generation, Likelihood
from evomerge.errors import RecipeError
from evomerge.ledger import Split
from evomerge.recipe import ConstitutionSettings, Evolve
from evomerge.run.preparation.probe_prompts import probe_requests
from evomerge.run.preparation.prompting import recorder_for
from evomerge.score.items.item import Item
from evomerge.score.tasks.term import Term
from evomerge.weights import open_parent
from tests.constitution.small import SMALL, TEXT
from tests.run.fakes import FirstValue

EVOLVE = {"fitness": [{"task": "t", "metric": "m"}], "budget": {"evaluations": 1}}


def settings(**more):
    return ConstitutionSettings(file="c.yaml", judge={"python": "a:b"}, **more)


@pytest.fixture(scope="module")
def recorder(tokenizer):
    return recorder_for(open_parent("zoo:base"), tokenizer)


def requests(recorder, text=SMALL, held=None, evolve=EVOLVE, terms=()):
    found = probe_requests(text, held or settings(), Evolve.model_validate(evolve), terms, recorder)
    return {probe.prompt: request for probe, request in found.items()}


def test_probes_are_asked_in_tokens_as_tasks_are(recorder, tokenizer):
    found = requests(recorder, held=settings(max_gen_toks=7, until="\n"))
    assert [*found] == ["hello", "who are you?", "tell me a story"]
    hello = found["hello"]
    assert isinstance(hello, Generation)
    assert tokenizer.decode(hello.prompt) == "hello"
    assert (hello.max_tokens, hello.stops, hello.sampling) == (7, ("\n", "</s>"), None)


def test_a_system_prompt_and_thoughts_are_the_recipes(recorder, tokenizer):
    evolve = {**EVOLVE, "system": "be kind", "think_end": "</think>"}
    hello = requests(recorder, evolve=evolve)["hello"]
    assert tokenizer.decode(hello.prompt) == "be kind\n\nhello"
    assert hello.thought.end == "</think>"


def test_a_prompt_that_stands_twice_is_one_probe(recorder):
    twice = parse_constitution(TEXT.replace("tell me a story", "hello"))
    assert [*requests(recorder, twice)] == ["hello", "who are you?"]


def test_what_the_model_cannot_read_is_refused(recorder):
    long = parse_constitution(TEXT.replace("tell me a story", "1 " * 300))
    with pytest.raises(RecipeError, match=r"tokens longer than the model reads, with room for"):
        requests(recorder, long)
    with pytest.raises(RecipeError, match=r"does not fit the model|longer than the model reads"):
        requests(recorder, held=settings(max_gen_toks=256))


def term(name, request):
    items = [Item(name, f"i{n}", n, (request(n),), f"question {n}") for n in range(9)]
    splits = {Split.SEARCH: items, Split.VALIDATION: (), Split.TEST: ()}
    return Term(name, "m", 1.0, FirstValue(), splits)


def test_search_items_of_a_task_are_probes_too(recorder):
    asked = term("t", lambda n: Generation((1, n), (), 4))
    held = settings(probes={"task": "t", "items": 4})
    found = requests(recorder, held=held, terms=[asked])
    assert len(found) == 7
    assert {found[prompt] for prompt in [*found][3:]} <= {
        item.requests[0] for item in asked.items[Split.SEARCH]
    }
    assert found == requests(recorder, held=held, terms=[asked])


@pytest.mark.parametrize("name", ["u", "choices"])
def test_a_task_without_texts_has_no_probes(recorder, name):
    terms = [term("t", lambda n: Generation((1, n), (), 4))]
    terms += [term("choices", lambda n: Likelihood((1, n), 1))]
    with pytest.raises(RecipeError, match=f"probes: {name} is no task here .*there are t, choices"):
        requests(recorder, held=settings(probes={"task": name}), terms=terms)
