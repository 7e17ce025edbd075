"""Every registered algorithm keeps to the protocol. A new one joins by being registered."""

import math
import random
import subprocess
import sys
from collections import deque
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evomerge.search import Outcome, Problem
from evomerge.search.algorithms import ALGORITHMS, kind_of
from tests.search.conformance import alike, every, failed, history, new, reaches, sphere

ACROSS = [k for k in ALGORITHMS.values() if k.across_generations and not k.all_items]
"""Those that are told values with an error in one generation and compare them in another."""
GENERATIONAL = [kind for kind in ALGORITHMS.values() if kind.pace == "generation"]

of_any = st.sampled_from([*ALGORITHMS.values()])


@every
class TestKind:
    def test_its_name_and_its_settings_are_its_own(self, kind):
        assert ALGORITHMS[kind.name] is kind
        assert kind_of(kind.settings()) is kind
        assert [k.settings for k in ALGORITHMS.values()].count(kind.settings) == 1
        assert "algorithm" not in kind.settings.model_fields

    def test_its_settings_are_described_and_refuse_what_they_do_not_know(self, kind):
        assert all(field.description for field in kind.settings.model_fields.values())
        with pytest.raises(ValueError, match="unknown_setting"):
            kind.settings(unknown_setting=1)

    def test_its_contract_makes_sense(self, kind):
        fewest, most = kind.goals
        assert 0 <= fewest <= (fewest if most is None else most)
        assert kind.all_items or not fewest, "goals are compared on the same items"
        assert kind.summary
        assert kind.paper

    def test_it_takes_genes_that_choose(self, kind):
        problem = Problem((0.5, 0.25, 0.5), (0, 2, 3), kind.goals[0])
        algorithm = kind.make(problem, kind.settings(), 0)
        for candidate in algorithm.ask(algorithm.population):
            assert len(candidate.genome) == 3


@every
class TestCandidates:
    @pytest.mark.parametrize("n", [1, 2, 12])
    def test_genomes_lie_in_the_unit_cube(self, kind, n):
        def towards_the_edge(genome):
            return Outcome((sum(genome),) * (1 + kind.goals[0]))

        for generation in history(new(kind, n), towards_the_edge, 15):
            for candidate in generation:
                assert len(candidate.genome) == n
                assert all(0.0 <= x <= 1.0 for x in candidate.genome)

    def test_they_are_numbered_and_ancestors_come_before(self, kind):
        generations = history(new(kind), sphere(kind), 8)
        candidates = [candidate for generation in generations for candidate in generation]
        assert [candidate.number for candidate in candidates] == [*range(len(candidates))]
        for candidate in candidates:
            assert candidate.operator
            assert all(0 <= number < candidate.number for number in candidate.origins)

    def test_some_are_selected_and_never_more_than_there_are(self, kind):
        algorithm = new(kind)
        for count in range(1, 40):
            assert 1 <= algorithm.selects(count) <= count


@every
class TestHistory:
    CHOICES = (0, 2, 3, 0)

    def test_it_is_a_function_of_its_history(self, kind):
        def asked(seed):
            return history(new(kind, seed=seed, choices=self.CHOICES), sphere(kind), 15)

        np.random.seed(4)
        first = asked(5)
        np.random.seed(123)  # nothing global takes part
        random.seed(123)
        assert asked(5) == first
        assert asked(6) != first

    def test_no_global_generator_is_touched(self, kind):
        np.random.seed(7)
        random.seed(7)
        expected = np.random.random(), random.random()
        np.random.seed(7)
        random.seed(7)
        history(new(kind, choices=self.CHOICES), sphere(kind), 5)
        assert (np.random.random(), random.random()) == expected

    def test_replayed_from_what_was_told_it_goes_on_as_before(self, kind):
        algorithm, record = new(kind, choices=self.CHOICES), []
        for number in range(9):
            for candidate in algorithm.ask(algorithm.population):
                outcome = sphere(kind)(candidate.genome) if number % 3 else failed(())
                record.append((candidate, outcome))
                algorithm.tell(candidate, outcome)
        replayed = new(kind, choices=self.CHOICES)
        told = iter(record)
        for _ in range(9):
            for candidate in replayed.ask(replayed.population):
                asked, outcome = next(told)
                assert candidate == asked
                replayed.tell(candidate, outcome)
        assert replayed.ask(replayed.population) == algorithm.ask(algorithm.population)
        assert replayed.mean() == algorithm.mean()


