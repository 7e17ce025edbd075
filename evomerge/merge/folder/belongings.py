"""Files that belong to a model beside weights, config and tokenizer: found, copied, never run."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from transformers.models.auto.configuration_auto import CONFIG_MAPPING

from evomerge.errors import EvomergeError, ParentError
from evomerge.merge.vocabulary.tokenizer import offspring_tokenizer
from evomerge.reading.file_kind import BESIDE, CODE, SETTINGS
from evomerge.reading.json_text import read_json
from evomerge.reading.regular import present, read_text, sha256_of
from evomerge.recipe import Recipe
from evomerge.weights import Parent
from evomerge.weights.checkpoint.files import CONFIG, processor_files

MODULES = "modules.json"
"""By which sentence-transformers finds what follows a model: pooling, dense layers."""
_SENTENCES = (MODULES, "config_sentence_transformers.json", "sentence_*config.json")
_TEMPLATES = "additional_chat_templates/*.jinja"
_WEIGHTS = (".safetensors", ".bin")
_VOICES = "spk_dict.pt"
"""Without which Qwen2.5-Omni cannot be loaded."""


@dataclass(frozen=True)
class Belongings:
    """What an offspring gets."""

    files: Mapping[str, Path]
    """Where each comes from, by its place in the offspring's folder."""
    notes: tuple[str, ...]
    """What is missing, or not merged."""


def offspring_belongings(recipe: Recipe, parents: Mapping[str, Parent]) -> Belongings:
    """What belongs to a recipe's offspring.

    Raises:
        RecipeError: the recipe asks for a tokenizer that there is none of.
    """
    tokenizer, template = offspring_tokenizer(recipe, parents), parents[recipe.template]
    others = [parent.folder for parent in parents.values() if parent is not template]
    configs = [template.config, tokenizer.config]
    return belongings(tokenizer.folder, template.folder, others, configs)


def belongings(
    giver: Path, template: Path, others: Iterable[Path], configs: Iterable[Mapping[str, Any]]
) -> Belongings:
    """What belongs to a model.

    Args:
        giver: folder of the model whose tokenizer the offspring gets; its files come first.
        template: that of the template, for what the giver does not have.
        others: those of the other parents, whose files are held against these.
        configs: those of the offspring: its config.json, its tokenizer's.
    """
    files: dict[str, Path] = {}
    notes: list[str] = []
    files.update(_read_beside(template))
    for folder in (giver, template):
        files = {**{file.name: file for file in processor_files(folder)}, **files}
        files = {**_named(folder, folder.glob(_TEMPLATES)), **files}
    of = giver if (giver / MODULES).is_file() else template
    sentences = _sentence_files(of)
    files.update(sentences)
    notes += _weights_beside(sentences)
    notes += [
        f"{other}: has other files for sentence-transformers than {of}, whose are kept"
        for other in others
        if sentences and _contents(_sentence_files(other)) not in ({}, _contents(sentences))
    ]
    for name in sorted(_code_named(configs, files.values())):
        found = next((f for f in (giver, template) if os.path.isfile(f / f"{name}.py")), None)
        if not name.isidentifier():
            notes.append(f"auto_map names {name!r}, which is no module of the folder; left out")
        elif found is None:
            notes.append(f"auto_map names {name}.py, which {template} does not have; get it there")
        else:
            files.update(_code(found, name))
    return Belongings(files, tuple(notes))


def _named(folder: Path, files: Iterable[Path]) -> dict[str, Path]:
    names = (str(file.relative_to(folder)) for file in sorted(files))
    return {name: file for name in names if (file := present(folder, name, BESIDE))}


def _read_beside(folder: Path) -> dict[str, Path]:
    """What the model's own classes read beside its config.json."""
    kind = _json(folder / CONFIG).get("model_type")
    names = [_VOICES]
    if kind in CONFIG_MAPPING:
        names += getattr(CONFIG_MAPPING[kind], "extra_config_files", ())
    return _named(folder, (folder / name for name in names))


def _sentence_files(folder: Path) -> dict[str, Path]:
    """The files of sentence-transformers, and of the modules that modules.json names."""
    if not (folder / MODULES).is_file():
        return {}
    files = _named(folder, (file for pattern in _SENTENCES for file in folder.glob(pattern)))
    modules = _json(folder / MODULES)
    for module in modules if isinstance(modules, list) else ():
        path = module.get("path") if isinstance(module, dict) else None
        if isinstance(path, str) and path and _is_inside(path):
            files.update(_named(folder, (folder / path).rglob("*")))
    return files


def _is_inside(path: str) -> bool:
    """Whether it is a folder below this one, and not this one."""
    parts = PurePosixPath(path)
    return bool(parts.parts) and not parts.is_absolute() and ".." not in parts.parts


def _weights_beside(files: Mapping[str, Path]) -> Iterator[str]:
    for name, file in files.items():
        if file.suffix in _WEIGHTS:
            yield f"{name} is not merged: it is that of {file.parent.parent}"


def _contents(files: Mapping[str, Path]) -> dict[str, str]:
    compared = {name: file for name, file in files.items() if file.suffix not in _WEIGHTS}
    return {name: sha256_of(file, BESIDE) for name, file in compared.items()}


def _code_named(configs: Iterable[Mapping[str, Any]], files: Iterable[Path]) -> set[str]:
    """The modules that configs name under auto_map, but for those of other repositories."""
    read = [*configs, *(_json(file) for file in files if file.suffix == ".json")]
    named = set[str]()
    for config in read:
        places = config.get("auto_map") if isinstance(config, Mapping) else None
        for value in places.values() if isinstance(places, Mapping) else ():
            for place in value if isinstance(value, list | tuple) else [value]:
                if isinstance(place, str) and "--" not in place and "." in place:
                    named.add(place.rpartition(".")[0])
    return named


def _code(folder: Path, name: str) -> dict[str, Path]:
    """A module and those beside it that it imports, found without running any."""
    files, wanted = dict[str, Path](), [name]
    while wanted:
        file = present(folder, f"{wanted.pop()}.py", CODE)
        if file is None or file.name in files:
            continue
        files[file.name] = file
        try:
            tree = ast.parse(read_text(file, CODE))
        except (EvomergeError, SyntaxError, ValueError, RecursionError, MemoryError):
            continue  # transformers will say so
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.level == 1:
                wanted += [node.module] if node.module else [alias.name for alias in node.names]
    return files


def _json(file: Path) -> Any:
    try:
        return read_json(file, SETTINGS)
    except ParentError:
        return {}
