"""Several answers to a question come to one score, as the recipe says."""

from itertools import combinations
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.engine.request import Generated
from evomerge.errors import RecipeError
from evomerge.permissions import Permissions
from evomerge.recipe import FitnessTerm
from evomerge.score.grading.repeated import Repeated
from evomerge.score.prompts.answering import Answers
from evomerge.score.proof.scale import BINARY, Scale
from evomerge.score.tasks.task import Task
from tests.score.agreement import answers_of, by_term
from tests.score.recorder import build, recorder_for
from tests.score.small_tasks import ROWS

MAJORITY = """
filter_list:
  - name: maj
    filter: [{function: regex, regex_pattern: "(\\\\d+)"}, {function: majority_vote},
             {function: take_first}]
repeats: 4
"""


def task_of(file, metric="exact_match,digits", **more):
    return Task(FitnessTerm(task=str(file), metric=metric, **more))


def said(*texts):
    return tuple(Generated(text, 3, True) for text in texts)


@pytest.fixture
def first(task_file, recorder):
    """The score of the first question's answers, by a way to make one of them."""

    def score(reduce, *texts, metric="exact_match,digits"):
        task = task_of(
            task_file("generation"), metric, repeats=len(texts), temperature=1.0, reduce=reduce
        )
        item = build(task, recorder, False)[0]
        (graded,) = task.grader.grade([item], [said(*texts)])
        (again,) = task.grader.regrade([item], [said(*texts)])
        assert again == graded
        return graded.value

    return score


GOLD = ROWS[0]["answer"]
WRONG = str(int(GOLD) + 1)


def test_the_mean_of_their_scores(first):
    assert first("mean", GOLD, WRONG, GOLD, "?") == 0.5


def test_the_chance_that_one_of_some_is_right(first):
    assert first("pass@1", GOLD, WRONG, WRONG, WRONG) == pytest.approx(0.25)
    assert first("pass@2", GOLD, WRONG, WRONG, WRONG) == pytest.approx(0.5)
    assert first("pass@4", GOLD, WRONG, WRONG, WRONG) == 1
    assert first("pass@4", WRONG, WRONG, WRONG, WRONG) == 0


@given(st.lists(st.booleans(), min_size=1, max_size=7), st.data())
def test_pass_is_the_mean_over_all_choices_of_so_many(right, data):
    number = data.draw(st.integers(1, len(right)))

    class Binary:
        scale = BINARY

    repeated = Repeated(Binary(), Answers(len(right), f"pass@{number}"))
    among = [any(chosen) for chosen in combinations(right, number)]
    assert repeated._together([*map(float, right)]) == pytest.approx(fmean(among))


def test_the_answer_that_most_give(first):
    assert first("maj@3", f"so {GOLD}", WRONG, GOLD) == 1  # as the filter reads it
    assert first("maj@3", WRONG, WRONG, GOLD) == 0
    assert first("maj@4", WRONG, GOLD, GOLD, WRONG) == 0  # of several the first
    assert first("maj@2", GOLD, GOLD, WRONG, WRONG) == 1  # the first ones vote
    assert first("maj@3", "?", "?", GOLD) == 1  # nothing is no answer
    assert first("maj@2", "?", "?") == 0


def test_the_filter_of_the_task_is_given_them_all(task_file, recorder):
    file = task_file("generation")
    text = file.read_text()
    begin, end = text.index("filter_list"), text.index("metric_list")
    settings = "max_gen_toks: 5, do_sample: true, temperature: 0.7"
    text = text[:begin] + text[end:] + MAJORITY
    file.write_text(text.replace("max_gen_toks: 5", settings))
    task = task_of(file, "exact_match,maj")
    item = build(task, recorder, False)[0]
    for texts, score in [((GOLD, WRONG, "?", GOLD), 1), ((WRONG, WRONG, GOLD, "?"), 0)]:
        (graded,) = task.grader.grade([item], [said(*texts)])
        assert graded.value == score
        (lenient,) = task.grader.lenient([item], [said(*texts)], [graded])
        assert lenient.value == score


def test_scores_between_are_no_longer_right_or_wrong(task_file):
    def scale(**more):
        return task_of(task_file("generation"), repeats=4, temperature=1.0, **more).scale

    assert scale() == scale(reduce="pass@2") == Scale(0.0, 1.0)
    assert not scale().binary
    assert scale(reduce="maj@4").binary


def test_pass_needs_answers_that_are_right_or_wrong(task_file, tmp_path):
    (tmp_path / "f.py").write_text("def length(doc, answer):\n    return len(answer) / 9\n")
    term = FitnessTerm(
        task=str(task_file("generation")),
        python=f"{tmp_path}/f.py:length",
        filter="raw",
        repeats=2,
        temperature=1.0,
        reduce="pass@1",
    )
    with pytest.raises(RecipeError, match="reduce pass@1: its answers are not right or wrong"):
        Task(term, Permissions(allow_python=True))
    task = Task(term.model_copy(update={"reduce": "mean"}), Permissions(allow_python=True))
    item = build(task, recorder_for("zoo:base"), False)[0]
    (graded,) = task.grader.grade([item], [said("abc", "abcdef")])
    assert graded.value == pytest.approx(0.5)


def test_credit_and_audit_are_of_the_answers_too(task_file, recorder):
    task = task_of(task_file("generation"), "exact_match,raw", repeats=2, temperature=1.0)
    items = build(task, recorder, False)
    answers = [said(f"so {row['answer']}", "nothing") for row in ROWS]
    scores = task.grader.grade(items, answers)
    assert {score.value for score in scores} == {0.0}
    lenient = task.grader.lenient(items, answers, scores)
    assert fmean(score.value for score in lenient) == pytest.approx(0.5, abs=0.1)
    audit = task.grader.audit(items, answers, [score.value for score in scores])
    assert (audit.items, audit.truncated, audit.empty, audit.control) == (40, 0, 0, 0)
    facts = task.grader.facts(items, answers)
    assert [fact.text for fact in facts] == [f"so {row['answer']}" for row in ROWS]


def test_a_model_that_is_sure_answers_alike_each_time(task_file):
    file = task_file("generation")
    plain = by_term("zoo:arithmetic", task_of(file))
    drawn = task_of(file, repeats=3, temperature=1e-9)
    items = drawn.ask(drawn.questions(), recorder_for("zoo:arithmetic"), False)
    answers = answers_of("zoo:arithmetic", items)
    scores = drawn.grader.grade(items, answers)
    assert {item.doc_id: s.value for item, s in zip(items, scores, strict=True)} == plain
    assert set(plain.values()) == {0.0, 1.0}


def test_drawn_answers_are_the_same_for_whoever_draws_them(task_file):
    file = task_file("generation")
    task = task_of(file, repeats=3, temperature=2.0)
    items = task.ask(task.questions(), recorder_for("zoo:arithmetic"), False)
    one, other = answers_of("zoo:arithmetic", items), answers_of("zoo:arithmetic", items[::-1])
    assert [*one] == [*other][::-1]
    assert any(len({answer.text for answer in of_item}) > 1 for of_item in one)
