"""From folders of models and a CSV to a verdict, without a file edited."""

import json
import shutil

import pytest

from evomerge.drafting import effort
from evomerge.drafting.drafting import init
from evomerge.drafting.request import DraftRequest
from evomerge.errors import ParentError, UserError
from evomerge.recipe import Genome, load_recipe
from evomerge.run.checks.check import check
from evomerge.run.commands import evolve
from evomerge.zoo import TASKS, zoo_folder
from tests.drafting.written import write_csv, write_jsonl

SKILLS = ("arithmetic", "french", "largest")
CARD = "---\nbase_model: zoo:base\nlicense: apache-2.0\n---\n# A specialist\n"


def write_models(folder):
    """Copies of the zoo's specialists that say in their cards what they come from."""
    for skill in SKILLS:
        shutil.copytree(zoo_folder(f"zoo:{skill}"), folder / skill)
        (folder / skill / "README.md").write_text(CARD)
    return tuple(str(folder / skill) for skill in SKILLS)


def first(skill, count=40):
    """The first of the zoo's questions of a skill."""
    return map(json.loads, (TASKS / f"{skill}.jsonl").read_text().splitlines()[:count])


def write_questions(folder):
    """Questions of two skills, as a spreadsheet has them."""
    rows = [(one["question"], one["answer"]) for skill in SKILLS[:2] for one in first(skill)]
    return write_csv(folder / "skills.csv", ["Question", "Answer"], rows)


def write_task(folder):
    """Questions of the third one, as a task of lm-eval's."""
    shutil.copy(TASKS / "largest.yaml", folder)
    write_jsonl(folder / "largest.jsonl", first("largest"))
    return str(folder / "largest.yaml")


@pytest.fixture(scope="module")
def drafted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drafted")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(effort, "MOST_A_GENE", 3)  # a search that takes seconds
        patch.setattr(effort, "MOST_POINTS", 1)
        request = DraftRequest(
            write_models(folder),
            (write_questions(folder),),
            (write_task(folder),),
            out=folder / "mine.yaml",
            minutes=600,
        )
        return init(request)


def test_the_recipe_holds_what_was_found(drafted):
    recipe = load_recipe(drafted.recipe)
    folder = drafted.recipe.parent
    assert recipe.parent_names == ("zoo:base", *(str(folder / skill) for skill in SKILLS))
    assert recipe.merge_method == "task_arithmetic"
    assert len(Genome(recipe)) == 3
    sums, largest = recipe.evolve.fitness
    assert (sums.task, sums.metric) == (str(folder / "mine_items/skills.yaml"), "exact_match")
    assert (largest.task, largest.metric) == (str(folder / "largest.yaml"), "acc")
    assert recipe.evolve.budget.evaluations == 9
    assert recipe.evolve.budget.minutes < 600
    assert not recipe.evolve.apply_chat_template


def test_it_says_why(drafted):
    text, notes = drafted.recipe.read_text(), " ".join(drafted.notes)
    assert "the model card of" in notes
    assert "questions from 'Question', answers from 'Answer'; answers are short" in notes
    assert "3 genes, one each, for 9 evaluations" in notes
    assert "of 120 questions half are sealed" in notes
    assert "arXiv 2511.21437" in text
    assert any(note.startswith("proof: ") for note in drafted.checked.notes)


def test_it_passes_the_check_as_it_was_checked(drafted):
    again = check(drafted.recipe)
    assert again.tasks == drafted.checked.tasks
    assert again.genes == drafted.checked.genes
    assert not [note for note in again.notes if note.startswith("caution")]


def test_it_runs_to_a_verdict(drafted):
    run = evolve(drafted.recipe, drafted.recipe.parent / "run")
    assert run.verdict.winner > run.verdict.best_parent
    assert sorted(path.name for path in drafted.recipe.parent.iterdir() if path.is_file()) == [
        "largest.jsonl",
        "largest.yaml",
        "mine.yaml",
        "skills.csv",
    ]


def test_it_is_not_written_twice(drafted):
    before = drafted.recipe.read_text()
    request = DraftRequest(("zoo:french",), tasks=("zoo_french",), out=drafted.recipe)
    with pytest.raises(UserError, match="exists already; say another --out"):
        init(request)
    assert drafted.recipe.read_text() == before


def test_models_that_do_not_fit_together_leave_nothing_behind(tmp_path, make_model):
    out = tmp_path / "new" / "mine.yaml"
    out.parent.mkdir()
    odd = (make_model("odd"),)
    request = DraftRequest(odd, (write_questions(tmp_path),), base="zoo:base", out=out)
    with pytest.raises(ParentError):
        init(request)
    assert [*out.parent.iterdir()] == []
