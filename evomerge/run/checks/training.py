"""What a recipe's training will do and take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evomerge.errors import RecipeError, TrialError, UserError
from evomerge.recipe import Curriculum, Training
from evomerge.recipe.training_base import training_base
from evomerge.recipe.writers import ProgramWriter
from evomerge.run.auditing.auditor import CORRECTED
from evomerge.run.loop.lessons import human_lessons
from evomerge.run.loop.loop import NO_DATA
from evomerge.run.preparation.preflight import Prepared
from evomerge.training.extent import extent_of
from evomerge.training.texts import ExampleTokenizer, TrainingText
from evomerge.weights import Parent

MIB = 2**20


def training_notes(prepared: Prepared) -> Iterator[str]:
    """What is trained when, on what, and what it takes; cautions begin with "caution: ".

    Raises:
        RecipeError: the base cannot be trained so.
    """
    training = prepared.evolve.training
    if training is None:
        return
    name = training_base(prepared.recipe)
    assert name is not None
    base, at = prepared.parents[name], prepared.recipe.at("evolve", "training")
    try:
        texts, extent = _texts(prepared, base), extent_of(training, base)
    except UserError as error:
        raise RecipeError(f"{at}{error}") from None
    yield (
        f"training: after each cycle but the last a low-rank adapter is trained anew from {name}: "
        f"{extent.numbers:,} numbers in {extent.modules} linear layers (rank {training.rank}, "
        f"alpha {training.lora_alpha:g}), {training.steps:,} steps of {training.batch} examples; "
        "it joins the next cycle's parents with a weight that may be 0"
    )
    yield f"training: on {_examples(prepared, len(texts))}"
    tokens = _tokens(training, texts)
    takes = f"some {tokens:,} tokens" if tokens else "as many tokens as what is written has"
    controls = sum(control != NO_DATA for control in prepared.evolve.controls)
    more = f" (and as often for each of {controls} controls, beyond it)" if controls else ""
    yield (
        f"training: takes {takes} each time, forward and back, which count against the "
        f"budget{more}; {max(1, round(extent.held_bytes / MIB)):,} MiB for weights in float32, "
        "gradients and optimizer, beside what a step's texts take"
    )
    yield from _cautions(prepared, texts, tokens)


def most_corrections(prepared: Prepared) -> int:
    """Answers that a judge may correct in a cycle; 0 where it corrects none."""
    opened = prepared.constitution
    if opened is None or not opened.settings.corrections:
        return 0
    return prepared.evolve.elites * min(CORRECTED, len(opened.searched))


def _texts(prepared: Prepared, base: Parent) -> list[TrainingText]:
    """What people's search items are as texts; none where none has an answer that fits."""
    tokenizer = ExampleTokenizer(base, prepared.tokenizer)
    try:
        return tokenizer.texts(human_lessons(prepared))
    except TrialError:
        return []


def _examples(prepared: Prepared, human: int) -> str:
    curriculum = prepared.evolve.curriculum
    said = [f"{human:,} items of the search that people wrote"]
    if curriculum is not None:
        said.append(f"up to {_written(curriculum):,} more that each cycle writes and keeps")
    if count := most_corrections(prepared):
        said.append(f"up to {count:,} answers that the constitution's judge corrects in each")
    more = "; of earlier cycles all are kept" if len(said) > 1 else ""
    return f"{', '.join(said)}{more}"


def _written(curriculum: Curriculum) -> int:
    """Most items of a cycle that are for training."""
    return round(
        sum(
            one.count * (1 - curriculum.scored if isinstance(one, ProgramWriter) else 1)
            for one in curriculum.writers
        )
    )


def _tokens(training: Training, texts: Sequence[TrainingText]) -> int:
    """Of all steps, if what is written is as long as what people wrote; 0: nobody knows."""
    each = sum(len(text.tokens) for text in texts) / max(1, len(texts))
    return round(training.steps * training.batch * each)


def _cautions(prepared: Prepared, texts: Sequence[TrainingText], tokens: int) -> Iterator[str]:
    evolve = prepared.evolve
    budget = evolve.budget.tokens
    spent = tokens * (evolve.cycles - 1)
    if budget is not None and spent >= budget:
        yield (
            f"caution: {prepared.recipe.at('evolve', 'budget')}training alone may take {spent:,} "
            f"tokens, of a budget of {budget:,}; fewer steps or a smaller batch leave some to "
            "search with"
        )
    if not texts and evolve.curriculum is None and not most_corrections(prepared):
        yield (
            "caution: training: no search item has a right answer that could be learnt, so no "
            "adapter will be trained"
        )
