"""What a check brings to light, as values; how it is printed is in tests/cli."""

import sys
from dataclasses import FrozenInstanceError

import pytest

import evomerge
from evomerge.errors import RecipeError
from evomerge.ledger import Split
from evomerge.permissions import Permissions
from evomerge.recipe import Gene, parse_recipe
from evomerge.run.scoring import score_model
from evomerge.zoo import TASKS
from tests.approval.signers import ALICE, line
from tests.run.small import TEXT
from tests.score.judges.served import serving, shorter

PARAMETERS = 477_216
"""Of each model of the zoo, in float32."""


@pytest.fixture(scope="module")
def checked(tmp_path_factory):
    file = tmp_path_factory.mktemp("checked") / "small.yaml"
    file.write_text(TEXT + "  cycles: 2\n  random_search: true\n")
    made = evomerge.check(file)
    assert [path.name for path in file.parent.iterdir()] == ["small.yaml"]
    return made


def test_a_recipe_that_is_searched(checked):
    assert isinstance(checked, evomerge.Checked)
    assert [parent.name for parent in checked.parents] == [
        "zoo:base", "zoo:arithmetic", "zoo:largest",
    ]  # fmt: skip
    assert {(p.tensors, p.parameters, p.dtypes) for p in checked.parents} == {
        (38, PARAMETERS, ("float32",))
    }
    assert len({p.content_hash for p in checked.parents}) == 3
    assert [gene.place for gene in checked.genes] == [
        ("models", n, "parameters", "weight") for n in range(2)
    ]
    assert checked.genes[0].gene == Gene(low=0, high=1.5)
    assert checked.points == 2
    assert [gene.start for gene in checked.genes] == [(0.75,), (0.75,)]
    counts = {Split.SEARCH: 24, Split.VALIDATION: 16, Split.TEST: 60}
    assert [(t.name, t.metric, t.items, t.weight) for t in checked.tasks] == [
        ("zoo_arithmetic", "exact_match", counts, 1.0), ("zoo_largest", "acc", counts, 1.0),
    ]  # fmt: skip
    with pytest.raises(FrozenInstanceError):
        checked.points = 3


def test_for_whom_a_winner_would_wait(checked):
    signed = evomerge.check(parse_recipe(TEXT + f"  approval: {{by: [{line(ALICE)}]}}\n"))
    told = "approval: the winner waits in quarantine until 1 of these have signed it: "
    assert told + ALICE.public.label in signed.notes
    assert not [note for note in checked.notes if note.startswith("approval")]


def test_what_it_takes(checked):
    space, cost = checked.space, checked.cost
    assert space.model == 4 * PARAMETERS
    assert space.parents == 3 * space.model
    assert space.disk == 3 * space.model  # the winner, and two elites that join the second cycle
    assert cost.candidate_flop == 2 * PARAMETERS * cost.candidate_tokens
    assert cost.parents_tokens == 4 * cost.candidate_tokens  # three parents and their average
    assert cost.last_race_tokens == 4 * cost.candidate_tokens
    assert (cost.raced, cost.random_search, cost.judged, cost.caution) == (True, True, False, "")


def test_a_budget_that_the_parents_use_up_is_told_with_its_line():
    recipe = parse_recipe(TEXT.replace("{evaluations: 10}", "{tokens: 100}"), "r.yaml")
    caution = evomerge.check(recipe).cost.caution
    assert caution.startswith("r.yaml:13: parents and their average may take up to ")
    assert caution.endswith("of a budget of 100: no candidate may be evaluated")


def test_a_gene_is_told_with_the_methods_that_take_it():
    method = "{gene: {choice: [task_arithmetic, ties]}}"
    text = TEXT.replace("merge_method: task_arithmetic", f"merge_method: {method}")
    text = text.replace("high: 1.5}}}}\n", "high: 1.5}}, density: {gene: {low: 0.1, high: 1}}}}\n")
    genes = evomerge.check(parse_recipe(text)).genes
    assert {gene.place[-1]: gene.methods for gene in genes} == {
        "merge_method": (), "weight": (), "density": ("ties",),
    }  # fmt: skip


def test_genes_begin_where_start_from_says():
    text = TEXT.replace("evolve:\n", "evolve:\n  start_from: [parents, uniform]\n")
    first, second = evomerge.check(parse_recipe(text)).genes
    assert [*first.start, *second.start] == pytest.approx([1, 0], abs=1e-5)


def test_genes_of_a_path_are_told_by_kind():
    text = f"""\
merge_method: passthrough
slices:
  - sources: [{{model: zoo:base, layer_range: [0, 4]}}]
  - sources: [{{model: zoo:arithmetic, layer_range: [0, 4]}}]
path: {{gene: {{repeats: 2, scale: {{low: 0.5, high: 1.5}}}}}}
{TEXT[TEXT.index("evolve:") :]}"""
    found = evomerge.check(parse_recipe(text))
    told = [(gene.place, gene.gene.points) for gene in found.genes]
    assert told == [(("path", "include"), 16), (("path", "scale"), 64)]
    assert found.points == 16 + 64
    assert found.space.model > 1.7 * 4 * PARAMETERS  # all layers of both are in memory
    flop = 4 * 2 * PARAMETERS * found.cost.candidate_tokens  # sixteen layers, where one has four
    assert found.cost.candidate_flop == flop
    assert not any("has no effect" in note for note in found.notes)


