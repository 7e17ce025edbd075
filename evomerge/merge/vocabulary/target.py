"""The vocabulary that all parents of a recipe are read in, and how each one is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from evomerge.errors import ParentError
from evomerge.merge.vocabulary.token_sources import choices_of
from evomerge.merge.vocabulary.tokenizer import Joint, join, named_tokenizer
from evomerge.recipe import Recipe
from evomerge.weights import Parent
from evomerge.weights.configs.token_ids import Renumbering
from evomerge.weights.configs.vocab_size import vocab_size
from evomerge.weights.parents.parent import Alignment
from evomerge.weights.vocabularies.alignment import Choice, Rows, align_rows
from evomerge.weights.vocabularies.vocabulary import Token, Vocabulary, read_vocabulary

TOKENS_SHOWN = 5
"""Of tokens that are left out or moved: enough to see what they are; they are counted besides."""


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
                parts.append(f"{len(tokens):,} {what} ({shown(tokens)})")
        return "; ".join(parts)


def _read(recipe: Recipe, parent: Parent) -> Vocabulary:
    try:
        return read_vocabulary(parent.tokenizer_folder)
    except ParentError as error:
        at = recipe.at(*recipe.place_of_parent(parent.name))
        raise ParentError(
            f"{at}{error}; nothing else says which row is which, so give the model a tokenizer"
        ) from None


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


def shown(tokens: Iterable[Token]) -> str:
    """Some tokens, for people."""
    listed = [str(token) for token in tokens]
    more = ", …" if len(listed) > TOKENS_SHOWN else ""
    return ", ".join(listed[:TOKENS_SHOWN]) + more
