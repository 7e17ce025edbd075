import json

import pytest

from evomerge.errors import RecipeError
from evomerge.ledger import Split
from evomerge.permissions import NOTHING
from evomerge.recipe import FitnessTerm, Splits
from evomerge.score.items.splits import assign
from evomerge.score.items.units import Units
from evomerge.score.prompts.document import gold_answer, question_text
from evomerge.score.tasks.task import Task
from tests.score.small_tasks import SHOTS

SIZES = Splits(search=12, validation=10, test=18)
OWN = "fewshot_config: {sampler: default, samples: "


def bare(file, extra=""):
    """The task without examples of its own."""
    lines = [line for line in file.read_text().splitlines() if "fewshot_config" not in line]
    file.write_text("\n".join([*lines, extra, ""]))
    return file


def shown(task, items, recorder, units=None, searched=None):
    """The prompt of each item, with its examples."""
    divided = assign(items, SIZES)
    searched = divided[Split.SEARCH] if searched is None else searched
    more = {} if units is None else {"units": units}
    asked = task.ask(items, recorder, False, searched, **more)
    return divided, {i.id: recorder.tokenizer.decode(i.requests[0].prompt) for i in asked}


def told(task, item):
    """The question with its answer, as an example shows them."""
    doc = task.docs[item.id]
    return f"{question_text(task._task, doc)} {gold_answer(task._task, doc)}"


@pytest.mark.parametrize(
    "extra",
    ["", "fewshot_split: test", "fewshot_config: {sampler: first_n}", "validation_split: test"],
)
@pytest.mark.parametrize("shots", [1, 5])
def test_no_prompt_holds_the_answer_of_a_sealed_item_or_its_own(task_file, recorder, extra, shots):
    file = bare(task_file("generation"), extra)
    term = FitnessTerm(task=str(file), metric="exact_match,raw", num_fewshot=shots)
    task = Task(term)
    items = task.questions()
    divided, prompts = shown(task, items, recorder)
    searched = {item.id for item in divided[Split.SEARCH]}
    for item in items:
        examples = {other.id for other in items if told(task, other) in prompts[item.id]}
        assert len(examples) == shots
        assert examples <= searched - {item.id}


def test_without_the_cure_answers_of_sealed_items_are_shown(task_file, recorder):
    """What is mended: lm-eval draws from what is scored."""
    file = bare(task_file("generation"), "fewshot_split: test")
    task = Task(FitnessTerm(task=str(file), metric="exact_match,raw", num_fewshot=5))
    items = task.questions()
    sealed = assign(items, SIZES)[Split.TEST]
    task._task.build_all_requests()
    text = "\n".join(instance.args[0] for instance in task._task.instances)
    assert sum(told(task, item) in text for item in sealed) > 3


def test_examples_depend_on_the_item_and_the_pool_alone(task_file, recorder):
    file = bare(task_file("generation"))
    term = FitnessTerm(task=str(file), metric="exact_match,raw", num_fewshot=3)
    task, again = Task(term), Task(term)
    items = task.questions()
    _, whole = shown(task, items, recorder)
    searched = assign(items, SIZES)[Split.SEARCH]
    part = again.ask(again.questions()[::-1][:9], recorder, False, searched)
    for item in part:
        assert recorder.tokenizer.decode(item.requests[0].prompt) == whole[item.id]
    assert len({prompt.rsplit("\n", 2)[0] for prompt in whole.values()}) > 20


def test_what_hangs_together_is_no_example(task_file, recorder):
    file = bare(task_file("generation"))
    task = Task(FitnessTerm(task=str(file), metric="exact_match,raw", num_fewshot=4))
    items = task.questions()
    searched = assign(items, SIZES)[Split.SEARCH]
    units = Units(groups={item.id: f"g{n % 2}" for n, item in enumerate(searched)})
    _, prompts = shown(task, items, recorder, units)
    for item in searched:
        examples = [other for other in searched if told(task, other) in prompts[item.id]]
        assert len(examples) == 4
        assert {units.unit(other.id) for other in examples} == (
            {"g0", "g1"} - {units.unit(item.id)}
        )


def test_a_task_with_examples_of_its_own_keeps_them(task_file, recorder):
    task = Task(
        FitnessTerm(task=str(task_file("generation")), metric="exact_match,raw", num_fewshot=3)
    )
    _, prompts = shown(task, task.questions(), recorder)
    own = [f"{row['question']} {row['answer']}" for row in SHOTS]
    assert all(sum(example in prompt for example in own) == 3 for prompt in prompts.values())


def test_examples_of_its_own_that_are_asked_are_left_out(task_file, recorder):
    """Two of them stand among the sealed items, one of these in other fields."""
    task = Task(FitnessTerm(task=str(bare(task_file("generation"))), metric="gold_logprob"))
    sealed = assign(task.questions(), SIZES)[Split.TEST][:2]
    docs = [task.docs[item.id] for item in sealed]
    mixed = [docs[0], {**docs[1], "wrong": []}, *SHOTS]
    file = bare(task_file("generation"), OWN + json.dumps(mixed) + "}")
    term = FitnessTerm(task=str(file), metric="exact_match,raw", num_fewshot=12)
    task = Task(term)
    _, prompts = shown(task, task.questions(), recorder)
    asked = [f"{doc['question']} {doc['answer']}" for doc in docs]
    assert not any(example in prompt for example in asked for prompt in prompts.values())


def test_too_few_search_documents_are_told(task_file, recorder):
    file = bare(task_file("generation"))
    term = FitnessTerm(task=str(file), metric="exact_match,raw", num_fewshot=12)
    task = Task(term, NOTHING, "r.yaml:9: ")
    with pytest.raises(
        RecipeError, match=r"r.yaml:9: task .* takes 12 few-shot examples, and has 11"
    ):
        shown(task, task.questions(), recorder)
