"""Searches for several goals and for niches, on zoo models: fronts and archives are finalists."""

import json
import math
import re

import pytest

from evomerge import evolve, promote_finalist, status
from evomerge.cli.status import print_status
from evomerge.ledger import Ledger, Told, WinnerChosen
from evomerge.report.reader import view_of
from evomerge.search.dominance import dominates
from tests.run.small import TEXT


def recipe(search, budget, **more):
    text = TEXT.replace("search: {population: 4}", f"search: {search}")
    text = text.replace("evaluations: 10", f"evaluations: {budget}").replace("elites: 2", "")
    return text + "".join(f"  {key}: {value}\n" for key, value in more.items())


@pytest.fixture(scope="module")
def pareto(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pareto")
    file = folder / "r.yaml"
    text = recipe("{algorithm: nsga-ii, population: 8}", 40, elites=8, winner="knee")
    file.write_text(re.sub(r"metric: \w+", "metric: gold_logprob", text))
    return evolve(file, folder / "run")


def test_at_least_three_points_of_which_none_dominates_another_on_validation(pareto):
    front = status(pareto.folder)["front"]
    assert front["goals"] == ["zoo_arithmetic", "zoo_largest"]
    points = [tuple(member["scores"].values()) for member in front["members"]]
    assert len({*points}) >= 3
    for one in points:
        assert not any(
            other != one and all(a >= b for a, b in zip(other, one, strict=True))
            for other in points
        )
    assert front["hypervolume"] > 0


def test_the_search_was_told_of_every_goal(pareto):
    with Ledger(pareto.folder) as ledger:
        told = [one for one in ledger.all_of(Told) if one.objectives]
        assert {len(one.objectives) for one in told} == {3}
        for one in told:
            fitness, *goals = (objective.value for objective in one.objectives)
            assert fitness == pytest.approx(sum(goals) / 2)
            assert {objective.error for objective in one.objectives} == {0.0}


def test_the_winner_is_the_knee_and_heads_the_finalists(pareto):
    with Ledger(pareto.folder) as ledger:
        (chosen,) = ledger.all_of(WinnerChosen)
    assert chosen.digest == chosen.front.knee == chosen.finalists[0].digest
    members = [one for one in chosen.finalists if one.digest in chosen.front.digests]
    assert not any(dominates(a, b) for a in chosen.finalists for b in members)
    assert view_of(pareto.folder).choice.front == chosen.front
    assert "knee of the front" in (pareto.winner / "README.md").read_text()


def test_status_shows_the_front_as_a_table_and_as_json(pareto, capsys):
    print_status(view_of(pareto.folder))
    shown = capsys.readouterr().out
    assert "zoo_arithmetic  zoo_largest" in shown
    assert "front, knee" in shown
    assert "hypervolume" in shown
    json.dumps(status(pareto.folder))


def test_each_member_that_is_tested_is_another_opening_at_a_lower_level(pareto):
    """However many are tested, one that is no better is promoted with probability alpha at most."""
    levels = [pareto.verdict.level, *(_promoted(pareto, n).level for n in (1, 2))]
    assert levels == pytest.approx([6 * 0.05 / (math.pi * k) ** 2 for k in (1, 2, 3)])
    assert sum(levels) < 0.05
    assert _promoted(pareto, 1).level == levels[1], "of one that was tested it is the same opening"


def _promoted(pareto, number):
    return promote_finalist(pareto.folder, number).verdict


@pytest.mark.parametrize("name", ["natural-niches", "dominated-novelty"])
def test_members_of_an_archive_of_niches_are_the_finalists_and_can_be_exported(name, tmp_path):
    file = tmp_path / "r.yaml"
    search = f"{{algorithm: {name}, population: 4, archive: 4, sigma: 0.1}}"
    file.write_text(recipe(search, 16, elites=4))
    run = evolve(file, tmp_path / "run")
    finalists = view_of(run.folder).finalists
    assert 2 <= len(finalists) <= 4
    with Ledger(run.folder) as ledger:
        digests = {one.digest for one in ledger.trials() if one.split == "validation"}
    assert {one.ranked.digest for one in finalists} <= digests
    exported = promote_finalist(run.folder, 1)
    assert (exported.winner / "model.safetensors").is_file()
