import pytest

from evomerge.curriculum.checks import UNVERIFIED, VOTED, notes, require_known, require_running
from evomerge.errors import RecipeError
from evomerge.recipe import load_recipe, parse_recipe
from tests.curriculum.population import CHAIN, DRAW, SUMS, curriculum

RECIPE = """\
merge_method: linear
models: [{model: zoo:arithmetic}, {model: zoo:french}]
evolve:
  fitness: [{task: spelt, metric: acc}]
  budget: {evaluations: 8}
  curriculum:
    task: spelt
    writers:
      - {name: sums, program: sums.py, count: 300}
      - name: told
        count: 20
        questions: {program: draw.py}
        chain: [{ask: zoo:arithmetic, prompt: "{{question}} ="}, {ask: leader, prompt: "x"}]
        document: {question: "{{question}}", answer: "{{answer}}"}
"""
PROGRAM = {"name": "sums", "program": "sums.py", "count": 9}
CHECK, VOTE = {"program": "check.py"}, {"agreement": 0.5, "samples": 4}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "sums.py").write_text(SUMS)
    (tmp_path / "draw.py").write_text(DRAW)
    (tmp_path / "r.yaml").write_text(RECIPE)
    return tmp_path


def test_programs_are_read_and_tried(folder):
    recipe = load_recipe(folder / "r.yaml")
    programs = require_known(recipe)
    assert [*programs.texts.values()] == [SUMS, DRAW]
    require_running(recipe, recipe.evolve.curriculum, programs)
    plain = parse_recipe("merge_method: linear\nmodels: [{model: zoo:arithmetic}]\n")
    assert require_known(plain) is None


@pytest.mark.parametrize(
    "old, new, told",
    [
        ("ask: zoo:arithmetic", "ask: zoo:largest", ":13: zoo:largest is none of the recipe's"),
        ("{{question}} =", "{{question =", ":13: not a template"),
        ('answer: "{{answer}}"}', 'answer: "{% if %}"}', ":14: not a template"),
        ("sums.py", "gone.py", ":9: gone.py: cannot be read"),
    ],
)
def test_what_is_not_there_is_told_with_its_line(folder, old, new, told):
    (folder / "r.yaml").write_text(RECIPE.replace(old, new))
    with pytest.raises(RecipeError, match=f"r.yaml{told}"):
        require_known(load_recipe(folder / "r.yaml"))


@pytest.mark.parametrize(
    "source, told",
    [
        ("1 / 0", "sums.py:1: ZeroDivisionError"),
        ("print('hello')", "is to print so many JSON documents, a line each .a line is no JSON"),
        ("print('[]')", "a line each .no JSON object"),
        ("pass", "it printed nothing"),
    ],
)
def test_a_program_that_would_write_nothing_is_refused(folder, source, told):
    (folder / "sums.py").write_text(source)
    recipe = load_recipe(folder / "r.yaml")
    with pytest.raises(RecipeError, match=f"r.yaml:9: .*{told}"):
        require_running(recipe, recipe.evolve.curriculum, require_known(recipe))


def test_what_will_be_written_is_told_with_what_it_costs():
    settings = curriculum(PROGRAM, CHAIN, verifiers=[VOTE, CHECK])
    told = [*notes(settings)]
    assert told[0] == (
        "curriculum: in each cycle sums writes 9 items by a program, run twice in a sandbox"
    )
    assert "40 items by a chain: adder, then speller" in told[1]
    assert told[2] == "curriculum: verified by vote (4 samples; 0.5), then check.py"
    assert "up to 712 questions" in told[3]  # 2 * 40, and 2 * 4 * (49 + 30)
    assert not [one for one in told if one.startswith("caution")]


@pytest.mark.parametrize(
    "settings, told",
    [
        (curriculum(CHAIN), UNVERIFIED),
        (curriculum(CHAIN, verifiers=[VOTE]), VOTED),
        (curriculum(PROGRAM, share=0), "share: 0 keeps made items out of the search"),
        (curriculum(PROGRAM, solved={"least": 0.5, "most": 0.5}), "least and most are the same"),
    ],
)
def test_what_will_not_help_is_a_caution(settings, told):
    (caution,) = [one for one in notes(settings) if one.startswith("caution: curriculum: ")]
    assert told in caution


def test_programs_need_no_verifier_and_addresses_need_the_users_word():
    assert not [one for one in notes(curriculum(PROGRAM)) if "caution" in one]
    sent = {"name": "m", "model": "b", "url": "http://h:8/v1", "prompt": "p", "count": 1}
    assert any("--allow-judge h:8 must allow" in one for one in notes(curriculum(sent)))
    assert any("no made item is scored on" in one for one in notes(curriculum(sent)))


def test_a_vote_on_what_programs_print_is_counted_among_the_questions():
    model = {"name": "m", "model": "adder", "prompt": "p", "count": 5}
    settings = curriculum(PROGRAM, model, verifiers=[{"agreement": 1, "of": ["leader"]}, CHECK])
    (told,) = [one for one in notes(settings) if "questions" in one]
    assert "up to 58 questions" in told  # 5 to write, 14 + 30 and 9 canaries to verify


def test_what_the_leader_misses_is_not_for_the_leader_to_verify():
    hard = {"name": "hard", "model": "adder", "prompt": "p", "count": 5, "variants": "missed"}
    told = [*notes(curriculum(hard, verifiers=[VOTE, CHECK]))]
    assert any("hard is to write what the leader misses, and the leader alone" in t for t in told)
    others = {"agreement": 1, "of": ["adder", "leader"]}
    easy = {**hard, "variants": "solved"}
    for settings in (curriculum(hard, verifiers=[others]), curriculum(easy, verifiers=[VOTE])):
        assert not any("the leader alone votes" in one for one in notes(settings))
