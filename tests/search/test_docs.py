"""docs/algorithms.md says what the registry says.

To write its table anew: python -m tests.search.test_docs
"""

from pathlib import Path

from evomerge.search import Kind
from evomerge.search.algorithms import ALGORITHMS

DOCS = Path(__file__).parents[2] / "docs" / "algorithms.md"
HEAD = (
    "| algorithm | what it does | settings and defaults | objectives | learns from "
    "| compares generations | source |\n| --- | --- | --- | --- | --- | --- | --- |"
)


def table() -> str:
    """All registered algorithms, one a row."""
    return "\n".join([HEAD, *map(row, ALGORITHMS.values())])


def row(kind: Kind) -> str:
    """What is told of one."""
    settings = "; ".join(
        f"`{name}` {'' if field.default is None else f'{field.default}, '}{field.description}"
        for name, field in kind.settings.model_fields.items()
    )
    fewest, most = kind.objectives
    objectives = (
        f"{fewest}" if fewest == most else f"{fewest} {f'to {most}' if most else 'or more'}"
    )
    pace = {"generation": "whole generations", "steady": "each candidate"}[kind.pace]
    source = (
        f"[{kind.paper}](https://arxiv.org/abs/{kind.paper})"
        if kind.paper[0].isdigit()
        else kind.paper
    )
    cells = [
        f"`{kind.name}`",
        kind.summary,
        settings or "none",
        objectives,
        pace if kind.learns else "nothing",
        "yes" if kind.across_generations else "no",
        source,
    ]
    return f"| {' | '.join(cells)} |"


def test_the_docs_have_the_registrys_table():
    assert table() in DOCS.read_text(encoding="utf-8"), table()


if __name__ == "__main__":
    text = DOCS.read_text(encoding="utf-8")
    start = text.index(HEAD.split("\n")[0])
    end = text.index("\n\n", start) if "\n\n" in text[start:] else len(text)
    DOCS.write_text(text[:start] + table() + text[end:], encoding="utf-8")
