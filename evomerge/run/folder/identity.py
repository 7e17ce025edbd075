"""What makes a run the one that it is: recorded when it begins, compared when it goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from evomerge.engine.kind import EngineIdentity
from evomerge.run.folder.difference import changed, changed_keys
from evomerge.run.folder.options import Options
from evomerge.run.preparation.preflight import Prepared

_NOT_COMPARED = ("budget", "workers", "track", "keep_answers")
"""Keys of `evolve:` in which two recipes of one search may differ."""


@dataclass(frozen=True)
class Identity:
    """A run by all that its scores depend on.

    Its fields are those of the facts that a ledger begins with.
    """

    recipe: Mapping[str, Any]
    digest: str
    """Names the search: the recipe's, with its seed and the weights of its parents."""
    content: Mapping[str, str]
    """Each parent's content hash."""
    items: str
    """sha256 over items, splits and prompts."""
    judges: Mapping[str, str]
    """By task, the sha256 of what judges and does not stand in the recipe."""
    settings: str
    """sha256 over the parents' configs and tokenizers."""
    engine: Mapping[str, Any]
    """Its name, and its settings."""
    options: Options

    @classmethod
    def of(cls, prepared: Prepared, engine: EngineIdentity, options: Options) -> Self:
        """What a run is that begins or goes on now."""
        terms = prepared.benchmark.terms
        return cls(
            recipe=prepared.recipe.plain(),
            digest=prepared.run_digest,
            content=dict(prepared.content),
            items=prepared.benchmark.fingerprint,
            judges={
                **{term.task: term.source for term in terms if term.source},
                **_held_to(prepared),
            },
            settings=prepared.settings_hash,
            engine={"name": engine.name, "settings": dict(engine.settings)},
            options=options,
        )

    @classmethod
    def recorded(cls, facts: Mapping[str, Any], now: Self) -> Self | None:
        """What a run was that began earlier; None of a version that recorded less.

        Args:
            facts: that its ledger begins with.
            now: fills in the engine: before it was recorded there was one.
        """
        facts = {"engine": now.engine, **facts}
        names = set(cls.__dataclass_fields__)
        if not facts.keys() >= names:
            return None
        known = {name: facts[name] for name in names}
        return cls(**{**known, "options": Options.from_plain(known["options"])})

    def plain(self) -> dict[str, Any]:
        """The facts that a ledger begins with, of JSON values."""
        return {**asdict(replace(self, options=Options())), "options": self.options.plain()}

    def difference(self, now: Self) -> str | None:
        """Why scores of this run and of the one now cannot stand side by side, if they cannot."""
        for name, content in now.content.items():
            if self.content.get(name, content) != content:
                was = changed(self.content[name], content)
                return f"the weights of {name} have changed: their hash was {was}"
        if self.digest != now.digest:
            keys = changed_keys(self.recipe, now.recipe)
            return "another recipe's, or of another seed" + (f": {keys}" if keys else "")
        for name, source in now.judges.items():
            if self.judges.get(name, source) != source:
                was = changed(self.judges[name], source)
                how = f"its filters or metrics, code, or a model; its hash was {was}"
                return f"what judges {name} has changed: {how}"
        if self.items != now.items:
            return "the items of its tasks, or their prompts, have changed"
        if self.settings != now.settings:
            was = changed(self.settings, now.settings)
            how = f"their hash was {was}"
            return f"a config, generation config or tokenizer of its parents has changed: {how}"
        if self.engine != now.engine:
            before, after = self.engine["name"], now.engine["name"]
            how = "" if before != after else ", with other settings"
            return f"its answers are those of {before}, and these would be of {after}{how}"
        if self.options.device != now.options.device:
            return f"it was begun on {self.options.device}, and this is {now.options.device}"
        return None

    def can_be_forced(self, now: Self) -> bool:
        """Whether a search that began as this one can go on as the one now: but for judges and
        settings it is the same, so that its candidates mean what they did.
        """
        search = [self.digest, self.content, self.items, self.engine, self.options.device]
        return search == [now.digest, now.content, now.items, now.engine, now.options.device]

    def differs_in_budget_alone(self, now: Self) -> bool:
        """Whether the two recipes are one but for their budgets, and where they run."""
        one, other = (
            {**recipe, "evolve": {**recipe["evolve"], **dict.fromkeys(_NOT_COMPARED)}}
            for recipe in (self.recipe, now.recipe)
        )
        return one == other


def _held_to(prepared: Prepared) -> dict[str, str]:
    """What judges by the recipe's constitution, and its probes; and which programs write items."""
    opened, programs = prepared.constitution, prepared.programs
    return {
        **({} if opened is None else {"the constitution": opened.source}),
        **({} if programs is None else {"written items": programs.fingerprint}),
    }