@every
class TestSteady:
    def test_where_nobody_should_wait_there_is_always_one_more(self, kind):
        algorithm, again, flight = new(kind, steady=True), new(kind, steady=True), deque()
        for number in range(150):
            (candidate,) = algorithm.ask(1)
            assert again.ask(1) == [candidate]
            assert all(0.0 <= x <= 1.0 for x in candidate.genome)
            flight.append(candidate)
            flight.rotate(number % 2)
            if len(flight) == 3:
                told = flight.popleft()
                outcome = sphere(kind)(told.genome) if number % 5 else failed(())
                algorithm.tell(told, outcome)
                again.tell(told, outcome)


@every
class TestStarts:
    STARTS = (0.1, 0.0, 1.0, 0.9), (0.2, 0.25, 0.75, 0.3)

    def test_those_that_learn_begin_with_what_promises(self, kind):
        algorithm = new(kind, starts=self.STARTS)
        first = [candidate.genome for candidate in algorithm.ask(algorithm.population)]
        for start in self.STARTS if kind.learns else ():
            assert any(genome == pytest.approx(start, abs=1e-9) for genome in first)

    def test_a_start_is_learnt_from(self, kind):
        """Where it was the best, what follows is nearer to it than where it was the worst."""
        start = self.STARTS[0]

        def gap(genome):
            return sum((x - at) ** 2 for x, at in zip(genome, start, strict=True))

        def gap_after(value_of_start):
            def score(genome):
                value = value_of_start if gap(genome) < 1e-9 else sphere(kind)(genome).fitness
                return alike(kind, value)

            _, *later = history(new(kind, starts=(start,)), score, 5)
            gaps = [gap(candidate.genome) for generation in later for candidate in generation]
            return sum(gaps) / len(gaps)

        one_peak = kind.learns and not kind.goals[0]
        assert not one_peak or gap_after(1.0) < gap_after(-10.0)


@every
class TestChoices:
    def test_those_that_learn_find_what_to_choose(self, kind):
        """Twelve of two values: by chance one in 4096 has them all right."""
        n, choices = 14, (2,) * 12 + (0, 0)

        def wrong(genome):
            return sum((x >= 0.5) == (i % 3 == 0) for i, x in enumerate(genome[:12]))

        def score(genome):
            value = -wrong(genome) - sum((x - 0.3) ** 2 for x in genome[12:])
            return alike(kind, value)

        algorithm = new(kind, n, choices=choices)
        assert not kind.learns or reaches(algorithm, score, lambda genome: not wrong(genome))


