"""The vocabulary of an offspring: whose tokenizer it gets, and its parents read in that order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evomerge.errors import ParentError
from evomerge.merge.vocabulary.target import Target, shown
from evomerge.recipe import Recipe
from evomerge.recipe.tokenizer import NOT_MODELS
from evomerge.weights import Parent
from evomerge.weights.checkpoint.checkpoint import read_json
from evomerge.weights.checkpoint.files import CONFIG, GENERATION_CONFIG, tokenizer_files
from evomerge.weights.checkpoint.hub import SMALL_FILES
from evomerge.weights.configs.token_ids import special_tokens, with_special_tokens
from evomerge.weights.configs.vocab_size import VOCAB_SIZE, vocab_size
from evomerge.weights.parents.location import locate
from evomerge.weights.parents.parent import Alignment
from evomerge.weights.vocabularies.alignment import Rows
from evomerge.weights.vocabularies.vocabulary import (
    read_vocabulary,
    strange_to_tokens,
    vocabulary_tensors,
)


def align_parents(recipe: Recipe, parents: Mapping[str, Parent]) -> dict[str, Parent]:
    """The parents, each with its embeddings and output layer in the offspring's vocabulary.

    That is the one that the recipe asks for. Where it asks for none and the parents have equally
    many rows, they stay as they are; where they have not, it is the base's.

    Raises:
        RecipeError: the recipe names a model or a token that there is none of.
        ParentError: a parent has no tokenizer, or there is no such union.
    """
    rows = {name: _rows(parent) for name, parent in parents.items()}
    counted = {name: size for name, size in rows.items() if size is not None}
    if recipe.vocabulary is None and (len(set(rows.values())) == 1 or len(counted) < len(rows)):
        return dict(parents)
    for name in rows.keys() - counted.keys():
        at = recipe.at(*recipe.place_of_parent(name))
        raise ParentError(
            f"{at}{name}: no tensor has the rows that {VOCAB_SIZE} speaks of; mend its config.json"
        )
    target = Target.of(recipe, parents, counted)
    aligned = {name: target.align(parent) for name, parent in parents.items()}
    aligned[recipe.template] = _with_special_tokens(recipe, parents, aligned[recipe.template])
    for name, parent in parents.items():
        strange = strange_to_tokens(parent.config, parent.tensors.specs)
        if strange and aligned[name] is not parent:
            at = recipe.at(*recipe.place_of_parent(name))
            raise ParentError(
                f"{at}{name}: its tokens are to be numbered otherwise, and {strange[0]} "
                f"{[*parent.tensors.specs[strange[0]].shape]} cannot be; take parents that have "
                "the same tokens"
            )
    return aligned


def _with_special_tokens(recipe: Recipe, parents: Mapping[str, Parent], template: Parent) -> Parent:
    """The template, ending texts as the model does whose tokenizer the recipe names."""
    asked = recipe.vocabulary
    if asked is None or asked.source in (*NOT_MODELS, template.name):
        return template
    config, own_generation = _settings_of(asked.source, parents)
    tokens = special_tokens(config)
    own = with_special_tokens(template.config, tokens)
    if own_generation is None and template.generation_config is not None:
        own_generation = {**template.generation_config, **tokens}
    if own == template.config and own_generation == template.generation_config:
        return template
    before = template.alignment
    rows = Rows(tuple(range(vocab_size(template.config) or 0)))
    note = f"special tokens and generation config are those of {asked.source}"
    return parents[template.name].aligned(
        Alignment(
            before.rows if before else rows,
            before.givers if before else {},
            own,
            own_generation,
            f"{before.note}; {note}" if before else note,
        )
    )


def _settings_of(
    model: str, parents: Mapping[str, Parent]
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Config and generation config of a model that need not be a parent."""
    if model in parents:
        return parents[model].config, parents[model].generation_config
    folder, _ = locate(model, SMALL_FILES)
    config, generation = (folder / name for name in (CONFIG, GENERATION_CONFIG))
    return (
        read_json(config) if config.is_file() else {},
        read_json(generation) if generation.is_file() else None,
    )


def _rows(parent: Parent) -> int | None:
    """How many tokens a parent has rows for; None where no tensor has one for each."""
    return vocab_size(parent.config) if _tensors(parent) else None


def _tensors(parent: Parent) -> tuple[str, ...]:
    return vocabulary_tensors(parent.config, parent.tensors.specs)


def vocabulary_notes(recipe: Recipe, parents: Mapping[str, Parent]) -> list[str]:
    """What is done to the parents' vocabularies, a sentence each, to be told before a merge."""
    aligned = [(name, p.alignment.note) for name, p in parents.items() if p.alignment]
    if aligned or recipe.vocabulary is not None or not any(map(_tensors, parents.values())):
        return [f"{name}: {note}" for name, note in aligned]
    template = parents[recipe.template]
    own = _tokenizer_of(template)
    unlike = {n: p for n, p in parents.items() if _tokenizer_of(p) != own}
    if not unlike:
        return []
    try:
        read = {n: read_vocabulary(p.tokenizer_folder).ids for n, p in unlike.items()}
        read[template.name] = read_vocabulary(template.tokenizer_folder).ids
    except ParentError:  # nothing says which row is which, and nothing asks
        return []
    base = {row: token for token, row in read[template.name].items()}
    notes = []
    for name, ids in read.items():
        others = [token for token, row in ids.items() if row in base and base[row] != token]
        if others:
            notes.append(
                f"{name}: {len(others):,} tokens stand in the rows of others in {template.name} "
                f"({shown(others)}), and are merged with them; a tokenizer: key aligns them"
            )
    return notes


def _tokenizer_of(parent: Parent) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in tokenizer_files(parent.tokenizer_folder)}
