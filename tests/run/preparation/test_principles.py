import pytest

from evomerge.errors import RecipeError
from evomerge.permissions import NOTHING, Permissions
from evomerge.recipe import load_recipe
from evomerge.run.preparation.preflight import prepare
from tests.constitution.small import TEXT
from tests.run import small

PYTHON = Permissions(allow_python=True)
ONE = "".join(
    line for line in TEXT.splitlines(True) if "who are" not in line and "story" not in line
)
PROBES = "".join(f'  - {{prompt: "{n} in french ="}}\n' for n in range(10, 40))


@pytest.fixture
def recipe(tmp_path):
    """A recipe with a constitution, of which something may be changed."""

    def load(text=TEXT, change=("", ""), more="", probes=PROBES, judge='python: "rule.py:rule"'):
        (tmp_path / "c.yaml").write_text(text.replace("probes:\n", f"probes:\n{probes}"))
        (tmp_path / "rule.py").write_text("def rule(doc, answer):\n    return 1.0")
        held = f"  constitution: {{file: c.yaml, judge: {{{judge}}}{more}}}\n"
        file = tmp_path / "recipe.yaml"
        file.write_text(small.TEXT.replace(*change) + held)
        return load_recipe(file)

    return load


def opened(recipe, permissions=PYTHON):
    return prepare(recipe, permissions).constitution


def test_a_third_of_the_probes_chooses_and_the_others_prove(recipe):
    first = opened(recipe())
    assert (len(first.searched), len(first.sealed)) == (11, 22)
    assert {*first.searched, *first.sealed} == {*first.probes} == {*first.requests}
    assert not {*first.searched} & {*first.sealed}
    assert first.against == "zoo:base"
    lines = PROBES.splitlines(keepends=True)
    turned = TEXT.replace("probes:\n", "probes:\n" + "".join(lines[::-1]))
    assert opened(recipe(turned)).searched == first.searched


def test_it_is_named_by_all_that_decides_verdicts(recipe, tmp_path):
    sources = [opened(recipe()).source, opened(recipe(more=", max_gen_toks: 9")).source]
    sources.append(opened(recipe(TEXT.replace("ten words", "9 words"))).source)
    made = recipe()
    (tmp_path / "rule.py").write_text("def rule(doc, answer):\n    return 0.0")
    sources.append(opened(made).source)
    assert len({*sources}) == 4


def test_a_recipe_without_one_has_none(tmp_path):
    file = tmp_path / "recipe.yaml"
    file.write_text(small.TEXT)
    assert opened(load_recipe(file), NOTHING) is None


def test_it_is_compared_with_the_parent_that_is_named(recipe):
    assert opened(recipe(more=", against: zoo:largest")).against == "zoo:largest"
    with pytest.raises(RecipeError, match=r"recipe.yaml:\d+: constitution: zoo:french is compared"):
        opened(recipe(more=", against: zoo:french"))
    plain = ("merge_method: task_arithmetic\nbase_model: zoo:base", "merge_method: linear")
    with pytest.raises(RecipeError, match="no model is compared with, which is none of the parent"):
        opened(recipe(change=plain))


def test_mistakes_of_judge_and_probes_are_told_with_their_place(recipe):
    with pytest.raises(RecipeError, match=r"recipe.yaml:\d+: constitution: runs Python code of"):
        opened(recipe(), NOTHING)
    with pytest.raises(RecipeError, match=r"c.yaml:\d+: unknown key 'probe'"):
        opened(recipe(TEXT.replace("probes:", "probe:")))
    with pytest.raises(
        RecipeError, match=r"recipe.yaml:\d+: constitution: has 1 probes, and needs"
    ):
        opened(recipe(ONE, probes=""))


def test_a_judge_that_is_a_parent_is_told(recipe):
    by_parent = opened(recipe(judge="model: zoo:largest"))
    assert by_parent.kin == "zoo:largest"
    told = [*by_parent.cautions(0.05, 0)]
    assert "its judge is the parent zoo:largest, an ancestor of what it judges" in told[-1]
    assert opened(recipe(judge="model: zoo:french")).kin == ""
