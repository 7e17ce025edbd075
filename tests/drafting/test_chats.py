"""Whether questions become chat turns."""

import pytest

from evomerge.drafting.chats import chats_of

ONE, OTHER = "{{ messages }}", "{{ messages[0] }}"


def folder(path, template):
    path.mkdir()
    if template is not None:
        (path / "chat_template.jinja").write_text(template)
    return path


@pytest.mark.parametrize(
    ("base", "fine_tunes", "applied", "asked", "why"),
    [
        (None, [None, None], False, "", "no fine-tune has a chat template"),
        (ONE, [None, None], False, "", "no fine-tune has a chat template"),
        (ONE, [ONE, ONE], True, "", "base and fine-tunes have one chat template"),
        (None, [ONE, ONE], True, "auto", "all fine-tunes have one"),
        (OTHER, [ONE, ONE], True, "auto", "all fine-tunes have one"),
        (None, [ONE], True, "auto", "all fine-tunes have one"),
        (OTHER, [ONE], False, "", "base and fine-tune have different"),
        (ONE, [ONE, OTHER], False, "", "templates differ"),
        (ONE, [ONE, None], False, "", "1 has no chat template and others have one"),
    ],
)
def test_they_do_where_all_fine_tunes_have_one_template(
    tmp_path, base, fine_tunes, applied, asked, why
):
    made = {str(n): folder(tmp_path / str(n), one) for n, one in enumerate(fine_tunes)}
    chats = chats_of(folder(tmp_path / "base", base), made)
    assert (chats.applied, chats.template) == (applied, asked)
    assert why in chats.why
