import json

import pytest

from evomerge.errors import ParentError
from evomerge.training.data_file import from_file, to_lines
from evomerge.training.example import Example, data_sha256, distinct
from evomerge.training.texts import TrainingText

EXAMPLES = [
    Example("<script>\u2028\x1b[31m é", " 4", "model"),
    Example((3, 4), " 5"),
    Example("too long", " 6"),
]
TEXTS = [TrainingText(one.sha256, (3, 4, 5, 1), 2) for one in EXAMPLES[:2]]


def test_what_is_written_is_read_again(tmp_path):
    file = tmp_path / "data.jsonl"
    file.write_text(to_lines([*EXAMPLES, EXAMPLES[0]], TEXTS))
    examples, texts = from_file(file)
    assert examples == distinct(EXAMPLES)
    assert data_sha256(examples) == data_sha256(EXAMPLES)
    assert {text.name: text for text in texts} == {text.name: text for text in TEXTS}


ROW = {"prompt": "a", "answer": "b", "origin": "human", "tokens": [1, 2], "learnt": 1}


@pytest.mark.parametrize(
    "wrong",
    [
        "[",
        "[]",
        "{}",
        "7",
        {**ROW, "prompt": 7},
        {**ROW, "prompt": [1, "2"]},
        {**ROW, "answer": None},
        {**ROW, "tokens": [1, -2]},
        {**ROW, "tokens": [1, True]},
        {**ROW, "learnt": 2},
        {**ROW, "learnt": 0},
        {**ROW, "learnt": "1"},
        '{"prompt": ' + "[" * 99 + "]" * 99 + "}",
    ],
)
def test_what_is_none_is_told_with_its_line(tmp_path, wrong):
    file = tmp_path / "data.jsonl"
    bad = wrong if isinstance(wrong, str) else json.dumps(wrong)
    file.write_text(f"{json.dumps(ROW)}\n{bad}\n")
    with pytest.raises(ParentError, match=r"data\.jsonl"):
        from_file(file)
