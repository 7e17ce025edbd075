import pytest

from evomerge.formulas.grammar import parse_formula
from evomerge.formulas.space import FormulaSpace
from evomerge.formulas.text import text_of
from evomerge.formulas.tree import functions_in, size
from evomerge.operators.canonical import canonical
from evomerge.operators.wanted import WantedFormula
from evomerge.search import Outcome, Problem
from evomerge.search.algorithms.genetic_programming import GeneticProgrammingSettings, make
from tests.search.conformance import history

WANTED = WantedFormula(FormulaSpace(12, (("w", True),)), (1.0,), first=1)
START = WANTED.put(parse_formula("b + sum(w * d)"), (0.5,) * 14)


def programming(seed=0, starts=(), **settings):
    problem = Problem(START, (0,) * 14, starts=starts, formula=WANTED)
    return make(problem, GeneticProgrammingSettings(population=8, **settings), seed)


def likes_median(genome):
    """Formulas with a median are better, and so is a first number near to 0.3."""
    return Outcome((("median" in functions_in(WANTED.of(genome))) - abs(genome[0] - 0.3),))


def test_it_begins_with_the_starts():
    other = WANTED.put(parse_formula("mean(theta)"), START)
    (first,) = history(programming(starts=(other,)), likes_median, 1)
    assert [one.genome for one in first[:2]] == [START, other]
    assert [one.operator for one in first] == ["start"] * 2 + ["sample"] * 6


def test_it_finds_a_word_and_a_number():
    *_, last = history(programming(), likes_median, 12)
    best = max(last, key=lambda one: likes_median(one.genome).fitness)
    assert "median" in functions_in(WANTED.of(best.genome))
    assert best.genome[0] == pytest.approx(0.3, abs=0.1)


def test_each_formula_has_the_properties_that_are_wanted_and_is_proposed_once():
    asked = [one for generation in history(programming(), likes_median, 5) for one in generation]
    bred = [one for one in asked if one.operator in ("crossing", "sample")]
    forms = [text_of(canonical(WANTED.of(one.genome))) for one in bred]
    assert all(WANTED.admits(WANTED.of(one.genome)) for one in asked)
    assert len({*forms}) > 0.9 * len(forms)  # where none is new, a parent's goes on


def test_the_best_are_in_the_next_generation_again():
    first, second = history(programming(kept=2), likes_median, 2)
    best = sorted(first, key=lambda one: -likes_median(one.genome).fitness)[:2]
    assert [one.genome for one in second[:2]] == [one.genome for one in best]
    assert [one.origins for one in second[:2]] == [(one.number,) for one in best]


def test_of_what_is_equally_good_within_its_error_the_shorter_wins():
    def unsure(genome):
        return Outcome((size(WANTED.of(genome)) / 100,), (1.0,))

    def sure(genome):
        return Outcome((size(WANTED.of(genome)) / 100,), (0.0,))

    def words(score):
        *_, last = history(programming(sampled=0.0, tournament=4), score, 10)
        return sum(size(WANTED.of(one.genome)) for one in last) / len(last)

    assert words(unsure) < words(sure)


def test_what_failed_is_no_parent():
    def some(genome):
        failed = "keep" in functions_in(WANTED.of(genome))
        return Outcome(failure="not finite") if failed else likes_median(genome)

    first, second = history(programming(), some, 2)
    failed = {one.number for one in first if some(one.genome).failure}
    assert not failed & {origin for one in second for origin in one.origins}
