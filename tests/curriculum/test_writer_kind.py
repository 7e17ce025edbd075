from evomerge.curriculum.writer_kind import WriterKind
from evomerge.curriculum.writers import WRITERS


def test_a_file_in_the_folder_is_registered():
    assert {*WRITERS} == {"chain", "model", "program"}
    assert all(isinstance(kind, WriterKind) for kind in WRITERS.values())
