"""What a merge was made of, by what, and what it was scored on: lineage.json, in CycloneDX 1.6.

Nothing in it depends on a clock or on chance: one run writes one file, byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.exception.model import InvalidUriException
from cyclonedx.model import HashAlgorithm, HashType, Property, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense
from cyclonedx.model.tool import ToolRepository
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.spdx import fixup_id
from packageurl import PackageURL

from evomerge import __version__
from evomerge.merge.ancestry.ancestry import Ancestry, model_parts
from evomerge.merge.ancestry.licensing import Stated, stated
from evomerge.merge.folder.account import Account, TaskData, WrittenModel
from evomerge.recipe import Recipe
from evomerge.recipe.names import short_names
from evomerge.recipe.reference import STAGE
from evomerge.weights.checkpoint.hub import is_repo_id

LINEAGE_FILE = "lineage.json"
_TOOLS = ("torch", "transformers", "tokenizers", "safetensors", "numpy", "lm_eval")
"""Packages by which weights and scores may differ."""


def write_lineage(written: WrittenModel, ancestry: Ancestry, account: Account) -> str:
    """The text of a lineage: models, data and tools as components, and what is made of what.

    Args:
        ancestry: what the parents say of themselves.
        account: what was measured, and on which items.
    """
    recipe = written.recipe
    bom = Bom(serial_number=uuid5(NAMESPACE_URL, f"evomerge:{written.sha256}"))
    bom.metadata.timestamp = None  # type: ignore[assignment]  # it may be left out, its type forgot
    bom.metadata.tools = ToolRepository(components=_tools())
    bom.metadata.component = made = _made(written, ancestry, account)
    models, data = _models(recipe, ancestry), [*map(_data, account.data)]
    bom.components.update([*models.values(), *data])
    bom.register_dependency(made, [*(models[name] for name in recipe.pins), *data])
    for name, stage in recipe.stages.items():
        if STAGE + name in models:
            bom.register_dependency(models[STAGE + name], [models[each] for each in stage.pins])
    for name, model in models.items():
        if len(parts := model_parts(name)) > 1:
            bom.register_dependency(model, [models[part] for part in parts])
    return JsonV1Dot6(bom).output_as_string(indent=2) + "\n"


def _made(written: WrittenModel, ancestry: Ancestry, account: Account) -> Component:
    facts = {**account.facts, "merge methods": ", ".join(written.recipe.methods)}
    scores = {f"{one.task} {one.metric}": f"{one.score:.6g}" for one in account.results}
    return Component(
        name=written.recipe.name or "merge",
        type=ComponentType.MACHINE_LEARNING_MODEL,
        bom_ref="merge",
        hashes=_hashes(written.sha256),
        licenses=_licences(stated(ancestry)),
        properties=_properties({**facts, **{f"score of {n}": s for n, s in scores.items()}}),
    )


def _models(recipe: Recipe, ancestry: Ancestry) -> dict[str, Component]:
    """All models that a pinned recipe draws on, and the parts of those that are a base and an
    adapter, by name.
    """
    pins = {
        name: pin for one in (*recipe.stages.values(), recipe) for name, pin in one.pins.items()
    }
    parts = dict.fromkeys(part for name in pins for part in model_parts(name))
    short = short_names([*pins, *parts])
    licences = {card.pinned: _licences(stated(Ancestry((card,)))) for card in ancestry.cards}
    return {
        name: Component(
            name=shown,
            type=ComponentType.MACHINE_LEARNING_MODEL,
            bom_ref=f"model {shown}",
            version=name.partition("@")[2] or None,
            hashes=_hashes(pins.get(name)),
            licenses=licences.get(name),
            purl=_purl(name),
        )
        for name, shown in short.items()
    }


def _data(data: TaskData) -> Component:
    facts = {f"{split} items": str(count) for split, count in data.items.items()}
    if data.prompts:
        facts["prompts"] = data.prompts
    return Component(
        name=data.task,
        type=ComponentType.DATA,
        bom_ref=f"task {data.task}",
        hashes=_hashes(data.sha256),
        properties=_properties(facts),
    )


def _tools() -> Iterator[Component]:
    versions = {"evomerge": __version__}
    for name in _TOOLS:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue  # which is not installed does nothing
    for name, number in versions.items():
        yield Component(name=name, version=number, bom_ref=f"tool {name}")


def _hashes(sha256: str | None) -> list[HashType]:
    return [HashType(alg=HashAlgorithm.SHA_256, content=sha256)] if sha256 else []


def _purl(name: str) -> PackageURL | None:
    """The address of a model of the Hub, at its commit."""
    repo, _, commit = name.partition("@")
    if not is_repo_id(repo):
        return None
    owner, _, model = repo.rpartition("/")
    return PackageURL("huggingface", owner or None, model, commit or None)


def _licences(said: Stated) -> list[DisjunctiveLicense]:
    if said.license is None:
        return []
    if spdx := fixup_id(said.license):
        return [DisjunctiveLicense(id=spdx)]
    name = said.license_name or said.license
    return [DisjunctiveLicense(name=name, url=_address(said.license_link))]


def _address(link: str | None) -> XsUri | None:
    """A link of somebody's card, which may be none."""
    try:
        return XsUri(link) if link else None
    except InvalidUriException:
        return None


def _properties(facts: Mapping[str, str]) -> Iterable[Property]:
    return [Property(name=f"evomerge:{name}", value=value) for name, value in facts.items()]
