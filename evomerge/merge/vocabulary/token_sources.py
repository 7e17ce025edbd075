"""What a recipe says of single tokens: whose rows they get."""

from __future__ import annotations

from collections.abc import Mapping

from evomerge.errors import RecipeError
from evomerge.recipe import Recipe
from evomerge.recipe.tokenizer import RowOf, TokenizerSettings, ZeroRow
from evomerge.weights.vocabularies.alignment import Choice, Giver
from evomerge.weights.vocabularies.vocabulary import Token


def choices_of(
    recipe: Recipe, known: Mapping[str, Mapping[Token, int]], rows: Mapping[str, int]
) -> dict[Token, Choice]:
    """What the recipe says of single tokens.

    Args:
        known: the tokens that each parent has rows for.
        rows: how many rows each parent has.

    Raises:
        RecipeError: it names a parent or a row that there is none of.
    """
    choices: dict[Token, Choice] = {}
    for token, setting in (recipe.vocabulary or TokenizerSettings()).tokens.items():
        at = recipe.at("tokenizer", "tokens", token)
        match setting.source:
            case None:
                if not any(token in ids for ids in known.values()):
                    raise RecipeError(f"{at}no parent has a row for {token}; give it a source")
                continue
            case ZeroRow():
                givers: tuple[Giver, ...] = ()
            case RowOf(model=model, token=other, token_id=number):
                givers = (
                    _giver(at, model, token if other is None else other, number, known, rows),
                )
            case model:
                givers = (_giver(at, model, token, None, known, rows),)
        choices[token] = Choice(givers, setting.force)
    return choices


def _giver(
    at: str,
    model: str,
    token: str,
    number: int | None,
    known: Mapping[str, Mapping[Token, int]],
    rows: Mapping[str, int],
) -> Giver:
    if model not in known:
        raise RecipeError(f"{at}{model!r} is none of the parents ({', '.join(known)})")
    row = known[model].get(token) if number is None else number
    if row is None or row >= rows[model]:
        what = token if number is None else f"token_id {number}"
        raise RecipeError(f"{at}{model} has no row for {what}; take another token or model")
    return model, row
