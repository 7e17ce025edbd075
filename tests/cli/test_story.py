"""A run told in lines."""

import re
from itertools import count

import pytest

from evomerge.cli.progress import ToldRun
from evomerge.cli.standing import Standing
from evomerge.cli.story import Story, describe_means
from evomerge.ledger import (
    UNIFORM,
    BaselinesNamed,
    BudgetRaised,
    Cost,
    CycleEnded,
    ItemScore,
    ItemsMade,
    ItemsOpened,
    Model,
    Named,
    Part,
    Place,
    RailDecided,
    RankedFinalist,
    Record,
    Role,
    SessionBegan,
    State,
    TrainingBegan,
    TrainingWent,
    Trial,
    WinnerChosen,
    WritingBegan,
)
from evomerge.report.reading import read
from tests.report.history import HISTORY, records

NUMBERS = count(1)


def now(what):
    """What this process records."""
    return Record(next(NUMBERS), 0.0, 0.0, what, is_live=True)


def before(what):
    """What an earlier one has recorded."""
    return Record(next(NUMBERS), 0.0, 0.0, what)


PARENT_A, PARENT_B = Model(Role.PARENT, "/models/a"), Model(Role.PARENT, "/models/b")


def part(digest, split="search", values=(1.0, 0.0)):
    scores = [ItemScore("sums", str(n), value) for n, value in enumerate(values)]
    return Part(digest, split, State.SCORED, scores=scores, cost=Cost(tokens=10))


def trial(digest, fitness, generation=None, items=2, cycle=0, **more):
    place = None if generation is None else Place(cycle, generation, 0)
    return Trial(
        digest,
        "search",
        {},
        more.pop("state", State.SCORED),
        fitness=fitness,
        items=items,
        place=place,
        **more,
    )


def begun(story, **budget):
    models = (Named(PARENT_A, "a"), Named(PARENT_B, "b"), Named(UNIFORM, "u"))
    story.take(now(BaselinesNamed(models)))
    return story.take(now(SessionBegan(budget, {"search": 8, "validation": 4})))


def without_times(lines):
    return [re.sub(r"^\[ *[\d.]+ s\] |, about \d+ \w+ left", "", line) for line in lines]


@pytest.fixture
def story():
    return ToldRun()


def test_parents_are_told_one_by_one(story):
    assert begun(story, evaluations=12) == []
    lines = without_times([line for digest in "abu" for line in story.take(now(part(digest)))])
    assert lines == [
        "a: sums 0.500 on 2 search items (1 of 3)",
        "b: sums 0.500 on 2 search items (2 of 3)",
        "uniform: sums 0.500 on 2 search items (3 of 3)",
    ]
    failed = Part("a", "search", State.FAILED, "no memory")
    assert story.take(now(failed)) == [], "it was told"


def test_time_is_left_as_long_as_parents_are():
    seconds = [0.0]
    told = ToldRun(Story(Standing(lambda: seconds[0])))
    begun(told)
    seconds[0] = 10.0
    (line,) = told.take(Record(next(NUMBERS), 0.0, 10.0, part("a"), is_live=True))
    assert line == "[  10.0 s] a: sums 0.500 on 2 search items (1 of 3, about 20 s left)"


def test_a_generation_is_told_with_its_place_in_the_budget_and_what_best_rests_on(story):
    begun(story, evaluations=12, tokens=None)
    for digest, fitness in (("a", 0.5), ("b", 0.25), ("u", 0.375)):
        story.take(now(part(digest)))
        story.take(now(trial(digest, fitness)))
    lines = story.take(now(part("x")))
    assert lines == [], "the parents were told one by one"
    story.take(now(trial("x", 0.625, 0, items=4)))
    story.take(now(trial("y", None, 0, state=State.FAILED)))
    story.take(now(trial("r", 0.99, 0, cycle=-1)))
    (line,) = without_times(story.take(now(trial("z", 0.25, 1))))
    assert line == (
        "searching: generation 0, 2 of 12 candidates (1 failed), best 0.625 on 4 of 8 search "
        "items, best parent 0.500"
    )


