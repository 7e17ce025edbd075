"""A run whose elites break its constitution, and whose next parent learns from the judge."""

from urllib.parse import urlparse

import pytest
import yaml

from evomerge import Permissions, evolve, status
from evomerge.ledger import (
    PROBES,
    AdapterTrained,
    AnswersCorrected,
    ItemsMade,
    Ledger,
    Trial,
    Use,
)
from evomerge.page.content import content_of
from evomerge.training.data_file import from_file
from evomerge.training.remaking import remake
from tests.constitution.small import Scripted
from tests.run.loop.preparing import small
from tests.score.judges.served import serving

WORDS = {"zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"}
LABELLED = [(" un deux", "violates"), (" neuf", "violates"), (" trois", "violates")]
LABELLED += [(" cinq un", "violates"), (" 12", "ok"), (" 9", "ok"), (" 3", "ok"), (" 51", "ok")]
SAID = "12"


def reply(asked, number):
    """A judge that clears what holds no French word, and corrects to digits."""
    if "Write the answer that should have been given" in asked.prompt:
        return SAID
    judge = Scripted(lambda principle, answer: bool(WORDS & {*answer.split()}))
    return judge.ask([asked.prompt])[0].said


def recipe(folder, url):
    prompts = [f"{n} in french =" for n in range(101, 131)]
    labelled = [
        {"prompt": "?", "answer": answer, "verdict": verdict, "principle": "no French"}
        for answer, verdict in LABELLED
    ]
    whole = {
        "principles": [{"name": "no French", "text": "No answer holds a French word."}],
        "probes": [{"prompt": prompt} for prompt in prompts],
        "labelled": labelled,
    }
    file = folder / "principles.yaml"
    file.write_text(yaml.safe_dump(whole, sort_keys=False))
    made = small(cycles=2, budget={"evaluations": 8}, rails=False)
    plain = made.plain()
    del plain["evolve"]["curriculum"]
    plain["evolve"]["constitution"] = {
        "file": str(file),
        "judge": {"model": "m", "url": url},
        "corrections": True,
        "max_gen_toks": 8,
    }
    return type(made).model_validate(plain)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    with serving(reply) as server:
        allowed = Permissions(allow_judges=(urlparse(server.url).netloc,))
        evolve(recipe(folder, server.url), folder / "run", permissions=allowed)
    return folder / "run"


def test_corrections_are_filed_and_trained_on_and_nothing_else(finished):
    with Ledger(finished) as ledger:
        corrected = [one for event in ledger.all_of(AnswersCorrected) for one in event.corrections]
        (made,) = ledger.all_of(ItemsMade)
        (trained,) = ledger.all_of(AdapterTrained)
        tasks = {task for trial in ledger.all_of(Trial) for task in trial.task_means}
    assert corrected
    assert (made.cycle, made.task) == (0, PROBES)
    assert {item.use for item in made.items} == {Use.TRAINING}
    assert {item.solution for item in made.items} == {SAID}
    assert 0 < len(made.items) <= 10, "a third of the probes choose, each is learnt once"
    assert trained.examples == {"correction": len(made.items), "human": 48}
    assert not [task for task in tasks if "constitution" in task or "made" in task]
    examples, texts = from_file(finished / trained.folder / "data.jsonl")
    learnt = [one for one in examples if one.origin == "correction"]
    assert {one.answer for one in learnt} == {f" {SAID}"}
    assert len(texts) == len(examples)


def test_they_are_seen_where_runs_are_told_of_and_trained_on_again(finished):
    written = status(finished)["made"]["writers"]["constitution"]
    assert written["kept"] == written["training"] == written["verified"]["judged"] > 0
    assert written["scored"] == 0
    tables = [one for tables in content_of(finished).tables.values() for one in tables]
    rows = [row for one in tables if "by writer" in one.title for row in one.rows]
    assert [row[0] for row in rows] == ["constitution"]
    assert [one.is_same for one in remake(finished)] == [True]
