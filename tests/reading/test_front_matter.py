import pytest

from evomerge.errors import ParentError
from evomerge.reading.file_kind import CARD
from evomerge.reading.front_matter import read_front_matter


@pytest.fixture
def read(tmp_path):
    def reads(text):
        (tmp_path / "README.md").write_bytes(text.encode())
        return read_front_matter(tmp_path / "README.md", CARD)

    return reads


def test_the_head_of_a_card(read):
    assert read("---\nlicense: mit\n---\n# x\n---\nlicense: gpl\n---\n") == {"license": "mit"}
    assert read("\ufeff---\r\na: [1]\r\n---\r\ntext") == {"a": [1]}


@pytest.mark.parametrize(
    "text", ["", "# A model", "---\n---\n", "---\n# nothing\n---", "---\na: 1"]
)
def test_a_card_without_a_head(read, text):
    assert read(text) == {}


@pytest.mark.parametrize(
    "text",
    [
        "---\n- a list\n---\n",
        "---\n{unclosed\n---\n",
        "---\na: &x [1]\nb: *x\n---\n",
        "---\na: !!python/object:os.system x\n---\n",
        f"---\n{'[' * 50}\n---\n",
        "---\na: 2024-99-99\n---\n",
    ],
)
def test_a_head_that_is_none_is_told(read, text):
    with pytest.raises(ParentError, match=r"README\.md"):
        read(text)
