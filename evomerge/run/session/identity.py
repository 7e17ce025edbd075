"""What makes a run the one that it is: recorded when it begins, compared when it goes on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evomerge.engine.kind import EngineIdentity
from evomerge.engine.request import prompt_hash
from evomerge.errors import RunFolderError
from evomerge.ledger import SEEN, Forced, Ledger, Registry, RunBegan, SessionBegan, Split, Upgraded
from evomerge.run.preparation.preflight import Prepared
from evomerge.run.session.environment import changes
from evomerge.run.session.folder import RunFolder


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
        "engine": {"name": engine.name, "settings": dict(engine.settings)},
        "options": options,
    }
    known = folder.ledger.facts()
    if known:
        if difference := _difference(known, facts):
            raise RunFolderError(
                f"{folder.path}: belongs to another run ({difference}); name a new folder"
                + (_hint(folder, known, facts) if known["digest"] != facts["digest"] else "")
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
    folder.ledger.record(RunBegan(facts, tuple(items)))


def begin_session(ledger: Ledger, session: SessionBegan, *, force: bool) -> list[str]:
    """Record a session, if what it computes with is what the run was scored with so far.

    Args:
        force: whether to go on where it is not, which is recorded.

    Returns:
        What has changed that decides no score, and is to be told.

    Raises:
        RunFolderError: something has changed that does.
    """
    deciding, told = changes(_known(ledger), session.environment)
    if deciding and not force:
        raise RunFolderError(
            f"{'; '.join(deciding)}. Scores of the two cannot stand side by side: resume with what "
            "the run was scored with, or with --force, which is recorded"
        )
    ledger.record(session, *([Forced(tuple(deciding))] if deciding else []))
    return [f"since the last session {one}" for one in told]


def _known(ledger: Ledger) -> Mapping[str, str]:
    """What the last session computed with; of a run of an earlier version, who made it too."""
    sessions = ledger.all_of(SessionBegan)
    known = sessions[-1].environment if sessions else {}
    made_by = [upgraded.made_by for upgraded in ledger.all_of(Upgraded)]
    return {**({"evomerge": made_by[-1]} if made_by else {}), **known}


def _hint(folder: RunFolder, known: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """What to do instead where two runs differ in their budgets alone."""
    recipes = [facts["recipe"] for facts in (known, now)]
    evolves = [{**recipe["evolve"], "budget": None} for recipe in recipes]
    if {**recipes[0], "evolve": evolves[0]} != {**recipes[1], "evolve": evolves[1]}:
        return ""
    return f", or raise its budget: evomerge resume {folder.path} --evaluations …"


def _difference(known: Mapping[str, Any], now: Mapping[str, Any]) -> str | None:
    """Why scores of the run recorded and of this one cannot stand side by side."""
    known = {"engine": now["engine"], **known}  # before it was recorded there was one
    if not known.keys() >= now.keys():
        return "it was made by an earlier version of evomerge, which scored otherwise"
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
        before, after = (facts["engine"]["name"] for facts in (known, now))
        how = "" if before != after else ", with other settings"
        return f"its answers are those of {before}, and these would be of {after}{how}"
    if known["options"]["device"] != now["options"]["device"]:
        return f"it was begun on {known['options']['device']}"
    return None
