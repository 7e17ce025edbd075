"""What a search asked and was told is in the ledger, and enough to rebuild it."""

import dataclasses

import pytest

from evomerge.errors import Diverged
from evomerge.ledger import Asked, Ledger, Objective, Place, Told
from evomerge.recipe import Genome, parse_recipe
from evomerge.run.budget import Allowance, Spent
from evomerge.run.cycle import Cycle, merits
from evomerge.run.evaluations import Evaluations
from evomerge.run.history import History
from evomerge.search import Search
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


def generations(ledger):
    """Genomes asked and merits told, generation by generation."""
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
        search.ask()
        assert [one.genome for one in asked] == search.asked
        if None not in told:
            search.tell(merits(told))
            values += len(told)
    assert values > len({trial.digest for trial in trials}), "some were told more than once"
    assert search.mean() == cycle._search.mean()
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
        assert history.tell([0, 1], trials, [(1,), (2,)]) == [
            dataclasses.replace(one, parts=parts)
            for one, parts in zip(told, [(1,), (2,)], strict=True)
        ]
        worse = dataclasses.replace(trials[1], fitness=trials[1].fitness - 1e-9)
        with pytest.raises(Diverged, match="candidate 1: the search was told"):
            history.tell([0, 1], [trials[0], worse], [(), ()])


def test_merits_are_made_of_what_is_recorded(tmp_path):
    with Ledger(tmp_path, create=True) as ledger:
        searched(prepared("evaluations: 4"), ledger)
        told = ledger.all_of(Told)
        fitness = [trial.fitness for trial in ledger.trials()[:4]]
    assert [one.objectives for one in told] == [(Objective(value),) for value in fitness]
    assert merits(told) == fitness


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
