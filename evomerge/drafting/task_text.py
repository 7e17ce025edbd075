"""A user's questions as an lm-eval task: its file, and the file of its data."""

from __future__ import annotations

import hashlib
import io
import json
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from evomerge.drafting.answers import CHOSEN, AnswerJudging, judging_of
from evomerge.drafting.tables.documents import UserDocument, UserDocuments

WIDTH = 96
"""Columns of the file."""
_DATE = re.compile(r"\s*\d{4}-\d{2}-\d{2}")
"""How texts begin that Arrow takes for dates where it reads JSON."""
DIGITS = 12
"""Of the hash in a data file's name."""
MORE, CHATTY = 8, 256
"""Tokens beyond twice the longest answer; least for a number after chat turns, before which models
that were trained on chats explain."""


@dataclass(frozen=True)
class TaskText:
    """A task as it is written."""

    name: str
    judging: AnswerJudging
    yaml: str
    data_name: str
    data: bytes
    said: str
    """Which columns were taken, and how answers are judged, for the user."""
    count: int
    system: str


@dataclass(frozen=True)
class Lengths:
    """What says how long an answer may be, in tokens."""

    longest: int
    """The longest right answer."""
    positions: int
    """Most that a model reads and writes."""
    chats: bool
    """Whether questions are put as chat turns, whose own end ends an answer."""


def task_text(documents: UserDocuments, name: str, lengths: Lengths) -> TaskText:
    """The task of a user's questions.

    Args:
        name: of the task, fit for a file's name.
    """
    answers = [row.answer for row in documents.rows]
    judging = CHOSEN if documents.has_choices else judging_of(answers)
    reader, ending, data = _data(documents.rows)
    # lm-eval looks for data in the working directory first: no other file may have this name.
    data_name = f"{name}-{hashlib.sha256(data).hexdigest()[:DIGITS]}.{ending}"
    config: dict[str, Any] = {
        "task": name,
        "dataset_path": reader,
        "dataset_kwargs": {"data_files": {"test": data_name}},
        "test_split": "test",
        "output_type": "multiple_choice" if documents.has_choices else "generate_until",
        "doc_to_text": "question",
        "doc_to_target": "label" if documents.has_choices else "answer",
    }
    if documents.has_choices:
        config["doc_to_choice"] = "choices"
    else:
        config["generation_kwargs"] = _generation(judging, lengths)
        filters = [dict(one) for one in judging.filters]
        config["filter_list"] = [{"name": "judged", "filter": filters}]
    metric = "acc" if documents.has_choices else "exact_match"
    means = {"aggregation": "mean", "higher_is_better": True}
    config["metric_list"] = [{"metric": metric, **means, **judging.options}]
    config["metadata"] = {"version": 1.0}
    said = f"{documents.table.file.name!r}: {documents.columns}; {judging.why}"
    head = f"Drafted by `evomerge init` of {said}. Each question is shown as it stands in the data."
    body = yaml.safe_dump(config, sort_keys=False, allow_unicode=True, width=WIDTH)
    text = textwrap.indent("\n".join(textwrap.wrap(head, WIDTH)), "# ") + "\n" + body
    return TaskText(
        name, judging, text, data_name, data, said, len(documents.rows), documents.system
    )


def _generation(judging: AnswerJudging, lengths: Lengths) -> dict[str, Any]:
    """How long an answer may be, at most half of what a model reads; and what ends it."""
    tokens = 2 * lengths.longest + MORE
    if lengths.chats and judging.picks:
        tokens = max(tokens, CHATTY)
    tokens = min(tokens, lengths.positions // 2)
    until = [] if lengths.chats else ["\n"]
    return {"until": until, "max_gen_toks": tokens, "do_sample": False}


def _data(rows: Sequence[UserDocument]) -> tuple[str, str, bytes]:
    """The name of `datasets`' reader, how its files' names end, and the bytes that it reads."""
    plain = [_plain(row) for row in rows]
    texts = [text for row in rows for text in (row.question, row.answer, *row.choices)]
    if any(map(_DATE.match, texts)):
        return "parquet", "parquet", _parquet(plain)
    lines = [json.dumps(one, ensure_ascii=False) + "\n" for one in plain]
    return "json", "jsonl", "".join(lines).encode()


def _plain(row: UserDocument) -> dict[str, Any]:
    if not row.choices:
        return {"question": row.question, "answer": row.answer}
    return {"question": row.question, "choices": list(row.choices), "label": row.label}


def _parquet(rows: list[dict[str, Any]]) -> bytes:
    import pyarrow
    import pyarrow.parquet

    stream = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), stream)
    return stream.getvalue()
