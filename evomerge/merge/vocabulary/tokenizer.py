"""The tokenizer that a recipe's offspring gets, with its chat template."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from evomerge.errors import ParentError, RecipeError
from evomerge.recipe import Recipe
from evomerge.recipe.tokenizer import TokenizerSettings
from evomerge.weights import Parent
from evomerge.weights.checkpoint.hub import SMALL_FILES
from evomerge.weights.parents.location import locate
from evomerge.weights.vocabularies.chat_template import AUTO, CHAT_TEMPLATES, syntax_error
from evomerge.weights.vocabularies.tokenizer import TokenizerFiles, chat_template_of
from evomerge.weights.vocabularies.vocabulary import Token, Vocabulary, ids_of, read_vocabulary


@dataclass(frozen=True)
class Joint:
    """A tokenizer for all parents."""

    model: str
    """The one whose it is, but for tokens that stand behind its own."""
    files: TokenizerFiles
    ids: Mapping[Token, int]


def offspring_tokenizer(recipe: Recipe, parents: Mapping[str, Parent]) -> TokenizerFiles:
    """The tokenizer files that the offspring gets.

    Raises:
        RecipeError: the recipe asks for one that there is none of, or for a template that is none.
        ParentError: there is no such union.
    """
    settings = recipe.vocabulary or TokenizerSettings(source="base")
    if settings.source == "union" or settings.tokens:
        vocabularies = {name: read_vocabulary(p.tokenizer_folder) for name, p in parents.items()}
        files = join(recipe, parents, vocabularies).files
    else:
        _, files = named_tokenizer(recipe, parents)
    template = chat_template(recipe, parents)
    if template is None or template == chat_template_of(files.folder):
        return files
    return files.with_chat_template(template)


def join(
    recipe: Recipe, parents: Mapping[str, Parent], vocabularies: Mapping[str, Vocabulary]
) -> Joint:
    """The tokenizer that the recipe asks for: a model's own, with more tokens where it says so.

    Args:
        vocabularies: of the parents, by name.
    """
    settings = recipe.vocabulary or TokenizerSettings(source="base")
    if union := settings.source == "union":
        model = _widest(recipe, vocabularies)
        files = TokenizerFiles.of(parents[model].tokenizer_folder)
    else:
        model, files = named_tokenizer(recipe, parents)
    own = vocabularies[model] if model in vocabularies else read_vocabulary(files.folder)
    new = _new_tokens([*vocabularies.values()] if union else [], own, settings)
    if not new:
        return Joint(model, files, own.ids)
    files = files.with_tokens([*new.values()])
    ids = ids_of(files.load())
    if any(ids.get(token) != row for token, row in own.ids.items()) or ids.keys() - own.ids != {
        *new
    }:
        raise ParentError(
            f"{recipe.at('tokenizer')}with more tokens transformers reads {model}'s tokenizer "
            "otherwise; name a source that has them all"
        )
    return Joint(model, files, ids)


def named_tokenizer(recipe: Recipe, parents: Mapping[str, Parent]) -> tuple[str, TokenizerFiles]:
    """The model whose tokenizer the recipe asks for, and that one's files. Not for a union.

    Raises:
        RecipeError: there is no such model.
    """
    source = recipe.vocabulary.source if recipe.vocabulary else "base"
    model = recipe.template if source == "base" else source
    if model in parents:
        return model, TokenizerFiles.of(parents[model].tokenizer_folder)
    try:
        folder, _ = locate(model, SMALL_FILES)
    except ParentError as error:
        key = "tokenizer" if recipe.tokenizer else "tokenizer_source"
        raise RecipeError(
            f"{recipe.at(key)}{key} {model!r}: {error}; name union, base, or a model"
        ) from None
    return model, TokenizerFiles.of(folder)


def _widest(recipe: Recipe, vocabularies: Mapping[str, Vocabulary]) -> str:
    """The first parent, the base before others, with all tokens that texts are split into."""
    template = recipe.template
    names = [template, *(name for name in vocabularies if name != template)]
    ordinary = {name: vocabularies[name].ordinary for name in names}
    for name in names:
        if all(tokens <= vocabularies[name].ids.keys() for tokens in ordinary.values()):
            return name
    largest = max(names, key=lambda name: len(vocabularies[name].ids))
    lacking = {name: len(t - vocabularies[largest].ids.keys()) for name, t in ordinary.items()}
    other = max(names, key=lambda name: lacking[name])
    key = "tokenizer" if recipe.tokenizer else "tokenizer_source"
    raise ParentError(
        f"{recipe.at(key)}union: {other} splits texts into {lacking[other]:,} tokens that even "
        f"{largest} lacks, and no tokenizer splits a text by the rules of both; "
        "take base or a model as the source"
    )


def _new_tokens(
    vocabularies: list[Vocabulary], own: Vocabulary, settings: TokenizerSettings
) -> dict[str, Any]:
    """Tokens that the tokenizer is to be given, in the order in which they are numbered."""
    from tokenizers import AddedToken

    new: dict[str, Any] = {}
    for vocabulary in vocabularies:
        for token, added in sorted(vocabulary.added.items(), key=lambda t: vocabulary.ids[t[0]]):
            if token not in own.ids:
                new.setdefault(token, added)
    for token in settings.tokens:
        if token not in own.ids:
            new.setdefault(token, AddedToken(token, special=True, normalized=False))
    return new


def chat_template(recipe: Recipe, parents: Mapping[str, Parent]) -> str | None:
    """The chat template that the recipe asks for; None where it asks for none, or none is there.

    Raises:
        RecipeError: it is neither the name of one nor Jinja.
    """
    asked = recipe.chat_template
    if asked == AUTO:
        there = [chat_template_of(parents[name].tokenizer_folder) for name in recipe.parent_names]
        counts = Counter(text for text in there if text is not None)
        return counts.most_common(1)[0][0] if counts else None
    if not asked or asked in CHAT_TEMPLATES:
        return CHAT_TEMPLATES.get(asked or "")
    at = recipe.at("chat_template")
    if "{" not in asked:
        choices = ", ".join([AUTO, *CHAT_TEMPLATES])
        raise RecipeError(f"{at}no chat template {asked!r}; there are {choices}, or Jinja text")
    if problem := syntax_error(asked):
        raise RecipeError(f"{at}chat_template is not a Jinja template ({problem})")
    return asked
