"""What a search asked and was told is in the ledger, and enough to rebuild it."""

import dataclasses

import pytest

from evomerge.errors import Diverged
from evomerge.ledger import Asked, Ledger, Objective, Place, State, Told
from evomerge.recipe import Genome, parse_recipe
from evomerge.run.cycle.budget import Allowance, Spent
from evomerge.run.cycle.cycle import Cycle
from evomerge.run.cycle.history import History
from evomerge.run.cycle.outcomes import Raced
from evomerge.run.cycle.search import Search
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.search import Outcome
from evomerge.workers.fake import FakeWorkers
from tests.run.fakes import TEXT, Fake, near_peak, prepared

CHOICES = TEXT.replace("{low: 0, high: 1}", "{choice: [0.1, 0.4, 0.7, 1.0]}")


def with_choices(evaluations):
    ready = prepared(f"evaluations: {evaluations}")
    recipe = parse_recipe(CHOICES % ("false", f"evaluations: {evaluations}"))
    return Fake(recipe, {}, ready.content, None, ready.benchmark)


def searched(ready, ledger, workers=None):
    evaluations = Evaluations(ledger, ready.benchmark, lambda: None)
    cycle = Cycle(0, ready, evaluations, ledger, Spent())
    cycle.run(workers or FakeWorkers(near_peak), Allowance(ready.evolve.budget, 1.0, lambda: 0.0))
    return cycle


def outcome_of(told):
    """What the search was told, from its record."""
    return Outcome(
        tuple(objective.value for objective in told.objectives),
        tuple(objective.error for objective in told.objectives),
        told.violation,
        told.state is State.PRUNED,
        failure=told.reason if told.state is State.FAILED else None,
    )


def generations(ledger):
    """Genomes asked and what was told of them, generation by generation."""
    told = {told.candidate: told for told in ledger.all_of(Told)}
    found = {}
    for asked in ledger.all_of(Asked):
        found.setdefault(asked.place.generation, []).append(asked)
    return [(asked, [told.get(one.candidate) for one in asked]) for asked in found.values()]


def test_the_search_can_be_rebuilt_from_the_ledger_alone_where_candidates_are_met_again(tmp_path):
    ready = with_choices(12)
    with Ledger(tmp_path, create=True) as ledger:
        cycle = searched(ready, ledger)
        history, trials = generations(ledger), ledger.trials()
    search = Search(ready.recipe, seed=0)
    values = 0
    for asked, told in history:
        candidates = search.ask()
        assert [one.genome for one in asked] == [one.genome for one in candidates]
        if None not in told:
            for candidate, one in zip(candidates, told, strict=True):
                search.tell(candidate, outcome_of(one))
            values += len(told)
    assert values > len({trial.digest for trial in trials}), "some were told more than once"
    assert search.mean() == cycle._recorded.search.mean()
    numbers = [one.candidate for asked, _ in history for one in asked]
    assert numbers == [*range(len(numbers))]


def test_candidates_name_the_parts_that_they_rest_on(tmp_path):
    with Ledger(tmp_path, create=True) as ledger:
        searched(prepared("evaluations: 8"), ledger)
        parts = {r.number: r.what for r in ledger.records() if type(r.what).__name__ == "Part"}
        asked = {one.candidate: one for one in ledger.all_of(Asked)}
        told = ledger.all_of(Told)
    assert len(told) == 8
    for one in told:
        (record,) = one.parts
        assert parts[record].digest == asked[one.candidate].digest
        assert asked[one.candidate].operator == "sample"


def test_a_resumed_search_writes_nothing_that_is_on_record(tmp_path):
    ready = prepared("evaluations: 8")
    with Ledger(tmp_path, create=True) as ledger:
        searched(ready, ledger)
        before = [record.what for record in ledger.records()]
    with Ledger(tmp_path, create=True) as ledger:
        searched(ready, ledger)
        assert [record.what for record in ledger.records()] == before


def test_a_candidate_that_is_another_one_now_is_named_with_its_gene(tmp_path):
    ready = prepared("evaluations: 8")
    with Ledger(tmp_path, create=True) as ledger:
        searched(ready, ledger)
        asked = ledger.all_of(Asked)
    plain = ready.recipe.plain()
    plain["evolve"]["seed"] = 5
    other = dataclasses.replace(ready, recipe=type(ready.recipe).model_validate(plain))
    with (
        Ledger(tmp_path, create=True) as ledger,
        pytest.raises(Diverged, match=r"candidate 0 \(cycle 0, generation 0, position 0\)") as it,
    ):
        searched(other, ledger)
    assert f"models.0.parameters.weight at {asked[0].genome[0]!r}, and" in str(it.value)
    assert it.value.exit_code == 1


def test_a_value_that_is_another_one_now_is_told(tmp_path):
    ready = prepared("evaluations: 8")
    with Ledger(tmp_path, create=True) as ledger:
        searched(ready, ledger)
        trials, told = ledger.trials()[:2], ledger.all_of(Told)[:2]
        history = History(ledger)
        history.tell([0, 1], [*map(Raced, trials)], [(1,), (2,)])
        assert ledger.all_of(Told)[:2] == told
        worse = dataclasses.replace(trials[1], fitness=trials[1].fitness - 1e-9)
        for other in (Raced(worse), Raced(trials[1], error=0.1)):
            with pytest.raises(Diverged, match="candidate 1: the search was told"):
                history.tell([0, 1], [Raced(trials[0]), other], [(), ()])


def test_what_is_told_is_on_record(tmp_path):
    with Ledger(tmp_path, create=True) as ledger:
        searched(prepared("evaluations: 4"), ledger)
        told = ledger.all_of(Told)
        fitness = [trial.fitness for trial in ledger.trials()[:4]]
    assert [one.objectives for one in told] == [(Objective(value),) for value in fitness]


def test_a_genome_is_known_at_its_place_alone(tmp_path):
    ready = prepared("evaluations: 4")
    with Ledger(tmp_path, create=True) as ledger:
        searched(ready, ledger)
        first = ledger.all_of(Asked)[0]
        history = History(ledger)
    assert history.at(first.place, first.genome) == first
    assert history.at(Place(0, 9, 0), first.genome) is None
    assert history.at(first.place, (0.5, 0.5)) is None
    assert Genome(ready.recipe).decode(first.genome)
