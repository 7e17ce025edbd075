from evomerge.errors import UserError
from evomerge.reading import file_kind
from evomerge.reading.file_kind import FileKind

KINDS = [kind for kind in vars(file_kind).values() if isinstance(kind, FileKind)]


def test_what_cannot_be_read_is_the_users_mistake():
    assert KINDS
    assert all(issubclass(kind.error, UserError) for kind in KINDS)


def test_only_what_is_never_read_into_memory_may_be_larger_than_it():
    never_read = [file_kind.OWN_DATA, file_kind.WEIGHTS]
    assert [kind for kind in KINDS if kind.most > 10**9] == never_read
