from evomerge.charts.watched import watched
from evomerge.ledger import (
    AnswersLook,
    Entropies,
    GenerationWatched,
    WatchedModel,
    WatchedScore,
    WatchedTask,
)
from evomerge.report.watched import ViewedWatch
from tests.charts.runs import rows


def model(digest, search, validation, tokens):
    scores = [None if mean is None else WatchedScore(mean, 0.1, 8) for mean in (search, validation)]
    task = WatchedTask(1.0, *scores, look=AnswersLook(8, tokens_mean=tokens))
    return WatchedModel(digest, {"sums": task})


PARENTS = model("a", 0.2, 0.25, 3.0), model("b", 0.3, 0.25, 5.0)


def generation(cycle, number, leader, bits):
    entropies = {"sums": Entropies(bits, 4.0, 8)}
    return GenerationWatched(cycle, number, 4, 0, 4, leader, entropies)


def test_scores_variety_and_length_are_drawn_over_all_cycles():
    looks = (
        generation(0, 0, model("x", 0.5, 0.25, 4.0), 3.5),
        generation(1, 0, model("y", 0.75, 0.5, 4.5), 3.0),
    )
    scores, entropy, length = watched(ViewedWatch(PARENTS, looks))
    assert scores.title == (
        "The leader's mean score at sums is 0.500 on validation items (0.250 at first), and 0.750 "
        "on sampled search items"
    )
    assert entropy.title.startswith("The answers of all candidates have 3.0 bits of entropy")
    assert length.title.endswith("(4.0 at first), those of the parent that says most 5.0")
    found = [(row["generation"], row["cycle"], row["of"], row["value"]) for row in rows(length)]
    parent = "the parent that says most"
    assert found == [
        (0, 0, "the leader", 4.0),
        (0, 0, parent, 5.0),
        (1, 1, "the leader", 4.5),
        (1, 1, parent, 5.0),
    ]
    for figure in (scores, entropy, length):
        figure.chart.to_dict()


def test_a_guard_is_no_part_of_the_mean_score():
    guard = WatchedTask(0.0, None, WatchedScore(-9.0, 0.1, 8))
    leader = model("x", 0.5, 0.25, 4.0)
    leader = WatchedModel("x", {**leader.tasks, "perplexity": guard})
    scores, *_ = watched(ViewedWatch(PARENTS, (generation(0, 0, leader, 3.0),) * 2))
    assert {row["task"] for row in rows(scores)} == {"sums"}
    assert "is 0.250 on validation items" in scores.title


def test_what_was_not_looked_at_is_not_drawn():
    assert [*watched(None)] == []
    nobody = GenerationWatched(0, 0, 4, 4, 4, None)
    assert [*watched(ViewedWatch(PARENTS, (nobody,)))] == []
    unasked = [generation(0, number, model("x", None, 0.25, 4.0), 3.5) for number in (0, 1)]
    assert [*watched(ViewedWatch(PARENTS, tuple(unasked[:1])))] == [], "a line has two ends"
    assert [one.name for one in watched(ViewedWatch(PARENTS, tuple(unasked)))] == [
        "watched_entropy",
        "watched_length",
    ]
