"""What a user should know of a merge that is not an error: what is ignored, left out, or added."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from evomerge.formulas.grammar import parse_formula
from evomerge.merge.folder.belongings import offspring_belongings
from evomerge.merge.methods import Method
from evomerge.merge.plan.contract import methods_of, remarks
from evomerge.merge.vocabulary.tokenizer import offspring_tokenizer
from evomerge.merge.vocabulary.vocabulary import vocabulary_notes
from evomerge.operators.properties import properties_of
from evomerge.recipe import Recipe
from evomerge.weights import Parent

END = "eos_token_id"


def notes(recipe: Recipe, parents: Mapping[str, Parent]) -> list[str]:
    """A sentence for each.

    Args:
        parents: the recipe's parents by name, as they are read for it.
    """
    return [
        *(_formula(method) for method in methods_of(recipe) if method.formula),
        *remarks(recipe),
        *(f"vocabulary: {note}" for note in vocabulary_notes(recipe, parents)),
        *(f"{name}: {note}" for name, parent in parents.items() for note in parent.notes),
        *_ends(recipe, parents),
        *_tokenizers_end(recipe, parents),
        *offspring_belongings(recipe, parents).notes,
    ]


def _formula(method: Method) -> str:
    """A formula as it is read, and its parameters with their defaults."""
    parameters = [
        f"{name} ({'each model, ' if one.per_model else ''}{one.default:g})"
        for name, one in method.parameters.items()
    ]
    takes = f"; it takes {', '.join(parameters)}" if parameters else ""
    given = {name: (float(one.default), one.per_model) for name, one in method.parameters.items()}
    found = properties_of(parse_formula(method.formula), given)
    itself = f"one model alone is {'itself' if found.itself else 'another model'}"
    scales = f"it {'scales' if found.scales else 'does not scale'} with the models"
    return f"formula: {method.formula}{takes}; by its defaults {itself}, and {scales}"


def _ends(recipe: Recipe, parents: Mapping[str, Parent]) -> Iterator[str]:
    """Parents that end their answers with tokens that do not end the offspring's."""
    ours = _end_tokens(parents[recipe.template])
    for name, parent in parents.items():
        more = sorted(_end_tokens(parent) - ours)
        if more and ours:
            yield (
                f"{name}: ends its answers at token {more[0]} too, which ends none of the "
                f"offspring's; tokenizer_source: {name} takes its tokenizer and its ends"
            )


def _tokenizers_end(recipe: Recipe, parents: Mapping[str, Parent]) -> Iterator[str]:
    """A tokenizer that the recipe asks for, whose own end of text ends no answer."""
    ours = _end_tokens(parents[recipe.template])
    if recipe.vocabulary is None or not ours:
        return
    tokenizer = offspring_tokenizer(recipe, parents).load()
    if tokenizer.eos_token_id not in {None, *ours}:
        yield (
            f"the offspring's tokenizer ends texts with {tokenizer.eos_token} "
            f"({tokenizer.eos_token_id}), but its answers end at token {min(ours)}; set "
            f"{END} in the generation config of the model whose tokenizer it is"
        )


def _end_tokens(parent: Parent) -> set[int]:
    for config in (parent.generation_config or {}, parent.config):
        value = config.get(END)
        if value is not None:
            every = value if isinstance(value, list) else [value]
            return {each for each in every if type(each) is int}
    return set()