def test_a_recipe_that_is_merged():
    text = TEXT[: TEXT.index("evolve:")].replace("{gene: {low: 0, high: 1.5}}", "0.5, density: 0.3")
    checked = evomerge.check(parse_recipe(text + "dtype: bfloat16\n"))
    assert (checked.genes, checked.tasks, checked.cost) == ((), (), None)
    assert checked.space.disk == checked.space.model == 2 * PARAMETERS
    assert [note for note in checked.notes if "density has no effect" in note]
    (licence,) = [note for note in checked.notes if "licence" in note]
    assert licence.startswith("licence: apache-2.0, that of the models that name one")


def test_looks_at_its_sealed_items_are_told(tmp_path, checked):
    assert not [note for note in checked.notes if "looked at before" in note]
    recipe, registry = parse_recipe(TEXT), str(tmp_path / "registry")
    assert evomerge.check(recipe, registry=registry).notes == checked.notes
    score_model("zoo:french", recipe, "test", "cpu", unseal=True, registry=registry)
    notes = evomerge.check(recipe, registry=registry).notes
    (told,) = [note for note in notes if "looked at before" in note]
    assert told.startswith("caution: 120 of the sealed items have been looked at before")


def test_what_is_wrong_is_told_with_its_line():
    with pytest.raises(RecipeError, match=r"r\.yaml:4: .*weigth"):
        evomerge.check(parse_recipe(TEXT.replace("{weight:", "{weigth:", 1), "r.yaml"))
    without = TEXT.replace("{gene: {low: 0, high: 1.5}}", "1")
    with pytest.raises(RecipeError, match="no genes, so there is nothing to search for"):
        evomerge.check(parse_recipe(without))


def test_a_strangers_judge_is_sent_nothing_until_the_user_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("STOLEN", "sesame")
    monkeypatch.setenv("MINE", "barley")
    with serving(shorter) as server:
        judge = f"judge: {{model: m, rubric: r, url: '{server.url}', key_env: STOLEN}}"
        text = TEXT.replace("zoo_arithmetic, metric: exact_match", f"zoo_french, {judge}")
        (tmp_path / "theirs.yaml").write_text(text)
        notes = " ".join(evomerge.check(tmp_path / "theirs.yaml").notes)
        host = server.url.removeprefix("http://").removesuffix("/v1")
        assert f"the judge at {host} was not asked (--ask-judges has it tried)" in notes
        assert f"--allow-judge {host}=STOLEN" in notes
        with pytest.raises(RecipeError, match=rf"theirs.yaml:\d+: .*--allow-judge {host}=STOLEN"):
            evomerge.check(tmp_path / "theirs.yaml", permissions=Permissions())
        assert server.asked == []
        allowed = Permissions(allow_judges=(f"{host}=MINE",))
        evomerge.check(tmp_path / "theirs.yaml", permissions=allowed)
    assert {asked.headers["Authorization"] for asked in server.asked} == {"Bearer barley"}


def test_data_elsewhere_are_not_read_for_a_stranger(tmp_path):
    (tmp_path / "theirs").mkdir()
    (tmp_path / "secret.jsonl").write_text('{"question": "sesame", "answer": "x"}\n')
    task = (TASKS / "french.yaml").read_text().replace("french.jsonl", "../secret.jsonl")
    (tmp_path / "theirs" / "task.yaml").write_text(task)
    recipe = tmp_path / "theirs" / "recipe.yaml"
    recipe.write_text(TEXT.replace("task: zoo_arithmetic", "task: task.yaml"))
    said = rf"recipe.yaml:\d+: .*task.yaml:\d+: data_files: {tmp_path}/secret.jsonl lies in no"
    with pytest.raises(RecipeError, match=said) as refused:
        evomerge.check(recipe)
    assert f"--include-path {tmp_path}" in str(refused.value)
    text = tmp_path / "theirs" / "text.yaml"
    term = f"text: {tmp_path}/secret.jsonl"
    text.write_text(TEXT.replace("task: zoo_arithmetic, metric: exact_match", term))
    with pytest.raises(RecipeError, match=rf"text.yaml:\d+: text .*--include-path {tmp_path}"):
        evomerge.check(text)


def test_an_algorithm_whose_package_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "optuna", None)
    text = TEXT.replace("{population: 4}", "{algorithm: tpe, population: 4}")
    with pytest.raises(RecipeError, match=r"pip install 'evomerge\[search\]'"):
        evomerge.check(parse_recipe(text))


CURRICULUM = """\
  curriculum:
    task: zoo_arithmetic
    writers:
      - {name: sums, program: sums.py, count: 30}
      - {name: more, model: MODEL, prompt: "like {{missed}}", count: 4}
"""


def test_what_the_population_will_write_is_told_once_its_programs_run(tmp_path):
    file = tmp_path / "r.yaml"
    file.write_text(TEXT + CURRICULUM.replace("MODEL", "leader"))
    (tmp_path / "sums.py").write_text("print('{}\\n{}\\n{}')")
    notes = evomerge.check(file).notes
    assert any(
        one.startswith("curriculum: in each cycle sums writes 30 items by a program")
        for one in notes
    )
    assert any(one.startswith("caution: curriculum: nobody verifies") for one in notes)


@pytest.mark.parametrize(
    "model, source, told",
    [
        ("zoo:reverse", "print('{}')", "r.yaml:.*zoo:reverse is none of the recipe's models"),
        ("leader", "1 / 0", "r.yaml:.*sums.py:1: ZeroDivisionError"),
    ],
)
def test_a_curriculum_that_cannot_be_written_is_refused(tmp_path, model, source, told):
    file = tmp_path / "r.yaml"
    file.write_text(TEXT + CURRICULUM.replace("MODEL", model))
    (tmp_path / "sums.py").write_text(source)
    with pytest.raises(RecipeError, match=told):
        evomerge.check(file)
