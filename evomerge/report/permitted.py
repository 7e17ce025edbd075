"""What a run was allowed beyond its recipe's own words, in sentences for its model card."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


def permitted(
    recipe: Mapping[str, Any], options: Mapping[str, Any], allow_judges: Iterable[str] = ()
) -> tuple[str, ...]:
    """Each permission that the run used, with what it was used for.

    Args:
        recipe: as it stands in a ledger.
        options: that the run was begun with, as they stand there.
        allow_judges: hosts that sessions were allowed to ask.
    """
    evolve = recipe.get("evolve") or {}
    held = evolve.get("constitution") or {}
    terms = [*(evolve.get("fitness") or ()), *(evolve.get("guards") or ()), *_judge_of(held)]
    hosts = [*options.get("allow_judges", ()), *allow_judges]
    return tuple(
        dict.fromkeys(
            [
                *_functions(terms, options),
                *_tasks(options),
                *_judges(terms, hosts),
                *_writers(evolve.get("curriculum") or {}, hosts),
            ]
        )
    )


def _judge_of(constitution: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The judge of a constitution as a term of the fitness would name it."""
    if judge := constitution.get("judge"):
        yield {"python": judge.get("python"), "judge": judge}


def _functions(terms: list[Any], options: Mapping[str, Any]) -> Iterator[str]:
    named = [str(term["python"]) for term in terms if term.get("python")]
    if options.get("allow_python") and named:
        short = ", ".join(name.rpartition("/")[2] for name in named)
        yield f"answers were judged by Python functions that the recipe names: {short}"


def _tasks(options: Mapping[str, Any]) -> Iterator[str]:
    """The folders' own names: where they lay on the machine is nobody's business."""
    if names := [Path(path).name for path in options.get("include_paths", ())]:
        yield f"tasks in these folders could run code of their own: {', '.join(names)}"


def _judges(terms: list[Any], hosts: list[str]) -> Iterator[str]:
    for term in terms:
        if url := (term.get("judge") or {}).get("url"):
            yield f"questions and answers were sent to a judge at {_asked(url, hosts)}"


def _writers(curriculum: Mapping[str, Any], hosts: list[str]) -> Iterator[str]:
    for writer in curriculum.get("writers") or ():
        if url := writer.get("url"):
            yield f"search items were sent to a model that writes items at {_asked(url, hosts)}"


def _asked(url: str, hosts: list[str]) -> str:
    """A host, and with which key it was asked."""
    asked = urlsplit(url)
    keys = [
        key
        for host, _, key in (host.partition("=") for host in hosts)
        if key and host.rpartition("://")[2].lower() in (asked.hostname, asked.netloc.lower())
    ]
    with_key = f", with the key in {keys[-1]}" if keys else ", without a key"
    return f"{asked.netloc}{with_key}"
