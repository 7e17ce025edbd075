"""What an audit sees of answers, and what a report calls the judgement."""

import pytest

from evomerge.engine.request import Generated, Likely
from evomerge.permissions import Permissions
from evomerge.recipe import FitnessTerm, JudgeSettings
from evomerge.score.audits.answer import AnswerFacts
from evomerge.score.tasks.task import Task
from tests.score.agreement import answers_of
from tests.score.judges.served import LOCAL, serving, shorter, shown
from tests.score.recorder import build
from tests.score.small_tasks import ROWS


def by_the_question(asked, number):
    """The answer that is the sum and nothing else, or else the longer one."""
    question, first, second = shown(asked.prompt)
    a, b = question.split(" in ")[0].split(" + ")
    right = {str(int(a) + int(b))}
    return "A" if first in right else "B" if second in right else "AB"[len(first) < len(second)]


def built(file, recorder, metric, **more):
    task = Task(FitnessTerm(task=str(file), metric=metric, **more))
    return task, build(task, recorder, False)


def test_an_audit_sees_the_answer_and_what_was_taken_from_it(task_file, recorder):
    task, items = built(task_file("generation"), recorder, "exact_match,digits")
    said = [Generated(" 20 and", 3, True), Generated("none", 5, False), Generated("", 1, True)]
    facts = task.grading.auditing.facts(items[:3], [(answer,) for answer in said])
    gold = [row["answer"] for row in ROWS]
    ids = [item.id for item in items]
    assert facts == [
        AnswerFacts("generation", ids[0], " 20 and", "20", True, 3, gold[0]),
        AnswerFacts("generation", ids[1], "none", None, False, 5, gold[1]),
        AnswerFacts("generation", ids[2], "", None, True, 1, gold[2]),
    ]


def test_facts_are_of_real_answers_and_change_no_score(task_file, recorder):
    task, items = built(task_file("generation"), recorder, "exact_match,raw")
    answers = answers_of("zoo:arithmetic", items)
    before = task.grading.grade(items, answers)
    facts = task.grading.auditing.facts(items, answers)
    right = [fact.extracted == fact.gold for fact in facts]
    assert right == [score.value == 1 for score in before]
    assert any(right)
    assert task.grading.grade(items, answers) == before


@pytest.mark.parametrize(
    "kind, metric",
    [
        ("choice", "acc"),
        ("loglikelihood", "acc"),
        ("rolling", "bits_per_byte"),
        ("generation", "gold_logprob"),
    ],
)
def test_likelihoods_have_no_answers_to_look_at(task_file, recorder, kind, metric):
    task, items = built(task_file(kind), recorder, metric)
    said = [tuple(Likely(-1.0, False) for _ in item.requests) for item in items]
    assert task.grading.auditing.facts(items, said) == []


@pytest.mark.parametrize(
    "kind, metric, text, gold",
    [
        ("choice", "acc", "{question}", "{answer}"),
        ("generation", "exact_match,raw", "{question}", "{answer}"),
        ("generation", "gold_logprob", "{question}", "{answer}"),
        ("loglikelihood", "acc", "{question}", " {answer}"),
        ("rolling", "bits_per_byte", "{question} {answer} and so it went on", ""),
    ],
)
@pytest.mark.parametrize("fewshot", [None, 2])
def test_questions_and_right_answers_as_text(
    task_file, recorder, kind, metric, text, gold, fewshot
):
    _, items = built(task_file(kind), recorder, metric, num_fewshot=fewshot)
    for row, item in zip(ROWS, items, strict=True):
        question, *choices = item.text.split("\n")
        assert question == text.format(**row)
        assert choices == ([row["answer"], *row["wrong"]] if kind == "choice" else [])
        assert item.gold == gold.format(**row)


