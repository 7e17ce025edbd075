import pytest

from evomerge.errors import UserError
from evomerge.trackers.fake import FakeTracker
from evomerge.trackers.kind import TrackerKind


def test_a_package_that_is_not_installed_is_told_with_what_installs_it():
    absent = TrackerKind("nowhere_to_be_found", FakeTracker)
    assert not absent.is_installed
    with pytest.raises(UserError, match=r"pip install 'evomerge\[nowhere_to_be_found\]'"):
        absent.require()
    TrackerKind("json", FakeTracker).require()
