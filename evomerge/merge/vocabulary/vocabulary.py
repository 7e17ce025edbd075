"""The vocabulary of an offspring: whose tokenizer it gets, and its parents read in that order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from evomerge.errors import ParentError
from evomerge.merge.vocabulary.token_sources import choices_of
from evomerge.merge.vocabulary.tokenizer import Joint, join, named_tokenizer
from evomerge.recipe import Recipe
from evomerge.recipe.tokenizer import NOT_MODELS
from evomerge.weights import Parent
from evomerge.weights.checkpoint.checkpoint import read_json
from evomerge.weights.checkpoint.files import CONFIG, GENERATION_CONFIG, tokenizer_files
from evomerge.weights.checkpoint.hub import SMALL_FILES
from evomerge.weights.configs.token_ids import Renumbering, special_tokens, with_special_tokens
from evomerge.weights.configs.vocab_size import VOCAB_SIZE, vocab_size
from evomerge.weights.parents.location import locate
from evomerge.weights.parents.parent import Alignment
from evomerge.weights.vocabularies.alignment import Choice, Rows, align_rows
from evomerge.weights.vocabularies.vocabulary import (
    Token,
    Vocabulary,
    read_vocabulary,
    strange_to_tokens,
    vocabulary_tensors,
)

TOKENS_SHOWN = 5
"""Of tokens that are left out or moved: enough to see what they are; they are counted besides."""


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
        raise ParentError(f"{at}{name}: no tensor has the rows that {VOCAB_SIZE} speaks of")
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


@dataclass(frozen=True)
class Target:
    """The vocabulary that all parents are to be read in."""

    parents: Mapping[str, Parent]
    base: str | None
    model: str
    """Whose tokenizer it is."""
    known: Mapping[str, Mapping[Token, int]]
    """The tokens that each parent has rows for."""
    wanted: Mapping[Token, int]
    """The row that each token is to have."""
    size: int
    choices: Mapping[Token, Choice]

    @classmethod
    def of(cls, recipe: Recipe, parents: Mapping[str, Parent], rows: Mapping[str, int]) -> Target:
        """What a recipe asks for.

        Args:
            rows: how many rows each parent's embeddings have.
        """
        if recipe.vocabulary is None or recipe.vocabulary.source != "union":
            named_tokenizer(recipe, parents)
        vocabularies = {name: _read(recipe, parent) for name, parent in parents.items()}
        known = {name: _with_rows(v, rows[name]) for name, v in vocabularies.items()}
        joint = join(recipe, parents, vocabularies)
        choices = choices_of(recipe, known, rows)
        wanted = dict(joint.ids)
        size = _size(recipe, joint, rows)
        # Rows behind all tokens stay the base's only where the recipe says nothing of tokens.
        end = size if recipe.vocabulary is None else 1 + max(wanted.values())
        unnamed = set(range(min(end, rows.get(joint.model, 0)))) - set(wanted.values())
        for row in sorted(unnamed):
            known[joint.model][row] = wanted[row] = row
        return cls(parents, recipe.base_model, joint.model, known, wanted, size, choices)

    def align(self, parent: Parent) -> Parent:
        """One of the parents, in this vocabulary."""
        known = self.known[parent.name]
        rows = align_rows(parent.name, self.wanted, self.size, self.known, self.base, self.choices)
        before = vocab_size(parent.config) or 0
        if rows == Rows(tuple(range(before))):
            return parent
        numbers = {
            number: self.wanted[token]
            for token, number in known.items()
            if self.wanted.get(token, self.size) < self.size
        }
        renumbering = Renumbering(numbers, before, self.size)
        own = self.parents.get(self.model)
        generation = parent.generation_config
        if generation is not None:
            instead = own.generation_config if own and own.generation_config else {}
            generation = renumbering.config(generation, instead)
        givers = {giver for gift in rows.gifts for giver, _ in gift.givers}
        return parent.aligned(
            Alignment(
                rows,
                {name: self.parents[name] for name in sorted(givers)},
                renumbering.config(parent.config, own.config if own else {}),
                generation,
                self._note(known, before),
            )
        )

    def _note(self, known: Mapping[Token, int], before: int) -> str:
        inside = {token: row for token, row in self.wanted.items() if row < self.size}
        parts = [f"{before:,} rows become {self.size:,}, in the order of {self.model}"]
        for what, tokens in (
            ("left out", [token for token in known if token not in inside]),
            ("taken from others", [token for token in inside if token not in known]),
        ):
            if tokens:
                parts.append(f"{len(tokens):,} {what} ({_shown(tokens)})")
        return "; ".join(parts)


def _read(recipe: Recipe, parent: Parent) -> Vocabulary:
    try:
        return read_vocabulary(parent.tokenizer_folder)
    except ParentError as error:
        at = recipe.at(*recipe.place_of_parent(parent.name))
        raise ParentError(f"{at}{error}; without it nothing says which row is which") from None


def _with_rows(vocabulary: Vocabulary, rows: int) -> dict[Token, int]:
    return {token: row for token, row in vocabulary.ids.items() if row < rows}


def _size(recipe: Recipe, joint: Joint, rows: Mapping[str, int]) -> int:
    """How many rows the offspring's embeddings get.

    All of the base's where the recipe does not say; otherwise as many as there are tokens.
    """
    if recipe.vocabulary is None:
        return rows[joint.model]
    multiple = recipe.vocabulary.pad_to_multiple_of or 1
    return -(-(1 + max(joint.ids.values())) // multiple) * multiple


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
                f"({_shown(others)}), and are merged with them; a tokenizer: key aligns them"
            )
    return notes


def _tokenizer_of(parent: Parent) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in tokenizer_files(parent.tokenizer_folder)}


def _shown(tokens: Iterable[Token]) -> str:
    listed = [str(token) for token in tokens]
    more = ", …" if len(listed) > TOKENS_SHOWN else ""
    return ", ".join(listed[:TOKENS_SHOWN]) + more