@pytest.mark.parametrize("kind", ACROSS, ids=lambda kind: kind.name)
def test_a_lucky_value_is_not_kept_for_ever(kind):
    """The first candidate, far from the peak, scores more than the peak does, with that error."""
    luck, lucky = [1.0], (0.9,) * 4

    def score(genome):
        value, error = sphere(kind)(genome).fitness, luck.pop() if luck else 0.0
        objectives = 1 + kind.goals[0]
        return Outcome((value + error,) * objectives, (error,) * objectives)

    *_, last = history(new(kind, starts=(lucky,)), score, 40)
    gaps = [1 - sphere(kind)(candidate.genome).fitness for candidate in last]
    assert sorted(gaps)[len(gaps) // 2] < 0.1 < 1 - sphere(kind)(lucky).fitness


@every
class TestTelling:
    def test_what_was_not_asked_for_or_told_already_is_refused(self, kind):
        algorithm = new(kind)
        candidate, *_ = algorithm.ask(algorithm.population)
        stranger = replace(candidate, genome=(0.125,) * 4)
        with pytest.raises(ValueError, match="candidate 0 was not asked for"):
            algorithm.tell(stranger, failed(()))
        algorithm.tell(candidate, sphere(kind)(candidate.genome))
        with pytest.raises(ValueError, match="or was told of already"):
            algorithm.tell(candidate, sphere(kind)(candidate.genome))

    def test_some_may_fail_violate_floors_or_be_cut(self, kind):
        algorithm = new(kind)
        fates = [
            lambda genome: Outcome(failure="the merge is not finite"),
            lambda genome: replace(sphere(kind)(genome), violation=0.5),
            lambda genome: replace(sphere(kind)(genome), cut=True),
            lambda genome: replace(sphere(kind)(genome), errors=(math.inf,) * (1 + kind.goals[0])),
            sphere(kind),
        ]
        for number in range(40):
            for candidate in algorithm.ask(algorithm.population):
                fate = fates[(number + candidate.position) % len(fates)]
                algorithm.tell(candidate, fate(candidate.genome))
        assert algorithm.ask(1)

    def test_a_generation_of_failures_teaches_nothing_and_ends_nothing(self, kind):
        algorithm = new(kind)
        history(algorithm, sphere(kind), 3)
        before = algorithm.mean()
        history(algorithm, failed, 5)
        assert algorithm.mean() == before
        assert algorithm.finished() is None
        assert algorithm.ask(1)

    def test_those_that_learn_find_the_peak_and_chance_does_not(self, kind):
        if kind.name == "cma-me":
            pytest.skip("it fills a grid: tests/search/algorithms/test_cma_me.py")

        def gap(genome):
            return 1 - max(sphere(kind)(genome).objectives)

        found = reaches(new(kind, n=6), sphere(kind), lambda genome: gap(genome) < 1e-3)
        assert found == kind.learns


@every
def test_fewer_than_one_cannot_be_asked_for(kind):
    with pytest.raises(ValueError, match="not 0"):
        new(kind).ask(0)


@pytest.mark.parametrize("kind", GENERATIONAL, ids=lambda kind: kind.name)
def test_asked_for_its_population_a_generation_comes_whole(kind):
    for number, generation in enumerate(history(new(kind), sphere(kind), 6)):
        assert {candidate.generation for candidate in generation} == {number}
        assert [candidate.position for candidate in generation] == [*range(len(generation))]


@settings(max_examples=60, deadline=None)
@given(of_any, st.lists(st.integers(1, 30), min_size=1, max_size=12), st.randoms())
def test_any_count_can_be_asked_for_and_told_in_any_order(kind, counts, order):
    """With none in flight one comes at least; in flight there may be none, and that is all."""
    algorithm, in_flight = new(kind), []
    for count in counts:
        candidates = algorithm.ask(count)
        assert len(candidates) <= count
        assert candidates or in_flight
        in_flight += candidates
        order.shuffle(in_flight)
        for _ in range(order.randint(0, len(in_flight))):
            candidate = in_flight.pop()
            algorithm.tell(candidate, sphere(kind)(candidate.genome))
    for candidate in in_flight:
        algorithm.tell(candidate, sphere(kind)(candidate.genome))
    assert algorithm.ask(1)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(GENERATIONAL), st.randoms(), st.integers(1, 9))
def test_by_generation_neither_order_nor_pieces_matter(kind, order, piece):
    whole, pieces = new(kind), new(kind)
    for _ in range(6):
        expected = history(whole, sphere(kind), 1)[0]
        candidates = []
        while len(candidates) < len(expected):
            candidates += pieces.ask(min(piece, len(expected) - len(candidates)))
        assert candidates == expected
        order.shuffle(candidates)
        for candidate in candidates:
            pieces.tell(candidate, sphere(kind)(candidate.genome))


def test_reading_a_recipe_imports_no_package_that_an_algorithm_needs():
    heavy = {"cma", "numpy", "optuna", "scipy"}
    code = f"import sys, evomerge.recipe; print(sorted({heavy} & {{*sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
