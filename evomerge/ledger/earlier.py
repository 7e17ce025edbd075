"""What ledgers of earlier schemas hold, in the classes of today.

Schema 1 is 0.1.0's: item scores belong to trials. Schema 2, of what stood between 0.1.0 and 0.2.0,
has parts and answers. Neither says what the search asked for or was told.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from evomerge.ledger import cycles, events
from evomerge.ledger.database import Database
from evomerge.ledger.finalists import RankedFinalist, WinnerChosen
from evomerge.ledger.flag import Flag
from evomerge.ledger.part import Part
from evomerge.ledger.record import Fact
from evomerge.ledger.role import RANDOM_SEARCH, UNIFORM, Model, Named, Role
from evomerge.ledger.score import ItemKey, ItemScore
from evomerge.ledger.trial import Cost, Place, State, Trial
from evomerge.ledger.worded import Worded

Dated = tuple[float, Fact]
"""When something happened, in seconds since 1970, and what."""


def history_of(database: Database) -> list[Dated]:
    """All that a ledger of schema 1 or 2 tells, in order."""
    assert database.made is not None
    facts = {key: json.loads(value) for key, value in database.select("SELECT * FROM run")}
    first = database.made.schema == 1
    found = _scored(database) if first else [*_parts(database), *_trials(database)]
    found += _events(database, facts)
    found.sort(key=lambda dated: dated[0])
    if not facts:
        return found
    items = database.select("SELECT * FROM items ORDER BY rowid")
    began: list[Fact] = [events.RunBegan(facts, tuple((*item, "")[:5] for item in items))]
    if questions := () if first else _questions(database):
        began.append(events.QuestionsWorded(questions))
    when = found[0][0] if found else 0.0
    return [*((when, fact) for fact in began), *found]


def _scores(database: Database) -> dict[int, list[ItemScore]]:
    """Item scores by the number of what they belong to: a trial in schema 1, a part in schema 2."""
    scores: dict[int, list[ItemScore]] = {}
    for owner, *score in database.select("SELECT * FROM item_scores"):
        scores.setdefault(owner, []).append(ItemScore(*score))
    return scores


def _scored(database: Database) -> list[Dated]:
    """The trials of schema 1, each behind the one part that it is made of."""
    scores = _scores(database)
    found: list[Dated] = []
    for row in database.select(
        "SELECT id, time, digest, split, state, reason, recipe, fitness, task_means, merge_s, "
        "forward_s, other_s, tokens, worker, cycle, generation, position FROM trials ORDER BY id"
    ):
        number, when, digest, split, state, reason, recipe, fitness, means, *rest = row
        cost, worker, place = Cost(*rest[:4]), rest[4], rest[5:]
        of_trial = tuple(scores.get(number, ()))
        if state != State.CANCELLED:
            part = Part(digest, split, State(state), reason, of_trial, cost, worker)
            found.append((when, part))
        trial = Trial(
            digest,
            split,
            json.loads(recipe),
            State(state),
            reason,
            fitness,
            task_means=json.loads(means),
            items=len(of_trial),
            cost=cost,
            place=_place(place),
        )
        found.append((when, trial))
    return found


def _parts(database: Database) -> list[Dated]:
    scores = _scores(database)
    answers: dict[int, dict[ItemKey, Any]] = {}
    if "answers" in _tables(database):
        for part, task, item, data in database.select("SELECT * FROM answers"):
            answers.setdefault(part, {})[task, item] = json.loads(data)
    return [
        (
            when,
            Part(
                digest,
                split,
                State(state),
                reason,
                tuple(scores.get(number, ())),
                Cost(*cost),
                worker,
                json.loads(audit),
                answers.get(number, {}),
            ),
        )
        for number, when, digest, split, state, reason, *cost, worker, audit in database.select(
            "SELECT id, time, digest, split, state, reason, merge_s, forward_s, other_s, tokens, "
            "worker, audit FROM parts ORDER BY id"
        )
    ]


def _trials(database: Database) -> list[Dated]:
    found: list[Dated] = []
    for row in database.select(
        "SELECT time, digest, split, state, reason, recipe, fitness, violation, task_means, items, "
        "merge_s, forward_s, other_s, tokens, cycle, generation, position FROM trials ORDER BY id"
    ):
        when, digest, split, state, reason, recipe, fitness, violation, means, items, *rest = row
        trial = Trial(
            digest,
            split,
            json.loads(recipe),
            State(state),
            reason,
            fitness,
            violation,
            json.loads(means),
            items,
            cost=Cost(*rest[:4]),
            place=_place(rest[4:]),
        )
        found.append((when, trial))
    return found


def _place(columns: list[Any]) -> Place | None:
    return None if columns[0] is None else Place(*columns)


def _questions(database: Database) -> tuple[Worded, ...]:
    if "questions" not in _tables(database):
        return ()
    rows = database.select("SELECT task, item, text, gold, choices, metric FROM questions")
    return tuple(
        Worded(task, item, text, gold, tuple(json.loads(choices)), metric)
        for task, item, text, gold, choices, metric in rows
    )


def _tables(database: Database) -> set[str]:
    return {name for (name,) in database.select("SELECT name FROM sqlite_master")}


def _events(database: Database, facts: Mapping[str, Any]) -> list[Dated]:
    found: list[Dated] = []
    for when, kind, data in database.select("SELECT time, kind, data FROM events ORDER BY id"):
        if kind in _READ:
            found.append((when, _READ[kind](json.loads(data), facts)))
    return found


def _named(models: Mapping[str, str], facts: Mapping[str, Any]) -> tuple[Named, ...]:
    """Models by the names that were all there was to tell them by."""
    roles = {role.value: role for role in (UNIFORM.role, RANDOM_SEARCH.role)}
    base = facts.get("recipe", {}).get("base_model")

    def model(name: str) -> Model:
        if name in roles:
            return Model(roles[name])
        return Model(Role.BASE if name == base else Role.PARENT, name)

    return tuple(Named(model(name), digest) for name, digest in models.items())


def _session(data: Mapping[str, Any], facts: Mapping[str, Any]) -> events.SessionBegan:
    environment = {**facts.get("versions", {}), "machine": facts.get("machine", "")}
    return events.SessionBegan(data.get("budget", {}), data.get("items", {}), environment)


def _shipped(data: Mapping[str, Any], facts: Mapping[str, Any]) -> events.ShippedNamed:
    models = (Named(Model(Role.SHIPPED, name), digest) for name, digest in data.items())
    return events.ShippedNamed(tuple(models))


def _winner(data: Mapping[str, Any], facts: Mapping[str, Any]) -> WinnerChosen:
    finalists = tuple(
        RankedFinalist(
            one["digest"],
            one["search"],
            one["validation"],
            one.get("violation", 0.0),
            tuple(Flag(**flag) for flag in one.get("flags", ())),
        )
        for one in data.get("finalists", ())
    )
    return WinnerChosen(
        data["digest"],
        _named(data.get("against", {}), facts),
        data.get("curse", 0.0),
        data.get("curse_error", 0.0),
        data.get("drift", 0.0),
        finalists,
    )


_READ: dict[str, Callable[[Mapping[str, Any], Mapping[str, Any]], events.Event]] = {
    "session": _session,
    "baselines": lambda data, facts: events.BaselinesNamed(_named(data, facts)),
    "shipped": _shipped,
    "cautions": lambda data, facts: events.Cautioned(tuple(data["cautions"])),
    "anyway": lambda data, facts: events.SearchedAnyway(),
    "cycle_ended": lambda data, facts: cycles.CycleEnded(**{"looks": 0, **data}),
    "winner": _winner,
    "test_opened": lambda data, facts: events.ItemsOpened(data["winner"], data.get("opening", 1)),
    "extended": lambda data, facts: events.BudgetRaised(data["budget"], data["outside_s"]),
    "finished": lambda data, facts: events.Finished(data["weights_sha256"], data["promotion"]),
    "promoted_again": lambda data, facts: events.FinalistTested(
        data["weights_sha256"], data["promotion"]
    ),
    "stopped": lambda data, facts: events.RunStopped(data["reason"]),
    "failed": lambda data, facts: events.RunFailed(data["reason"]),
}
"""How the events of earlier schemas are read, by their kinds."""
