import pytest
from pydantic import ValidationError

from evomerge.rails.kind import RailSettings
from evomerge.rails.rules import RAILS
from tests.rails.histories import decide, model, watched


def test_settings_of_another_name_or_no_number_are_refused():
    with pytest.raises(ValidationError):
        RailSettings(z=1)
    for value in (float("nan"), float("inf"), -1):
        with pytest.raises(ValidationError):
            RAILS["length"].settings(z=value)


@pytest.mark.parametrize("rail", RAILS.values(), ids=lambda rail: rail.name)
def test_each_rail_says_what_it_is_and_what_to_do(rail):
    assert rail.name.isidentifier()
    assert rail.summary[0].islower()
    assert rail.cure[-1] != "."
    assert all(field.description for field in rail.settings.model_fields.values())


@pytest.mark.parametrize("rail", RAILS.values(), ids=lambda rail: rail.name)
def test_a_sound_run_goes_on_and_is_judged_alike_each_time(rail):
    history = watched(*(model(f"g{n}") for n in range(8)))
    assert decide(rail, history) == decide(rail, history)
    assert decide(rail, history).action == "go on"


@pytest.mark.parametrize("rail", RAILS.values(), ids=lambda rail: rail.name)
def test_a_run_of_which_nothing_is_known_goes_on(rail):
    from evomerge.ledger import GenerationWatched, WatchedModel
    from evomerge.rails import WatchedRun

    nobody = GenerationWatched(0, 0, 0, 0, 0, None)
    failed = GenerationWatched(0, 1, 4, 1, 4, WatchedModel("d", {}))
    for entries in ((nobody,), (nobody, failed)):
        assert decide(rail, WatchedRun((), entries)).action == "go on"
