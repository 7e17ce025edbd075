"""What makes a run the one that it is: recorded when it begins, compared when it goes on."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from evomerge.engine.kind import EngineIdentity
from evomerge.engine.request import prompt_hash
from evomerge.errors import RunFolderError
from evomerge.ledger import Registry
from evomerge.run.folder import RunFolder
from evomerge.run.preflight import Prepared
from evomerge.score.splits import SEEN, Split

_PACKAGES = ("torch", "transformers", "lm_eval", "cma", "safetensors")


def begin(
    folder: RunFolder,
    prepared: Prepared,
    options: Mapping[str, Any],
    registry: Registry,
    engine: EngineIdentity,
) -> None:
    """Record what the run is, here and in the registry, or check that it is the run recorded.

    Raises:
        RunFolderError: the folder belongs to another recipe, or what it draws on has changed.
    """
    facts = {
        "recipe": prepared.recipe.plain(),
        "digest": prepared.run_digest,
        "content": dict(prepared.content),
        "items": prepared.benchmark.fingerprint,
        "judges": {term.task: term.source for term in prepared.benchmark.terms if term.source},
        "settings": prepared.settings_hash,
        "engine": engine.plain(),
        "options": options,
        "versions": {package: version(package) for package in _PACKAGES},
        "machine": platform.platform(),
    }
    known = folder.ledger.facts()
    if known:
        if difference := _difference(known, facts):
            raise RunFolderError(
                f"{folder.path}: belongs to another run ({difference}); name a new folder"
                + _hint(folder, known, facts)
            )
        return
    benchmark, where = prepared.benchmark, str(folder.path)
    registry.note_run(prepared.run_digest, where, benchmark.ids(*SEEN), benchmark.ids(Split.TEST))
    items = [
        (item.task, item.id, item.doc_id, split.value, prompt_hash([item.requests]))
        for term in prepared.benchmark.terms
        for split in Split
        for item in term.items[split]
    ]
    folder.ledger.describe_run(facts, items)


def _hint(folder: RunFolder, known: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """What to do instead where two runs differ in their budgets alone."""
    recipes = [facts["recipe"] for facts in (known, now)]
    evolves = [{**recipe["evolve"], "budget": None} for recipe in recipes]
    if {**recipes[0], "evolve": evolves[0]} != {**recipes[1], "evolve": evolves[1]}:
        return ""
    return f", or raise its budget: evomerge resume {folder.path} --evaluations …"


def _difference(known: Mapping[str, Any], now: Mapping[str, Any]) -> str | None:
    """Why scores of the run recorded and of this one cannot stand side by side."""
    if not known.keys() >= now.keys():
        return "it was made by another version of evomerge"
    for name, content in now["content"].items():
        if known["content"].get(name, content) != content:
            return f"the weights of {name} have changed"
    if known["digest"] != now["digest"]:
        return "another recipe's, or of another seed"
    for name, source in now["judges"].items():
        if known["judges"].get(name, source) != source:
            return f"what judges {name} has changed: its filters or metrics, code, or a model"
    if known["items"] != now["items"]:
        return "the items of its tasks, or their prompts, have changed"
    if known["settings"] != now["settings"]:
        return "a config, generation config or tokenizer of its parents has changed"
    if known["engine"] != now["engine"]:
        before, after = (EngineIdentity(**facts["engine"]) for facts in (known, now))
        how = "" if str(before) != str(after) else ", with other settings"
        return f"its answers are those of {before}, and these would be of {after}{how}"
    if known["options"]["device"] != now["options"]["device"]:
        return f"it was begun on {known['options']['device']}"
    return None
