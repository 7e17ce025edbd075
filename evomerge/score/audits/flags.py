"""What is odd about how a winner answers: a model that scores by an artefact is not believed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from evomerge.ledger import Flag
from evomerge.score.audits.audit import TaskAudit
from evomerge.score.audits.contrast import SURE, Contrast, errors, jumps

_MISHAPS = {
    "truncated": "were cut at the token limit",
    "failed": "had nothing in them that could be extracted",
    "empty": "were empty",
    "looping": "ended in the same words over and over",
    "refused": "were refusals",
}
"""What may befall an answer whatever its model knows: numbers of an audit, in words."""

ITEMS = 10
"""Of fewer nothing is said but that a score is no number, or that other things were asked."""

CUT = 0.05
"""A share of answers cut at the token limit that is worth a word. It needs no test: of cut answers
it is known that they were not read to their end."""

SAME = 0.25
"""By how much the share of one answer, or of one language, must be larger to be odd. More than of a
mishap, since these shares differ among honest models too."""

LONGER = 1.5
"""How many times as long as the parent's answers are that are odd, or as short."""

MEAN_LENGTH = 4.0
"""Standard errors by which mean lengths must differ; more than of a share, as lengths have long
tails."""

SHORTEST = 1e-3
"""The least ratio of lengths that is told from none, as its logarithm is taken."""


def flags(
    winner: Mapping[str, TaskAudit],
    parents: Mapping[str, Mapping[str, TaskAudit]],
    best_at: Mapping[str, str],
) -> list[Flag]:
    """What is odd about a winner, task after task.

    It is held against the parent that is best at the task: a merge that does arithmetic well should
    answer like the arithmetic specialist. A jump must be large and sure to be flagged; so an honest
    winner seldom is.

    Args:
        winner: its audit of each task.
        parents: for each parent by name, its audit of each task.
        best_at: for each task, the parent with the best score.
    """
    found: list[Flag] = []
    for task, audit in winner.items():
        name = best_at[task]
        contrast = Contrast(task, audit, parents[name][task], name)
        found += _whatever_the_size(contrast)
        if min(contrast.winner.items, contrast.parent.items) >= ITEMS:
            for rule in _RULES:
                found += rule(contrast)
    return found


def _whatever_the_size(contrast: Contrast) -> Iterator[Flag]:
    ours, theirs = contrast.winner, contrast.parent
    if ours.not_finite:
        yield contrast.flag(
            "not_finite",
            ours.not_finite,
            theirs.not_finite,
            f"{ours.not_finite} of the winner's {ours.items} scores are no numbers",
        )
    if ours.asked != theirs.asked:
        yield contrast.flag(
            "asked",
            ours.items,
            theirs.items,
            f"the winner was not asked what {contrast.name} was: other items, prompts, few-shot "
            "examples or limits",
        )


def _jumps(contrast: Contrast) -> Iterator[Flag]:
    for what, words in _MISHAPS.items():
        ours, theirs = getattr(contrast.winner, what), getattr(contrast.parent, what)
        if contrast.jumps(ours, theirs):
            yield contrast.flag(
                what,
                ours,
                theirs,
                f"{_percent(ours)} of the winner's answers {words}, "
                f"{_percent(theirs)} of {contrast.name}'s",
            )


def _parent_jumps(contrast: Contrast) -> Iterator[Flag]:
    """What befell the parent's answers may be all that the winner gains by."""
    if not contrast.gains:
        return
    for what, words in _MISHAPS.items():
        ours, theirs = getattr(contrast.winner, what), getattr(contrast.parent, what)
        if jumps(theirs, contrast.parent.items, ours, contrast.winner.items):
            yield contrast.flag(
                f"parent_{what}",
                ours,
                theirs,
                f"the parent's answers are odd, so it may know more than it scores: "
                f"{_percent(theirs)} of {contrast.name}'s {words}, {_percent(ours)} of the "
                "winner's",
            )


def _credit(contrast: Contrast) -> Iterator[Flag]:
    ours, theirs = contrast.winner.truncated_right, contrast.parent.truncated_right
    if ours > theirs + CUT:
        yield contrast.flag(
            "truncated_right",
            ours,
            theirs,
            f"{_percent(ours)} of the winner's answers were given credit though they were cut at "
            f"the token limit, {_percent(theirs)} of {contrast.name}'s",
        )


