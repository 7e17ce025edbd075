import pytest

from evomerge.errors import UserError
from evomerge.trackers.fake import FakeTracker
from evomerge.trackers.kind import TrackerKind


def test_a_package_that_is_not_installed_is_told_with_what_installs_it():
    absent = TrackerKind("nowhere_to_be_found", FakeTracker)
    assert not absent.is_installed
    with pytest.raises(UserError, match=r"pip install 'evomerge\[nowhere_to_be_found\]'"):
        absent.made()
    assert isinstance(TrackerKind("json", FakeTracker).made(), FakeTracker)


@pytest.mark.parametrize("error", [ImportError("no libc"), AttributeError("np.float_")])
def test_one_that_cannot_be_imported_is_refused_too(error):
    def make():
        raise error

    with pytest.raises(UserError, match=f"cannot be imported .*{error}.*pip install"):
        TrackerKind("json", make).made()