def test_what_is_done_between_two_cycles_is_told_as_it_begins(story):
    begun(story, evaluations=12)
    assert without_times(story.take(now(WritingBegan(0)))) == ["the population writes items"]
    assert story.take(now(part("x"))) == []
    story.take(now(ItemsMade(0, "sums")))
    told = story.take(now(TrainingBegan(0, 260, 1380)))
    assert without_times(told) == ["after cycle 0 an adapter is trained: 260 steps on 1,380 items"]
    assert story.take(now(part("x"))) == []


def test_the_rest_of_a_training_is_known_by_the_steps_that_it_made_while_it_was_watched():
    seconds = [0.0]
    told = ToldRun(Story(Standing(lambda: seconds[0])))
    begun(told, evaluations=12)
    told.take(now(TrainingBegan(0, 100, 40)))
    told.take(now(TrainingWent(0, 50)))  # an earlier session had made them
    assert told.story.standing.left == ""
    seconds[0] = 30.0
    told.take(now(TrainingWent(0, 60)))
    standing = told.story.standing
    assert (standing.done, standing.speed) == (["60 of 100 steps"], ["about 2 min left"])


def test_the_end_of_a_search_the_winner_and_the_opening_are_told(story):
    begun(story, evaluations=12)
    story.take(now(part("x")))
    story.take(now(trial("x", 0.625, 0)))
    spent = {"evaluations": 1, "minutes": 0.5, "tokens": 9}
    ended = now(CycleEnded(0, 1, 1, "equal", spent, {"evaluations": 12}))
    told = without_times(story.take(ended))
    assert told[-1] == "the search ended early after 1 of 12 evaluations: equal"
    finalists = (RankedFinalist("x", 0.6, 0.5),)
    told = story.take(now(WinnerChosen("x", finalists=finalists)))
    assert without_times(told) == ["winner of 1 finalists: 0.500 on 4 validation items"]
    told = story.take(now(RailDecided("length", "pause", 0, 1, 3.0, 2.0, "sums: long")))
    assert without_times(told) == [
        "the rail length paused the run after generation 1 of cycle 0: sums: long"
    ]
    told = story.take(now(ItemsOpened("x", 2)))
    assert without_times(told)[-1] == "the sealed items are opened: opening 2"


def test_what_an_earlier_session_recorded_is_not_told_again_but_counts(story):
    past = [
        BaselinesNamed((Named(PARENT_A, "a"),)),
        SessionBegan({"evaluations": 12}),
        part("a"),
        part("x"),
        trial("x", 0.5, 3),
    ]
    assert [line for what in past for line in story.take(before(what))] == []
    (line,) = without_times(story.take(now(SessionBegan({"evaluations": 12}))))
    assert line.startswith("scoring parents: 1 of 1 parents, best 0.500")
    told = story.take(now(BudgetRaised({"evaluations": 20, "minutes": None}, 0.0)))
    assert without_times(told) == ["the budget is 20 evaluations now"]


def test_a_parent_that_failed_is_told_with_its_reason(story):
    begun(story)
    (line,) = story.take(now(Part("a", "search", State.FAILED, "no \x1b[2J memory")))
    assert without_times([line]) == ["a: failed (no \\x1b[2J memory) (1 of 3)"]


def test_the_means_of_many_tasks_are_told_of_the_first():
    told = describe_means({f"t{n}": 0.5 for n in range(8)})
    assert told == ", ".join(f"t{n} 0.500" for n in range(6)) + " and 2 more"


@pytest.mark.parametrize("step", [1, 2, 7])
def test_news_is_told_once_however_seldom_one_looks(step):
    story, lines = Story(), []
    for end in sorted({*range(1, len(HISTORY), step), len(HISTORY)}):
        lines += without_times(story.tell(read(records(HISTORY[:end]))))
    for news in ("uniform: ", "caution: ", "the budget is 5 ", "the search ended "):
        assert sum(line.startswith(news) for line in lines) == 1, news