def _bound(contrast: Contrast) -> Iterator[Flag]:
    """A limit on tokens may be all that made the parent worse."""
    ours, theirs, name = contrast.winner, contrast.parent, contrast.name
    if theirs.truncated > CUT and theirs.score < ours.score <= theirs.bound:
        yield contrast.flag(
            "bound",
            ours.score,
            theirs.bound,
            f"{_percent(theirs.truncated)} of {name}'s answers were cut at the token limit; "
            f"had they been right it would score {theirs.bound:.3g}, and the winner scores "
            f"{ours.score:.3g}: raise the limit to know which is better",
        )


def _control(contrast: Contrast) -> Iterator[Flag]:
    """A score that answers to other questions get as well says nothing of the questions, and
    neither does a gain that they have as well.
    """
    ours, theirs = contrast.winner, contrast.parent
    if ours.control is None or theirs.control is None or not contrast.gains:
        return
    skill, its_skill = ours.score - ours.control, theirs.score - theirs.control
    both = math.hypot(ours.control_error, theirs.control_error)
    shared = ours.control - theirs.control
    no_skill = errors(skill, ours.control_error) < 2
    less_skill = errors(its_skill - skill, both) >= SURE
    no_more_skill = shared > (ours.score - theirs.score) / 2 and errors(skill - its_skill, both) < 2
    if no_skill or less_skill or (contrast.is_gain(shared) and no_more_skill):
        yield contrast.flag(
            "control",
            ours.control,
            theirs.control,
            f"the winner scores {ours.score:.3g}, and {ours.control:.3g} when its answers are "
            f"graded against other questions; {contrast.name} {theirs.score:.3g} and "
            f"{theirs.control:.3g}",
        )


def _common(contrast: Contrast) -> Iterator[Flag]:
    ours, theirs = contrast.winner, contrast.parent
    usual = theirs.common if ours.gold_common is None else ours.gold_common
    # What the parent does as well explains no gain; without one it is no news.
    reference = usual if contrast.gains else max(usual, theirs.common)
    if contrast.jumps(ours.common, reference, SAME):
        yield contrast.flag(
            "common",
            ours.common,
            reference,
            f"{_percent(ours.common)} of the winner's answers are the same one, "
            f"{_percent(theirs.common)} of {contrast.name}'s"
            + ("" if ours.gold_common is None else f" and {_percent(usual)} of the right ones"),
        )


def _length(contrast: Contrast) -> Iterator[Flag]:
    """Half as long again or two thirds of it, surely (Welch's t), and further from the gold's."""
    ours, theirs = contrast.winner, contrast.parent
    short, long = sorted((ours.tokens_mean, theirs.tokens_mean))
    if long <= LONGER * short or contrast.length_errors < MEAN_LENGTH:
        return
    if ours.relative_length is None or theirs.relative_length is None:
        further = True
    else:
        further = _distance(ours.relative_length) > _distance(theirs.relative_length)
    if further:
        yield contrast.flag(
            "tokens_mean",
            ours.tokens_mean,
            theirs.tokens_mean,
            f"the winner's answers have {ours.tokens_mean:.3g} tokens in the mean, "
            f"{contrast.name}'s {theirs.tokens_mean:.3g}",
        )


def _language(contrast: Contrast) -> Iterator[Flag]:
    """The gold answers' language, or else the parent's."""
    ours, theirs = contrast.winner, contrast.parent
    expected = ours.gold_languages or theirs.languages
    against, whose = (
        (theirs.languages, f"{contrast.name}'s")
        if theirs.languages
        else (ours.gold_languages, "the right ones")
    )
    if not (ours.languages and expected):
        return
    language = max(expected, key=lambda one: expected[one])
    n, m = sum(ours.languages.values()), sum(against.values())
    our_share, their_share = ours.languages.get(language, 0) / n, against.get(language, 0) / m
    if jumps(their_share, m, our_share, n, SAME):
        yield contrast.flag(
            "languages",
            our_share,
            their_share,
            f"{_percent(our_share)} of the winner's words are in {language!r}, "
            f"{_percent(their_share)} of {whose}",
        )


_RULES = (_jumps, _parent_jumps, _credit, _bound, _control, _common, _length, _language)


def _distance(ratio: float) -> float:
    return abs(math.log(max(ratio, SHORTEST)))


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"
