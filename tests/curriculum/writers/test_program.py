from evomerge.curriculum.writers.program import write
from tests.curriculum.contexts import context_of
from tests.curriculum.population import curriculum

SETTINGS = {"name": "w", "program": "p.py", "count": 3}


def drafts(source):
    settings = curriculum(SETTINGS)
    return write(settings.writers[0], context_of(settings, files={"p.py": source}))


def test_what_it_prints_beyond_the_count_is_left():
    found = drafts("for n in range(9): print('{\"n\": %d}' % n)")
    assert [draft.document for draft in found] == [{"n": 0}, {"n": 1}, {"n": 2}]


def test_a_line_that_is_no_document_is_a_draft_without_one():
    found = drafts("print('[1]')\nprint('{')\nprint('{}')")
    assert [draft.document for draft in found] == [None, None, {}]
    assert found[0].reason == "a line is no JSON object"
    assert found[1].reason.startswith("a line is no JSON that can be used")


def test_a_program_that_fails_has_written_nothing_and_says_why():
    (draft,) = drafts("raise OSError('no <b>luck</b>')")
    assert draft.document is None
    assert draft.reason == "p.py: p.py:1: OSError: no <b>luck</b>"
    assert drafts("") == []
