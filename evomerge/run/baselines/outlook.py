"""What the parents' scores say of the search to come, said before it begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evomerge.engine.request import from_plain
from evomerge.errors import RecipeError
from evomerge.ledger import UNIFORM, Cautioned, Ledger, Model, SearchedAnyway, Split
from evomerge.recipe.names import short_names
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.preparation.preflight import Prepared
from evomerge.score.audits.answer import AnswerFacts
from evomerge.score.benchmark import Benchmark
from evomerge.score.cautions.scores import mishaps, shown, tells_nobody_apart
from evomerge.score.prompts.gold import GOLD_LOGPROB
from evomerge.score.tasks.term import Term


@dataclass(frozen=True)
class Outlook:
    """What can be expected of a search."""

    cautions: Sequence[str]
    hopeless: Sequence[str]
    """Why nothing can be learnt, if that is so: what is wrong with each term that counts."""


def warn(ledger: Ledger, cautions: Sequence[str]) -> None:
    """Record cautions, those that are not on record yet; who watches the run is told."""
    known = {one for cautioned in ledger.all_of(Cautioned) for one in cautioned.cautions}
    if new := tuple(caution for caution in cautions if caution not in known):
        ledger.record(Cautioned(new))


def check_outlook(
    prepared: Prepared,
    evaluations: Evaluations,
    ledger: Ledger,
    models: Mapping[Model, Offspring],
    how_to_go_on: str,
    anyway: bool,
) -> None:
    """Warn of what keeps the models from scoring, and stop where nothing can be learnt.

    Args:
        models: parents and uniform merge, scored on all search items.
        how_to_go_on: the command that goes on all the same.
        anyway: whether to go on.

    Raises:
        RecipeError: no task that counts tells models apart.
    """
    found = outlook(evaluations, prepared.benchmark, models)
    warn(ledger, found.cautions)
    if not found.hopeless or ledger.all_of(SearchedAnyway):
        return
    if anyway:
        ledger.record(SearchedAnyway())
        return
    raise RecipeError(
        f"{prepared.recipe.at('evolve', 'fitness')}nothing can be learnt. "
        f"{'. '.join(found.hopeless)}. To search all the same: {how_to_go_on}"
    )


def outlook(
    evaluations: Evaluations, benchmark: Benchmark, models: Mapping[Model, Offspring]
) -> Outlook:
    """What the scores and answers of models that nobody searched for let expect."""
    cautions, hopeless = [], []
    short = short_names(model.label for model in models)
    names = {model: short[model.label] for model in models}
    parents = {model: offspring for model, offspring in models.items() if model.is_parent}
    who = "the parents and their average all" if UNIFORM in models else "all parents"
    for term in benchmark.terms:
        if not term.items[Split.SEARCH] or not (term.weight or term.floor is not None):
            continue
        scores = {names[m]: _scores(evaluations, term, each) for m, each in models.items()}
        answers = {names[m]: _answers(evaluations, term, each) for m, each in parents.items()}
        answers = {name: given for name, given in answers.items() if given}
        alike = tells_nobody_apart(scores)
        if alike is not None:
            example = f", as {shown(next(iter(answers.values()))[0])}" if answers else ""
            told = f"{term.task}: {who} {alike}{example}: it tells nobody apart; {_cure(term)}"
            cautions.append(told)
            hopeless += [told] if term.weight else []
        cautions += [f"{term.task}: {told}" for told in mishaps(answers, scores)]
    counted = [term for term in benchmark.terms if term.weight and term.items[Split.SEARCH]]
    return Outlook(cautions, hopeless if len(hopeless) == len(counted) else ())


def _scores(evaluations: Evaluations, term: Term, offspring: Offspring) -> list[float]:
    """What a model scores on the search items of a term."""
    known = evaluations.results(offspring.digest, Split.SEARCH).scores
    scores = [known[item.key] for item in term.items[Split.SEARCH]]
    return [score.value if score.weight else 0.0 for score in scores]


def _answers(evaluations: Evaluations, term: Term, offspring: Offspring) -> list[AnswerFacts]:
    """A model's generated answers to the search items; none where they are not on record."""
    items = term.items[Split.SEARCH]
    said = evaluations.results(offspring.digest, Split.SEARCH).answers
    if not all(item.key in said for item in items):
        return []
    return term.grader.facts(items, [from_plain(said[item.key]) for item in items])


def _cure(term: Term) -> str:
    if not term.weight:
        return "its floor guards nothing"
    if term.metric == GOLD_LOGPROB:
        return "are the parents one model?"
    return "give it weight 0, or try gold_logprob"
