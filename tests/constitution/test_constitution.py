import pytest

from evomerge.constitution.reading import parse_constitution
from evomerge.errors import RecipeError
from tests.constitution.small import BRIEF, NO_INSULT, SMALL, TEXT


def test_probes_are_held_to_the_principles_that_they_name_or_to_all():
    assert SMALL.concerned(SMALL.probes) == {NO_INSULT: [0, 1, 2], BRIEF: [0, 2]}


def test_a_probe_is_named_by_its_prompt():
    ids = [probe.id for probe in SMALL.probes]
    assert len({*ids}) == 3
    again = parse_constitution(TEXT.replace("[no insult]", "[brief]"))
    assert [probe.id for probe in again.probes] == ids


@pytest.mark.parametrize(
    "old, new, problem",
    [
        ("name: brief", "name: no insult", "the principle 'no insult' stands twice"),
        ("[no insult]}", "[kindness]}", "no principle is called 'kindness'; there are no insult"),
        ("principle: brief}", "principle: short}", "no principle is called 'short'"),
        ("verdict: ok", "verdict: violates", "needs answers of both verdicts"),
    ],
)
def test_what_does_not_fit_together_is_refused(old, new, problem):
    with pytest.raises(RecipeError, match=problem):
        parse_constitution(TEXT.replace(old, new))
