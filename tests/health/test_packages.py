"""What is installed of what evomerge's metadata name."""

import pytest

from evomerge.health import packages as of_machine
from evomerge.health.packages import Package, packages


@pytest.fixture
def named(monkeypatch):
    def name(*texts):
        monkeypatch.setattr(of_machine, "requires", lambda package: [*texts])
        return packages()

    return name


def test_each_package_is_told_with_its_version_and_extra(named):
    found = named("no-such-thing>=1; extra == 'cluster'", "pytest>=1", "pytest>=9999")
    version = found[0].version
    assert found == (
        Package("pytest", version, True),
        Package("pytest", version, False),
        Package("no-such-thing", None, False, "cluster"),
    )
    assert [one.is_lacking for one in found] == [False, True, False]


def test_what_is_for_developers_or_other_machines_is_left_out(named):
    assert named("a; extra == 'dev'", "b; sys_platform == 'nowhere'", "not a requirement !") == ()
    assert named("c") == (Package("c", None, False),)
    assert named("c")[0].is_lacking


def test_evomerge_s_own_needs_are_met_here():
    assert [one.name for one in packages() if one.is_lacking] == []
