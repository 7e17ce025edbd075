import json

from evomerge.engine.request import Generated
from evomerge.ledger import ItemScore
from evomerge.run.answer_file import write_answers
from tests.run.fakes import items, prepared

SAID = 'a "quote"\x1b[2J\x9b1m\u202e 日本語 \ud800'


def test_every_character_is_kept_and_none_is_obeyed(tmp_path):
    path, asked = tmp_path / "said.jsonl", items("search", 2)
    scores = [ItemScore(item.task, item.id, 0.5) for item in asked]
    responses = [(Generated(text, 1, True),) for text in (SAID, "")]
    write_answers(path, prepared().benchmark, asked, responses, scores)
    text = path.read_text(encoding="utf-8")
    first, second = map(json.loads, text.splitlines())
    assert (first["answer"], second["answer"], first["score"]) == (SAID, "", 0.5)
    assert "日本語" in text
    assert not {"\x1b", "\x9b", "\u202e"} & {*text}
    assert [*tmp_path.iterdir()] == [path]
