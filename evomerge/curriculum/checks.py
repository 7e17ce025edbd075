"""What is looked at before a run begins that writes items, and what its user is told."""

from __future__ import annotations

from collections.abc import Iterator

from evomerge.curriculum.canaries import MOST
from evomerge.curriculum.precision import MEASURED_ON, voters_of
from evomerge.curriculum.programs import ProgramFailed, Programs
from evomerge.curriculum.prompts import require_template
from evomerge.curriculum.verifiers import verifier_of
from evomerge.curriculum.writers import writer_of
from evomerge.errors import RecipeError
from evomerge.recipe import Curriculum, Recipe
from evomerge.recipe.source import Place
from evomerge.recipe.verifiers import Agreement, JudgeVerifier, Verifier
from evomerge.recipe.writers import (
    ELITE,
    LEADER,
    MISSED,
    ChainWriter,
    ModelWriter,
    ProgramWriter,
)
from evomerge.score.judges.address import Address

PLACE = ("evolve", "curriculum")
TRIED = 3
"""Documents that each program is to print before a run."""
UNVERIFIED = (
    "nobody verifies what models write: models that are trained on what models wrote and nobody "
    "checked did not get better at any size in published runs (2026.findings-eacl.213), and where "
    "a verifier is, it decides how far they get (arXiv 2510.16657, 2312.06585); add verifiers, a "
    "program that runs before all"
)
VOTED = (
    "what models write is verified by votes or judges alone: published runs got better for some "
    "rounds and then worse (arXiv 2508.05004), and an imperfect verifier ends on a plateau "
    "(2510.16657); read how precise it is in the report, and add a program that runs if one can "
    "tell (2505.03335)"
)


def require_known(recipe: Recipe) -> Programs | None:
    """Check what a recipe's curriculum names, and read its programs; None where it has none.

    Raises:
        RecipeError: a model that is asked is none of the recipe's, a template is none, or a
            program cannot be read.
    """
    curriculum = recipe.evolve.curriculum if recipe.evolve else None
    if curriculum is None:
        return None
    known = {*recipe.parent_names, *recipe.roots, LEADER, ELITE}
    for place, name in curriculum.asked:
        if name not in known:
            raise RecipeError(
                f"{recipe.at(*PLACE, *place)}{name} is none of the recipe's models, so nobody is "
                "told that the winner learnt from it; name one of them, leader or elite, or add it "
                "to models:"
            )
    for place, template in _templates(curriculum):
        try:
            require_template(template)
        except RecipeError as error:
            raise RecipeError(f"{recipe.at(*PLACE, *place)}{error}") from None
    return Programs.read(curriculum, recipe)


def require_running(recipe: Recipe, curriculum: Curriculum, programs: Programs) -> None:
    """Run each program that writes once, for a few documents.

    Raises:
        RecipeError: one ends badly, prints something else the second time, or prints no JSON.
        UserError: there is no sandbox here.
    """
    verifying = {place for place, _ in curriculum.programs if place[0] == "verifiers"}
    for place, file in curriculum.programs:
        if place in verifying:
            continue
        at = recipe.at(*PLACE, *place)
        try:
            values = [*programs.values(file, "0", str(TRIED))]
        except ProgramFailed as error:
            raise RecipeError(f"{at}{error}") from None
        wrong = next((one for one in values if not isinstance(one, dict)), None)
        if not values or wrong is not None:
            why = f"a line {wrong}" if isinstance(wrong, ValueError) else "no JSON object"
            raise RecipeError(
                f"{at}{file}: is given a seed and a count, and is to print so many JSON documents, "
                f"a line each ({why if values else 'it printed nothing'})"
            )


