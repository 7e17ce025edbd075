from pathlib import Path

import pytest

from evomerge.errors import RecipeError
from evomerge.recipe import Curriculum, load_recipe, parse_recipe
from evomerge.recipe.curriculum import SolvedShare

HEAD = """\
merge_method: linear
models: [{model: zoo:arithmetic}, {model: zoo:french}]
evolve:
  fitness: [{task: sums, metric: acc}, {task: words, metric: acc, name: spelt}, {text: x.txt}]
  budget: {evaluations: 8}
  curriculum:
"""
TEXT = """\
    task: sums
    writers:
      - {name: drawn, program: sums.py, count: 300}
      - name: told
        count: 20
        questions: {program: draw.py}
        chain:
          - {ask: zoo:arithmetic, prompt: "{{question}} in digits ="}
          - {ask: leader, prompt: "{{answer}} in french =", until: [".", ","], temperature: 0.5}
        document: {question: "{{question}} in french =", answer: "{{answer}}"}
      - {name: retold, count: 1, questions: {task: spelt}, chain: [{ask: elite, prompt: p}],
         document: {q: "{{answer}}"}}
      - {name: variants, model: zoo:french, prompt: "like {{missed}}", count: 100}
      - {name: sent, model: big, url: "http://localhost:8000/v1", prompt: p, count: 1}
    verifiers:
      - {program: check.py}
      - {agreement: 0.6, samples: 5}
      - {agreement: 2, of: [zoo:french, told, elite]}
      - {judge: zoo:arithmetic, rubric: The sum is right.}
    solved: {least: 0.1, most: 0.8}
"""


def read(text=TEXT):
    return parse_recipe(HEAD + text, "r.yaml").evolve.curriculum


def test_every_kind_of_writer_and_verifier_is_read():
    curriculum = read()
    kinds = [type(one).__name__ for one in (*curriculum.writers, *curriculum.verifiers)]
    assert kinds == [
        *("ProgramWriter", "ChainWriter", "ChainWriter", "ModelWriter", "ModelWriter"),
        *("ProgramVerifier", "Agreement", "Agreement", "JudgeVerifier"),
    ]
    assert curriculum.solved == SolvedShare(least=0.1, most=0.8)
    assert (curriculum.share, curriculum.scored) == (0.3, 0.3)
    first, second = curriculum.chains["told"].chain
    assert (first.until, first.max_gen_toks, first.temperature) == (("\n",), 64, None)
    assert (second.until, second.temperature) == ((".", ","), 0.5)


def test_it_says_which_programs_models_and_tasks_it_names_and_where():
    curriculum = read()
    assert [file for _, file in curriculum.programs] == ["sums.py", "draw.py", "check.py"]
    assert curriculum.asked == (
        (("writers", 1, "chain", 0, "ask"), "zoo:arithmetic"),
        (("writers", 1, "chain", 1, "ask"), "leader"),
        (("writers", 2, "chain", 0, "ask"), "elite"),
        (("writers", 3, "model"), "zoo:french"),
        (("verifiers", 2, "of", 0), "zoo:french"),
        (("verifiers", 2, "of", 2), "elite"),
        (("verifiers", 3, "judge"), "zoo:arithmetic"),
    )
    assert curriculum.tasks == (
        (("task",), "sums"),
        (("writers", 2, "questions", "task"), "spelt"),
    )


def test_it_is_written_as_it_was_read():
    plain = read().model_dump(mode="json", exclude_defaults=True)
    assert Curriculum.model_validate(plain) == read()
    assert "scored" not in plain


@pytest.mark.parametrize(
    "old, new, line, problem",
    [
        ("task: sums", "task: sum", 7, "'sum' is no task of the fitness; there are spelt, sums"),
        ("{task: spelt}", "{task: x}", 17, "'x' is no task of the fitness"),
        ("{program: draw.py}", "{}", 12, "either a program or a task"),
        ("name: told", "name: drawn", 10, "two writers are called 'drawn'"),
        ("name: told", "name: constitution", 10, "'constitution' is what corrections are filed"),
        ("prompt: p, count: 1}", "prompt: p, count: 1, variants: all}", 20, "'missed' or 'solved'"),
        ("name: told", "name: leader", 10, "'leader' is a model of the population"),
        ("program: sums.py, count", "cuont", 9, "a writer has one of the keys program, chain"),
        ("count: 300", "count: 0", 9, "greater than or equal to 1"),
        ("until: [", "untill: [", 15, "did you mean 'until'"),
        ("agreement: 0.6, samples: 5", "agreement: 0.6", 23, "needs samples: 2 or more"),
        ("agreement: 2, of", "agreement: 4, of", 24, "agreement 4: only 3 are asked"),
        ("samples: 5", "samples: 5, temperature: 0", 23, "samples at temperature 0"),
        ("{program: check.py}", "{}", 22, "a verifier has one of the keys program, agreement"),
        ("rubric: The sum is right.", "rubric: ' '", 25, "the rubric must say"),
        ("{least: 0.1, most: 0.8}", "{least: 1, most: 0.8}", 26, "least .1. must not be more"),
        ("{least: 0.1, most: 0.8}", "{}\n    share: 1", 27, "less than 1"),
        ("http://localhost", "ftp://localhost", 20, "begin with http"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(old, new, line, problem):
    assert old in TEXT
    with pytest.raises(RecipeError, match=f"^r.yaml:{line}: .*{problem}"):
        read(TEXT.replace(old, new, 1))


def test_programs_and_models_are_found_beside_the_recipe_and_chains_by_name(tmp_path: Path):
    for name in ("sums.py", "check.py"):
        (tmp_path / name).write_text("")
    for name in ("french", "told", "leader"):
        (tmp_path / name).mkdir()
    text = TEXT.replace("zoo:french, told", "french, told").replace("[{ask: elite", "[{ask: french")
    (tmp_path / "r.yaml").write_text(HEAD + text)
    curriculum = load_recipe(tmp_path / "r.yaml").evolve.curriculum
    found = [file for _, file in curriculum.programs]
    assert found == [str(tmp_path / "sums.py"), "draw.py", str(tmp_path / "check.py")]
    assert curriculum.chains["retold"].chain[0].ask == str(tmp_path / "french")
    assert curriculum.chains["told"].chain[1].ask == "leader"
    assert curriculum.verifiers[2].of == (str(tmp_path / "french"), "told", "elite")


def test_adversaries_are_the_writers_of_variants():
    assert read().adversaries == {}
    text = TEXT.replace("count: 100}", "count: 100, variants: missed}")
    assert {name: one.variants for name, one in read(text).adversaries.items()} == {
        "variants": "missed"
    }
