"""A recipe without genes as a mergekit file that merges to the same weights."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from evomerge.errors import RecipeError
from evomerge.merge.folder.recipe_file import RECIPE_FILE
from evomerge.merge.mergekit.omissions import say_idle_base, say_modules, say_vocabulary
from evomerge.merge.mergekit.path_slices import INSTEAD, say_path
from evomerge.merge.methods import Method
from evomerge.merge.parents import open_parents
from evomerge.merge.plan.contract import check_contract, known_only, method_of
from evomerge.recipe import Genome, Recipe, load_recipe
from evomerge.recipe.names import rename
from evomerge.recipe.reference import is_url
from evomerge.recipe.tokenizer import NOT_MODELS
from evomerge.weights import read_json
from evomerge.weights.checkpoint.files import CONFIG
from evomerge.zoo import ZOO_PREFIX, zoo_folder

_TASK_VECTORS = frozenset({"weight", "density", "normalize", "rescale", "lambda"})

MERGEKIT: Mapping[str, frozenset[str]] = {
    "linear": frozenset({"weight", "normalize"}),
    "slerp": frozenset({"t"}),
    "nuslerp": frozenset({"weight", "nuslerp_flatten", "nuslerp_row_wise"}),
    "multislerp": frozenset({"weight", "normalize_weights", "eps"}),
    "karcher": frozenset({"max_iter", "tol"}),
    "task_arithmetic": _TASK_VECTORS,
    "ties": _TASK_VECTORS,
    "dare_ties": _TASK_VECTORS,
    "dare_linear": _TASK_VECTORS,
    "breadcrumbs": _TASK_VECTORS | {"gamma"},
    "breadcrumbs_ties": _TASK_VECTORS | {"gamma"},
    "della": _TASK_VECTORS | {"epsilon"},
    "della_linear": _TASK_VECTORS | {"epsilon"},
    "sce": frozenset({"select_topk"}),
    "model_stock": frozenset({"filter_wise"}),
    "nearswap": frozenset({"t"}),
    "arcee_fusion": frozenset(),
    "ram": frozenset({"epsilon"}),
    "ramplus_tl": frozenset({"epsilon", "r", "alpha"}),
    "passthrough": frozenset({"scale"}),
}
"""The methods of mergekit 0.1.5, and their parameters that change weights."""

_OURS = frozenset({"allow_differences", "evolve", "license", "pins", "seed"})


def export(recipe: Recipe, dtype: str | None = None) -> str:
    """The text of a mergekit file, all defaults spelled out; what one should know is at its head.

    Args:
        dtype: of the merged model, where it is known and the recipe names none.

    Raises:
        RecipeError: the recipe has genes, or mergekit cannot do what it asks for.
        ParentError: a parent that is on this machine is damaged, or unlike the others.
    """
    _check_one_merge(recipe)
    check_contract(recipe)
    recipe, method = known_only(recipe), method_of(recipe)
    _check_method(recipe, method)
    _check_models(recipe)
    names = {name: _located(recipe, name) for name in _named(recipe)}
    parents = open_parents(recipe) if all(map(_is_local, recipe.parent_names)) else None
    plain = {k: v for k, v in recipe.plain().items() if k not in _OURS}
    say_path(plain, recipe)
    if method.base != "unused":
        _name_bases(plain, recipe.base_model)
    elif recipe.base_model is not None:
        say_idle_base(plain, method)
    out = recipe.out_dtype or recipe.dtype or dtype
    notes = [
        *_notes(recipe, method, out),
        *say_modules(plain, recipe, method, parents),
        *say_vocabulary(plain, recipe, parents),
    ]
    _spell_out(plain, method)
    if out is not None:
        plain.update(dtype="float32", out_dtype=out)
    text = yaml.safe_dump(rename(plain, names), sort_keys=False, allow_unicode=True)
    return "\n".join([*_head(notes), text])


def export_file(source: Path) -> str:
    """Like :func:`export`, of a recipe file, of a merged model's folder, or of a run's winner.

    Raises:
        UserError: there is no such recipe, or mergekit cannot do what it asks for.
    """
    places = source / "winner", source / "quarantine" / "winner"
    source = next((place for place in places if place.is_dir()), source)
    file = source / RECIPE_FILE if source.is_dir() else source
    recipe, config = load_recipe(file), file.parent / CONFIG
    made = read_json(config) if recipe.pins and config.is_file() else {}
    return export(recipe, made.get("dtype") or made.get("torch_dtype"))


def _head(notes: list[str]) -> list[str]:
    but = ", but for what is noted here" if notes else ""
    return [
        f"# mergekit-yaml FILE OUT merges this to the weights that evomerge makes of it{but}.",
        *(f"# Note: {note}" for note in notes),
    ]


def _check_one_merge(recipe: Recipe) -> None:
    """Refuse what is no merge yet, or several."""
    if genes := Genome(recipe).names:
        left = f"the recipe leaves {len(genes)} values open ({genes[0]}, …)"
        raise RecipeError(f"{recipe.at()}{left}; export a winner's recipe")
    if recipe.stages:
        at = recipe.at("stages")
        raise RecipeError(f"{at}a mergekit file is one merge; {INSTEAD}")


def _check_method(recipe: Recipe, method: Method) -> None:
    """Refuse methods that mergekit lacks, and parameters that only ours have."""
    at = recipe.at("merge_method")
    if method.name not in MERGEKIT:
        raise RecipeError(f"{at}mergekit has no method {method.name}; {INSTEAD}")
    for place, parameters in _levels(recipe.plain()):
        for name, setting in parameters.items():
            if name not in MERGEKIT[method.name] and setting != method.parameters[name].default:
                raise RecipeError(
                    f"{at}mergekit's {method.name} has no {name}, which {place} sets; {INSTEAD}"
                )


def _check_models(recipe: Recipe) -> None:
    groups = [[source.model for source in part.sources] for part in recipe.slices or ()]
    for group in [*groups, [entry.model for entry in recipe.models or ()]]:
        for name in group:
            if group.count(name) > 1:
                at = recipe.at(*recipe.place_of_parent(name))
                raise RecipeError(
                    f"{at}mergekit merges each model once, and {name} stands twice; {INSTEAD}"
                )


def _named(recipe: Recipe) -> tuple[str, ...]:
    """Every model that the file names: the parents, and whose tokenizer it is."""
    source = recipe.vocabulary.source if recipe.vocabulary else "base"
    return recipe.parent_names if source in NOT_MODELS else (*recipe.parent_names, source)


def _is_local(name: str) -> bool:
    """Whether a parent can be opened without the Hub."""
    parts = [name] if os.path.isdir(name) else name.split("+")
    return all(part.startswith(ZOO_PREFIX) or os.path.isdir(part) for part in parts)


def _located(recipe: Recipe, name: str) -> str:
    """A parent's name as mergekit finds it from any folder."""
    parts = [name] if os.path.isdir(name) else name.split("+")
    found = [_found(part) for part in parts]
    if any(part.startswith("/") and ("+" in part or "@" in part) for part in found):
        at = recipe.at(*recipe.place_of_parent(name))
        raise RecipeError(f"{at}{name}: mergekit reads + and @ as signs; rename the folder")
    if any(map(is_url, parts)):
        at = recipe.at(*recipe.place_of_parent(name))
        raise RecipeError(f"{at}{name}: mergekit reads folders and the Hub; name a folder")
    return "+".join(found)


