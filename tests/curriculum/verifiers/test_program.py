import pytest

from evomerge.curriculum.verifiers.program import verify
from tests.curriculum.contexts import context_of, read_draft
from tests.curriculum.population import CHAIN, curriculum

DRAFTS = [read_draft("1 + 1", "deux"), read_draft("2 + 2", "cinq")]


@pytest.mark.parametrize(
    "source, told",
    [
        ("print('true')", "is to print true or false for each of 2 documents"),
        ("print('true\\nfalse\\ntrue')", "is to print true or false"),
        ("print('1\\n0')", "is to print true or false"),
        ("print('yes\\nno')", "is to print true or false"),
        ("raise SystemExit(1)", "v.py: exit status 1: SystemExit: 1"),
        ("import random\nprint(random.random())", "printed something else"),
    ],
)
def test_nothing_passes_a_program_that_fails(source, told):
    settings = curriculum(CHAIN, verifiers=[{"program": "v.py"}])
    context = context_of(settings, files={"v.py": source})
    opinions = verify(settings.verifiers[0], context, DRAFTS)
    assert [one.passed for one in opinions] == [False, False]
    assert told in opinions[0].reason
