"""Calibration texts: read once, and each parent run on them once."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from pathlib import Path

import torch

from evomerge.cores import Cores
from evomerge.engine.loading import load
from evomerge.engine.protocol import Statistics
from evomerge.engine.registry import calibrating_engine
from evomerge.errors import ParentError, RecipeError
from evomerge.merge.plan.plan import Plan
from evomerge.merge.vocabulary.tokenizer import offspring_tokenizer
from evomerge.reading.file_kind import TEXTS
from evomerge.reading.json_text import parse_json
from evomerge.reading.regular import read_lines, sha256_of
from evomerge.recipe import CalibrationSettings, Recipe
from evomerge.weights import Parent
from evomerge.weights.vocabularies.tokenizer import TokenizerFiles


class Calibration:
    """The parents' statistics, each found when a recipe first asks for it.

    Args:
        parents: by name.
        device: where to run them.
    """

    def __init__(self, parents: Mapping[str, Parent], device: torch.device) -> None:
        self.parents, self.device = parents, device
        self._known: dict[Hashable, Statistics] = {}

    def statistics(self, recipe: Recipe, plan: Plan, cores: Cores) -> dict[str, Statistics]:
        """What the plan's method asks for, by parent; nothing where it asks for nothing.

        A parent that is read in the offspring's vocabulary reads texts as the offspring will, by
        its tokenizer; any other one by its own.

        Raises:
            RecipeError: the texts are missing, or not those that the recipe was made with.
            ParentError: a parent is no causal language model with a tokenizer that can be loaded.
        """
        kind, settings = plan.method.statistic, recipe.calibration
        if kind is None or settings is None:
            return {}
        names = sorted({i.parent for operation in plan.operations for i in operation.inputs})
        keys = {name: (kind, settings.model_dump_json(), name) for name in names}
        missing = [name for name in names if keys[name] not in self._known]
        # Not in the threads below: transformers cannot be imported by several at once.
        prompts = self._prompts(recipe, settings, missing) if missing else {}

        def find(name: str) -> Statistics:
            engine = calibrating_engine(self.device)
            load(engine, self.parents[name], Cores(1), torch.float32)
            read = (engine.readable(ids) for ids in prompts[name])
            begun = [ids[: settings.length] for ids in read if ids]
            if not begun:
                raise RecipeError(
                    f"{settings.texts}: holds no tokens to calibrate with; write texts into it"
                )
            return engine.statistics(kind, begun)

        for name, found in zip(missing, cores.map(find, missing), strict=True):
            self._known[keys[name]] = found
        return {name: self._known[key] for name, key in keys.items()}

    def _prompts(
        self, recipe: Recipe, settings: CalibrationSettings, names: Sequence[str]
    ) -> dict[str, list[list[int]]]:
        """The token ids of all texts as each of some parents reads them."""
        texts, prompts = read_texts(settings), dict[str, list[list[int]]]()
        aligned = any(self.parents[name].alignment for name in names)
        offspring = offspring_tokenizer(recipe, self.parents) if aligned else None
        for name in names:
            parent = self.parents[name]
            own = TokenizerFiles.of(parent.tokenizer_folder)
            tokenizer = (offspring if offspring and parent.alignment else own).load()
            prompts[name] = [tokenizer(text)["input_ids"] for text in texts]
        return prompts


def check_readers(recipe: Recipe, parents: Mapping[str, Parent]) -> None:
    """Check that the parents read texts as calibration has them read: with a decoder alone.

    Raises:
        ParentError: one has an encoder.
    """
    for name, parent in parents.items():
        if recipe.calibration is not None and parent.config.get("is_encoder_decoder"):
            raise ParentError(
                f"{recipe.at('calibration')}{name} is an encoder-decoder; calibration texts are "
                "read by models with a decoder alone; take a merge method that reads none"
            )


def read_texts(settings: CalibrationSettings) -> list[str]:
    """The texts of a .txt file (a line each) or a .jsonl file (the key `text`).

    Raises:
        RecipeError: the file is missing, changed since the recipe was made, or not of that form.
    """
    path = Path(settings.texts)
    if settings.sha256 not in (None, sha256_of(path, TEXTS)):
        raise RecipeError(
            f"{path}: has changed since the recipe was made with it; put it back, or remove sha256"
        )
    lines = read_lines(path, TEXTS)  # JSON may hold U+2028
    return list(_of_rows(path, lines)) if path.suffix == ".jsonl" else [t for t in lines if t]


def _of_rows(path: Path, lines: Sequence[str]) -> Iterator[str]:
    for number, line in enumerate(lines, start=1):
        row = parse_json(line, str(path), TEXTS, number)
        text = row.get("text") if isinstance(row, dict) else None
        if not isinstance(text, str):
            raise RecipeError(
                f'{path}:{number}: has no text under "text"; write each line as {{"text": "…"}}'
            )
        yield text
