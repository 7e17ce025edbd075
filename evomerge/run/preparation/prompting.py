"""What builds prompts for a model, and whether they can be built as a recipe asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evomerge.errors import ParentError, RecipeError
from evomerge.recipe import Evolve, Recipe
from evomerge.weights import Parent
from evomerge.weights.configs.known import generation_settings, known

if TYPE_CHECKING:
    from evomerge.score.harness import Recorder
    from evomerge.score.prompts.chat import ChatTurns


def recorder_for(model: Parent, tokenizer: Any) -> Recorder:
    """What builds prompts for a model.

    Raises:
        ParentError: transformers cannot use its config.
    """
    from evomerge.score.harness import Recorder

    generation = generation_settings(model.config, model.generation_config)
    return Recorder(_load_config(model), tokenizer, generation)


def turns_of(evolve: Evolve, tokenizer: Any) -> ChatTurns | None:
    """What wraps prompts as chat turns; None where the recipe does not ask for that."""
    from evomerge.score.prompts.chat import ChatTurns

    if not evolve.apply_chat_template:
        return None
    return ChatTurns(tokenizer, evolve.chat_template_args or {})


def check_chat_template(recipe: Recipe, tokenizer: Any) -> None:
    """Check that prompts can be wrapped as the recipe asks.

    Raises:
        RecipeError: they are to be chat turns, and the tokenizer has no chat template; or arguments
            are given to one that is not applied.
    """
    evolve = recipe.evolve
    assert evolve is not None
    if evolve.apply_chat_template and not getattr(tokenizer, "chat_template", None):
        at = recipe.at("evolve", "apply_chat_template")
        raise RecipeError(
            f"{at}apply_chat_template: the tokenizer has no chat template; "
            "the recipe can name one (chat_template: chatml)"
        )
    key = "chat_template_args"
    for place, settings in ((("evolve",), evolve), *evolve.terms):
        if settings.chat_template_args and not evolve.apply_chat_template:
            raise RecipeError(
                f"{recipe.at(*place, key)}{key}: no chat template is applied; say "
                "apply_chat_template: true"
            )


def _load_config(model: Parent) -> Any:
    try:
        return known(model.config)
    except Exception as error:  # whatever a config.json can do wrong
        raise ParentError(
            f"{model.name}: transformers cannot use its config.json ({error})"
        ) from None