def test_where_no_question_is_worded_the_document_stands_for_it(tmp_path, task_file, recorder):
    file = task_file("choice")
    silent = tmp_path / "silent.yaml"
    silent.write_text(file.read_text().replace('doc_to_text: "{{question}}"', 'doc_to_text: ""'))
    _, items = built(silent, recorder, "acc")
    assert f'"question": "{ROWS[0]["question"]}"' in items[0].text
    assert len({item.text for item in items}) == len(ROWS)


@pytest.mark.parametrize("name", [None, "sums"])
def test_items_and_scores_go_by_the_terms_name(task_file, recorder, name):
    task, items = built(task_file("choice"), recorder, "gold_logprob", name=name)
    said = [(Likely(-1.0, False),) for _ in items]
    names = {item.task for item in items} | {
        score.task for score in task.grading.grade(items, said)
    }
    assert names == {name or "choice"} == {task.name}


@pytest.mark.parametrize("rule, skill", [(by_the_question, True), (shorter, False)])
def test_a_judge_is_asked_about_others_answers_as_well(task_file, recorder, rule, skill):
    """One that likes short answers likes them to whatever question."""
    rows = [{**row, "answer": f"{row['answer']} , I say"} for row in ROWS]
    with serving(rule) as server:
        settings = JudgeSettings(model="m", rubric="Right and short.", url=server.url)
        file = task_file("generation", rows=rows)
        task = Task(FitnessTerm(task=str(file), judge=settings, filter="raw"), LOCAL)
        items = build(task, recorder, False)
        said = [(Generated(row["answer"], 3, True),) for row in ROWS]
        scores = [score.value for score in task.grading.grade(items, said)]
        asked = len(server.asked)
        audit = task.grading.audit(items, said, scores)
        assert asked <= len(server.asked) <= 2 * asked
    assert audit.score == 1.0
    assert audit.control == (0.0 if skill else 1.0)


def test_answers_that_cannot_be_judged_as_others_leave_no_control(tmp_path, task_file, recorder):
    """A function that takes the right answers alone: the real scores stand."""
    (tmp_path / "strict.py").write_text(
        "def judge(doc, answer):\n"
        "    if answer not in ('', doc['answer']):\n"
        "        raise ValueError(answer)\n"
        "    return float(answer == doc['answer'])\n"
    )
    term = FitnessTerm(
        task=str(task_file("generation")), python=f"{tmp_path}/strict.py:judge", filter="raw"
    )
    task = Task(term, Permissions(allow_python=True))
    items = build(task, recorder, False)
    said = [(Generated(row["answer"], 3, True),) for row in ROWS]
    scores = [score.value for score in task.grading.grade(items, said)]
    audit = task.grading.audit(items, said, scores)
    assert (audit.score, audit.control) == (1.0, None)


def test_only_what_no_other_work_disturbs_is_judged_in_a_thread_of_its_own(task_file, tmp_path):
    """A time limit by a signal needs the main thread, one of a program an idle machine."""
    file = str(task_file("generation"))
    (tmp_path / "mine.py").write_text("def judge(doc, answer):\n    return 1.0\n")

    def concurrent(**how):
        return Task(
            FitnessTerm(task=file, **how), Permissions((), True, ("127.0.0.1",))
        ).grading.concurrent

    elsewhere = JudgeSettings(model="m", rubric="r", url="http://127.0.0.1:1/v1")
    here = JudgeSettings(model="zoo:base", rubric="r")
    assert concurrent(metric="exact_match,digits")
    assert concurrent(metric="gold_logprob")
    assert concurrent(judge=elsewhere, filter="raw")
    assert not concurrent(judge=here, filter="raw")
    assert not concurrent(program="{{answer}}", filter="raw")
    assert not concurrent(python=f"{tmp_path}/mine.py:judge", filter="raw")
    own = tmp_path / "own.yaml"
    text = task_file("generation").read_text().replace("task: generation", "task: own")
    own.write_text(f"{text}\nprocess_results: !function mine.judge\n")
    task = Task(FitnessTerm(task=str(own), metric="exact_match,digits"), Permissions((tmp_path,)))
    assert not task.grading.concurrent
