"""What a run's own process shows of it."""

import re

from evomerge import evolve
from evomerge.cli.progress import ToldRun
from evomerge.ledger import Record, SessionBegan
from evomerge.recipe import parse_recipe
from tests.cli.calling import call
from tests.report.history import SEARCHED, records
from tests.run.small import TEXT


def test_only_what_this_process_records_is_told():
    told = ToldRun()
    assert [line for record in records(SEARCHED[:12]) for line in told.take(record)] == []
    (line,) = told.take(Record(13, 0.0, 13.0, SessionBegan({"evaluations": 3}), is_live=True))
    assert "1 of 3 candidates" in line or "3 of 3 parents" in line


def test_a_run_ends_with_the_winners_genes_and_how_to_test_the_others(work):
    folder = evolve(parse_recipe(TEXT), work / "a run").folder
    done = call("resume", folder)
    assert done.exit_code == 0
    assert re.search(r"^models\.0\.parameters\.weight +\d\.\d+ *$", done.stderr, re.MULTILINE)
    assert f"evomerge promote '{folder}' 1" in done.stderr
    done = call("promote", folder, "1")
    assert re.search(r"^gene +finalist 1", done.stderr, re.MULTILINE)
    assert re.search(r"^1 +\d\.\d+ +\d\.\d+ +tested", done.stderr, re.MULTILINE)
