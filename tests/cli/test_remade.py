"""Adapters trained again from the command line."""

import json

from evomerge.cli.remade import describe
from evomerge.ledger import Ledger
from evomerge.training.remaking import Remade
from tests.cli.calling import call
from tests.ledger.facts import EACH
from tests.report.test_trainings import TRAINED


def test_a_run_without_adapters_has_nothing_to_train(work):
    with Ledger(work, create=True) as ledger:
        ledger.record(EACH[0])
    done = call("remake", ".")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "no adapter was trained in this run" in done.stderr


def test_what_cannot_be_trained_again_ends_with_1(work):
    with Ledger(work, create=True) as ledger:
        ledger.record(TRAINED)
    said, plain = call("remake", "."), call("remake", ".", "--json")
    assert (said.exit_code, plain.exit_code) == (1, 1)
    assert said.stdout.splitlines()[-1].startswith("adapters/cycle-0: not trained again: ")
    (one,) = json.loads(plain.stdout)
    assert (one["same"], one["recorded"], one["made"]) == (False, TRAINED.weights_sha256, "")


def test_versions_that_have_changed_come_first():
    one = Remade("a", "h1", "h1", "h2", ("torch was 1 and is 2",))
    assert describe(one).splitlines() == [
        "a: torch was 1 and is 2",
        "a: NOT the same bits: h1 in the ledger, h1 in its folder, h2 trained now",
    ]
    assert describe(Remade("a", "h", "h", "h")) == "a: the same bits (h)"


def test_no_run_is_the_users_mistake(work):
    assert call("remake", ".").exit_code == 2
