"""What is told of a run while it goes on."""

import re
import time

import pytest

from evomerge import evolve
from evomerge.cli.progress import Story, describe_means
from evomerge.ledger import (
    UNIFORM,
    BaselinesNamed,
    BudgetRaised,
    Cost,
    CycleEnded,
    ItemScore,
    ItemsOpened,
    Model,
    Named,
    Part,
    Place,
    RankedFinalist,
    Record,
    Role,
    SessionBegan,
    State,
    Trial,
    WinnerChosen,
)
from evomerge.recipe import parse_recipe
from tests.cli.calling import call
from tests.run.small import TEXT


def now(what):
    """What this process records."""
    return Record(1, 0.0, 0.0, what, is_live=True)


def before(what):
    """What an earlier one has recorded."""
    return Record(1, 0.0, 0.0, what)


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
    story.tell(now(BaselinesNamed(models)))
    return story.tell(now(SessionBegan(budget, {"search": 8, "validation": 4})))


def without_times(lines):
    return [re.sub(r"^\[ *[\d.]+ s\] |, about \d+ \w+ left", "", line) for line in lines]


@pytest.fixture
def story():
    return Story()


def test_parents_are_told_one_by_one(story):
    assert begun(story, evaluations=12) == []
    lines = without_times([line for digest in "abu" for line in story.tell(now(part(digest)))])
    assert lines == [
        "a: sums 0.500 on 2 search items (1 of 3)",
        "b: sums 0.500 on 2 search items (2 of 3)",
        "uniform: sums 0.500 on 2 search items (3 of 3)",
    ]
    failed = Part("a", "search", State.FAILED, "no memory")
    assert story.tell(now(failed)) == [], "it was told"


def test_time_is_left_as_long_as_parents_are(story, monkeypatch):
    begun(story)
    begin = time.monotonic()
    monkeypatch.setattr(story.standing.pace, "_clock", lambda: begin)
    story.standing.pace.begin(0.0)
    monkeypatch.setattr(story.standing.pace, "_clock", lambda: begin + 10.0)
    (line,) = story.tell(now(part("a")))
    assert line.endswith("(1 of 3, about 20 s left)")


def test_a_generation_is_told_with_its_place_in_the_budget_and_what_best_rests_on(story):
    begun(story, evaluations=12, tokens=None)
    for digest, fitness in (("a", 0.5), ("b", 0.25), ("u", 0.375)):
        story.tell(now(part(digest)))
        story.tell(now(trial(digest, fitness)))
    lines = story.tell(now(part("x")))
    assert lines == [], "the parents were told one by one"
    story.tell(now(trial("x", 0.625, 0, items=4)))
    story.tell(now(trial("y", None, 0, state=State.FAILED)))
    story.tell(now(trial("r", 0.99, 0, cycle=-1)))
    (line,) = without_times(story.tell(now(trial("z", 0.25, 1))))
    assert line == (
        "searching: generation 0, 2 of 12 candidates (1 failed), best 0.625 on 4 of 8 search "
        "items, best parent 0.500"
    )


def test_the_end_of_a_search_the_winner_and_the_opening_are_told(story):
    begun(story, evaluations=12)
    story.tell(now(part("x")))
    story.tell(now(trial("x", 0.625, 0)))
    spent = {"evaluations": 1, "minutes": 0.5, "tokens": 9}
    ended = now(CycleEnded(0, 1, 1, "equal", spent, {"evaluations": 12}))
    told = without_times(story.tell(ended))
    assert told[-1] == "the search ended early after 1 of 12 evaluations: equal"
    finalists = (RankedFinalist("x", 0.6, 0.5),)
    told = story.tell(now(WinnerChosen("x", finalists=finalists)))
    assert without_times(told) == ["winner of 1 finalists: 0.500 on 4 validation items"]
    told = story.tell(now(ItemsOpened("x", 2)))
    assert without_times(told)[-1] == "the sealed items are opened: opening 2"


def test_what_an_earlier_session_recorded_is_not_told_again_but_counts(story):
    past = [
        BaselinesNamed((Named(PARENT_A, "a"),)),
        SessionBegan({"evaluations": 12}),
        part("a"),
        part("x"),
        trial("x", 0.5, 3),
    ]
    assert [line for what in past for line in story.tell(before(what))] == []
    (line,) = without_times(story.tell(now(SessionBegan({"evaluations": 12}))))
    assert line.startswith("scoring parents: 1 of 1 parents, best 0.500")
    told = story.tell(now(BudgetRaised({"evaluations": 20, "minutes": None}, 0.0)))
    assert without_times(told) == ["the budget is 20 evaluations now"]


def test_the_means_of_many_tasks_are_told_of_the_first():
    scores = [ItemScore(f"t{n}", "i", 0.5, weight) for n in range(8) for weight in (1.0, 3.0)]
    assert describe_means(scores).startswith("t0 0.500, t1 0.500, ")
    assert describe_means(scores).endswith("t5 0.500 and 2 more")
    assert describe_means([ItemScore("t", "i", 1.0, 3.0), ItemScore("t", "j", 0.0)]) == "t 0.750"


def test_a_run_ends_with_the_winners_genes_and_how_to_test_the_others(work):
    folder = evolve(parse_recipe(TEXT), work / "a run").folder
    done = call("resume", folder)
    assert done.exit_code == 0
    assert re.search(r"^models\.0\.parameters\.weight +\d\.\d+ *$", done.stderr, re.MULTILINE)
    assert f"evomerge promote '{folder}' 1" in done.stderr
    done = call("promote", folder, "1")
    assert re.search(r"^gene +finalist 1", done.stderr, re.MULTILINE)
    assert re.search(r"^1 +\d\.\d+ +\d\.\d+ +tested", done.stderr, re.MULTILINE)
