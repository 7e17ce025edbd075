"""Tokens without a row, rows of other tokens, and special tokens that nobody means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch

from evomerge.diagnosis.finding import Finding, listed
from evomerge.diagnosis.subject import END, Subject, numbers_in
from evomerge.errors import ParentError
from evomerge.weights.configs.token_ids import SPECIAL
from evomerge.weights.configs.vocab_size import vocab_size
from evomerge.weights.vocabularies.vocabulary import Token, ids_of, vocabulary_tensors

SAMPLE = 256
"""Tokens with other numbers than a parent's whose rows are compared."""
NEARER = 0.5
"""Of the distance between rows by the model's own numbers, what it is by the parent's at most."""


def tokens_without_rows(subject: Subject, parents: Sequence[Subject]) -> Iterator[Finding]:
    """A tokenizer that cannot be loaded, or has more tokens than the embedding has rows."""
    try:
        ids = ids_of(subject.tokenizer)
    except ParentError as error:
        givers = [one.name for one in parents]
        yield Finding(
            "tokenizer",
            str(error),
            f"copy the tokenizer's files from {givers[0] if givers else 'the base'}",
        )
        return
    rows = vocab_size(subject.config)
    if rows is None:
        return
    beyond = [str(token) for token, number in ids.items() if number >= rows]
    if beyond:
        yield Finding(
            "vocabulary",
            f"the embedding has {rows:,} rows, and {len(beyond):,} tokens have none "
            f"({listed(beyond)})",
            "merge again with tokenizer: {source: union}, or take the tokenizer of the model whose "
            "embedding it is",
        )


def rows_of_other_tokens(subject: Subject, parents: Sequence[Subject]) -> Iterator[Finding]:
    """A tokenizer by other numbers than the embedding is in."""
    ids = subject.vocabulary
    tables = vocabulary_tensors(subject.config, subject.tensors.specs)
    for parent in parents:
        theirs, table = parent.vocabulary, next(iter(tables), None)
        if table is None or table not in parent.tensors.specs:
            continue
        moved = [token for token, number in theirs.items() if ids.get(token, number) != number]
        if moved and _is_in_order_of(subject, parent, table, ids, theirs, moved[:SAMPLE]):
            yield Finding(
                "vocabulary",
                f"{len(moved):,} tokens have other numbers than in {parent.name} "
                f"({listed([*map(str, moved)])}), and the rows of {table} are in the order of that",
                f"copy the tokenizer's files from {parent.name}",
            )
            return


def _is_in_order_of(
    subject: Subject,
    parent: Subject,
    table: str,
    ids: dict[Token, int],
    theirs: dict[Token, int],
    moved: Sequence[Token],
) -> bool:
    """Whether rows are a parent's by the parent's numbers, and not by the model's own."""
    own, other = subject.tensors.tensor(table), parent.tensors.tensor(table)
    among = min(len(own), len(other))
    kept = [t for t in moved if max(ids[t], theirs[t]) < among]
    if not kept or own.shape[1:] != other.shape[1:]:
        return False
    here = torch.tensor([ids[t] for t in kept])
    there = torch.tensor([theirs[t] for t in kept])
    by_own, by_theirs = (
        float((own[rows].double() - other[there].double()).norm()) for rows in (here, there)
    )
    return by_theirs < NEARER * by_own


def special(subject: Subject, parents: Sequence[Subject]) -> Iterator[Finding]:
    """Special tokens that do not exist, or that tokenizer and model do not agree on."""
    known, rows = {*subject.vocabulary.values()}, vocab_size(subject.config) or 0
    for key in SPECIAL:
        for value in subject.special(key):
            numbers = numbers_in(value)
            absent = [n for n in numbers if n >= rows or (known and n not in known)]
            alike = any(value in one.special(key) for one in parents)
            if (absent or not numbers) and not alike:
                yield Finding(
                    "special tokens",
                    f"{key} is {value!r}, and there is no token {absent[0] if absent else value!r}",
                    f"write another into config.json and generation_config.json{_as(parents, key)}",
                )
                return
    if subject.end is None or any(
        (one.end, one.stops) == (subject.end, subject.stops) for one in parents
    ):
        return
    ends = f"the tokenizer ends texts by token {subject.end} ({subject.tokenizer.eos_token!r})"
    if not subject.stops:
        yield Finding(
            "end of text",
            "neither config.json nor generation_config.json says by which token an answer ends; "
            + ends,
            f"write {END}: {subject.end} into generation_config.json",
        )
    elif subject.end not in subject.stops:
        yield Finding(
            "end of text",
            f"{ends}, and the model stops at {', '.join(map(str, sorted(subject.stops)))}",
            f"write its number into generation_config.json{_as(parents, END)}",
        )


def _as(parents: Sequence[Subject], key: str) -> str:
    """What a parent has there, behind a cure."""
    said = next(((one.name, one.special(key)[-1]) for one in parents if one.special(key)), None)
    return f": {said[0]} has {said[1]}" if said else ""