def notes(curriculum: Curriculum) -> Iterator[str]:
    """What will be written in each cycle, by whom, and at what cost; cautions begin with
    "caution: ".
    """
    for writer in curriculum.writers:
        yield f"curriculum: in each cycle {writer.name} writes {writer_of(writer).describe(writer)}"
    verifiers = [verifier_of(one).describe(one) for one in curriculum.verifiers]
    yield f"curriculum: verified by {', then '.join(verifiers) or 'nobody'}"
    questions = sum(_asked(curriculum))
    if questions:
        yield (
            f"curriculum: models are asked up to {questions:,} questions in each cycle to write "
            "and verify, beside what the population is asked to solve; all of it counts against "
            "the budget"
        )
    programs = any(isinstance(one, ProgramWriter) for one in curriculum.writers)
    if not programs or not curriculum.scored:
        yield (
            "curriculum: no made item is scored on in the search: what models write is for "
            "training alone, and of what programs write the share `scored`"
        )
    for writer in curriculum.writers:
        if isinstance(writer, ModelWriter) and writer.url is not None:
            address = Address.of(writer.url, f"writer {writer.name}")
            yield (
                f"curriculum: {writer.name} is sent search items of {curriculum.task} at "
                f"{address}, which --allow-judge {address} must allow"
            )
    yield from (f"caution: curriculum: {why}" for why in _cautions(curriculum))


def _asked(curriculum: Curriculum) -> Iterator[int]:
    """Most questions that each writer and verifier has models asked."""
    written = sum(writer.count for writer in curriculum.writers)
    programs = [one for one in curriculum.writers if isinstance(one, ProgramWriter)]
    printed = sum(writer.count for writer in programs)
    chained = max((len(one.chain) for one in curriculum.chains.values()), default=1)
    for writer in curriculum.writers:
        if isinstance(writer, ChainWriter):
            yield writer.count * len(writer.chain)
        elif isinstance(writer, ModelWriter):
            yield writer.count
    for verifier in curriculum.verifiers:
        if isinstance(verifier, Agreement):
            steps = [
                chained if not verifier.of else _steps(curriculum, n) for n in verifier.of or ("",)
            ]
            yield (written + MEASURED_ON) * verifier.samples * sum(steps)
            voters = voters_of(verifier, curriculum)
            if voters is not None and printed:
                yield min(MOST, printed) * verifier.samples * len(voters.of)
        elif isinstance(verifier, JudgeVerifier):
            yield written + 2 * MEASURED_ON


def _steps(curriculum: Curriculum, name: str) -> int:
    chain = curriculum.chains.get(name)
    return 1 if chain is None else len(chain.chain)


def _cautions(curriculum: Curriculum) -> Iterator[str]:
    by_models = any(not isinstance(one, ProgramWriter) for one in curriculum.writers)
    kinds = [type(one) for one in curriculum.verifiers]
    if by_models and not kinds:
        yield UNVERIFIED
    elif by_models and all(kind in (Agreement, JudgeVerifier) for kind in kinds):
        yield VOTED
    if curriculum.share == 0:
        yield (
            "share: 0 keeps made items out of the search, so they are of use where there is "
            "training alone"
        )
    for writer in curriculum.adversaries.values():
        if writer.variants == MISSED and any(_is_leaders(one) for one in curriculum.verifiers):
            yield (
                f"{writer.name} is to write what the leader misses, and the leader alone votes on "
                "the answers, so hardly any item is kept; let others vote (of: [...])"
            )
    if curriculum.solved.least == curriculum.solved.most:
        yield "solved: least and most are the same, so hardly any item is kept"


def _is_leaders(verifier: Verifier) -> bool:
    """Whether it is a vote in which nobody but the leader says what is right."""
    return isinstance(verifier, Agreement) and {*verifier.of} <= {LEADER}


def _templates(curriculum: Curriculum) -> Iterator[tuple[Place, str]]:
    for number, writer in enumerate(curriculum.writers):
        if isinstance(writer, ChainWriter):
            for step, one in enumerate(writer.chain):
                yield ("writers", number, "chain", step, "prompt"), one.prompt
            for name, template in writer.document.items():
                yield ("writers", number, "document", name), template
        elif isinstance(writer, ModelWriter):
            yield ("writers", number, "prompt"), writer.prompt