def _found(part: str) -> str:
    if part.startswith(ZOO_PREFIX):
        return str(zoo_folder(part).resolve())
    return str(Path(part).resolve()) if os.path.isdir(part) else part


def _levels(node: Any, place: str = "the recipe") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every mapping of parameters, and where it stands."""
    if isinstance(node, list):
        for child in node:
            yield from _levels(child, place)
    elif isinstance(node, dict):
        for key, child in node.items():
            if key == "parameters":
                yield str(node.get("model", place)), child
            else:
                yield from _levels(child, place)


def _name_bases(node: Any, base: str | None) -> None:
    """Name each slice's base among its sources, where mergekit wants it."""
    if isinstance(node, list):
        for child in node:
            _name_bases(child, base)
    elif isinstance(node, dict):
        sources = node.get("sources")
        own = node.get("base_model", base)
        if sources and own is not None and all(source["model"] != own for source in sources):
            sources.append({"model": own, "layer_range": list(sources[0]["layer_range"])})
        for key, child in node.items():
            if key != "sources":
                _name_bases(child, base)


def _spell_out(plain: dict[str, Any], method: Method) -> None:
    """Give every parameter a value for the tensors that have none, and rules their full form."""
    known = MERGEKIT[method.name]
    plain.setdefault("parameters", {})
    for _, parameters in _levels(plain):
        for name in list(parameters):
            if name not in known:
                del parameters[name]
            elif isinstance(parameters[name], list):
                parameters[name] = _as_rules(parameters[name])
    for name, parameter in method.parameters.items():
        setting = plain["parameters"].get(name)
        if name not in known:
            continue
        if setting is None:
            plain["parameters"][name] = parameter.default
        elif isinstance(setting, dict):
            plain["parameters"][name] = [setting, {"value": parameter.default}]
        elif isinstance(setting, list) and any(isinstance(entry, dict) for entry in setting):
            setting.append({"value": parameter.default})


def _as_rules(setting: list[Any]) -> list[Any]:
    """A list with rules in it has nothing but rules."""
    if not any(isinstance(entry, dict) for entry in setting):
        return setting
    return [entry if isinstance(entry, dict) else {"value": entry} for entry in setting]


def _notes(recipe: Recipe, method: Method, dtype: str | None) -> Iterator[str]:
    """In what the two may still differ."""
    names = recipe.parent_names
    if method.random:
        yield "random masks are drawn otherwise there, so the weights are other ones."
    if dtype is None:
        yield (
            "no dtype is named, so mergekit computes in the parents' type; in float32 parents "
            "that is the same, in others each step is rounded."
        )
    if any("+" in name and not os.path.isdir(name) for name in names):
        yield "peft merges adapters in there, and may round to the model's type otherwise."
    if any("@" in name and not os.path.isdir(name) for name in names):
        yield "mergekit 0.1.5 reads weights at the newest revision, whatever stands behind @."
