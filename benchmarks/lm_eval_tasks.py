"""lm-eval's own task files, drawn by a seed: the same scores from lm-eval and from evomerge.

    python -m benchmarks.lm_eval_tasks --count 300 --seed 0

Rows stand in for the data sets that a task asks for, with the columns that its templates and
functions read, so that nothing is fetched; a made-up model answers both sides alike. A file ends as

- equal: lm-eval's number and ours agree, for every metric that is not refused with a reason, and so
  does what is asked;
- refused: evomerge says why, for every metric;
- neither: lm-eval itself can do nothing with it here (a package or a metric that is not installed,
  rows that were not guessed), and evomerge says why it cannot either;
- wrong: anything else, above all a traceback.
"""

from __future__ import annotations

import argparse
import math
import os
import re
import sys
import traceback
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

os.environ.setdefault("HF_EVALUATE_OFFLINE", "1")  # or metrics are looked for, again and again

import lm_eval.tasks
from transformers import AutoConfig

from benchmarks.standins.drawing import draw, kind_of, splits_of
from benchmarks.standins.fitting import fit
from benchmarks.standins.reading import columns_of
from benchmarks.standins.sides import (
    Asked,
    Subject,
    by_lm_eval,
    by_us,
    expanded_by_lm_eval,
    loaded_by_lm_eval,
)
from evomerge.errors import EvomergeError, RecipeError
from evomerge.score.foreign_code.cause import cause
from evomerge.score.foreign_code.quiet import quiet
from evomerge.score.harness import Recorder
from evomerge.score.library.members import OWN_TASKS, Library
from evomerge.score.prompts.gold import GOLD_LOGPROB
from evomerge.weights.vocabularies.tokenizer import load_tokenizer
from evomerge.zoo import zoo_folder

ENDS = ("equal", "refused", "neither", "wrong")
LONGEST = 2**20
"""Tokens that the model behind the prompts reads: all of any."""


@dataclass
class Outcome:
    """What became of a task file."""

    name: str
    kind: str
    end: str
    """One of ENDS."""
    why: str = ""
    metrics: Counter[str] = field(default_factory=Counter)


def judged(manager: Any, path: Path, config: dict[str, Any], recorder: Recorder) -> Outcome:
    """What becomes of one task file."""
    kind = kind_of(config)
    if kind in ("group", "no task"):
        return expanded(manager, path, config, kind)
    name, splits = str(config["task"]), splits_of(config)
    entry = manager.task_index.get(name)
    if entry is None or entry.yaml_path != path:
        return Outcome(name, kind, "neither", "another file has the same name")
    seen = loaded_by_lm_eval if kind.startswith("images") else by_lm_eval
    columns, error = fit(
        columns_of(config, path.parent), lambda c: seen(manager, Subject(name, c, splits))
    )
    subject = Subject(name, columns, splits)
    if error:
        return neither(subject, kind, error, recorder)
    if kind.startswith("images"):
        return compared(subject, kind, {"acc": math.nan}, {}, recorder)
    return compared(subject, kind, *by_lm_eval(manager, subject), recorder)


def compared(
    subject: Subject, kind: str, theirs: Mapping[str, float], asked: Asked, recorder: Recorder
) -> Outcome:
    """Hold every number of lm-eval's against ours."""
    metrics: Counter[str] = Counter()
    reasons, wrong = [], []
    for key, value in theirs.items():
        try:
            mean, requests = by_us(subject, key, recorder)
        except EvomergeError as error:
            metrics["refused"] += 1
            reasons.append(str(error))
            continue
        metrics["equal"] += 1
        if not math.isclose(mean, value, rel_tol=1e-9, abs_tol=1e-9):
            wrong.append(f"{key}: {mean} and not {value}")
        if requests != asked:
            wrong.append(f"{key}: asks otherwise")
    if wrong:
        return Outcome(subject.name, kind, "wrong", "; ".join(wrong), metrics)
    if metrics["equal"]:
        return Outcome(subject.name, kind, "equal", "", metrics)
    why = reasons[0] if reasons else "lm-eval gives no number"
    return Outcome(subject.name, kind, "refused", why, metrics)


def neither(subject: Subject, kind: str, error: str, recorder: Recorder) -> Outcome:
    """A task that lm-eval cannot evaluate here."""
    try:
        by_us(subject, GOLD_LOGPROB, recorder)
    except EvomergeError as told:
        return Outcome(subject.name, kind, "neither", str(told))
    except AssertionError:  # what the made-up model says is no answer to what gold_logprob asks
        return Outcome(subject.name, kind, "neither", f"gold_logprob alone (lm-eval: {error})")
    return Outcome(subject.name, kind, "neither", f"gold_logprob alone (lm-eval: {error})")


def expanded(manager: Any, path: Path, config: dict[str, Any], kind: str) -> Outcome:
    """A file without a task of its own: a group has the members that lm-eval gives it."""
    name = str(config.get("group") or path.relative_to(OWN_TASKS))
    try:
        members = Library([]).members(name if kind == "group" else str(path)).tasks
    except RecipeError as error:
        return Outcome(name, kind, "refused", str(error))
    try:
        theirs = expanded_by_lm_eval(manager, name)
    except Exception as error:
        return Outcome(name, kind, "neither", f"lm-eval cannot expand it: {cause(error)}")
    if len({*theirs}) < len(theirs):
        return Outcome(name, kind, "neither", "lm-eval gives several of its tasks one name")
    ours = [task.name for task in members]
    if ours == theirs:
        return Outcome(name, kind, "equal")
    return Outcome(name, kind, "wrong", f"{len(ours)} tasks and not {len(theirs)}")


def table(outcomes: Sequence[Outcome]) -> str:
    """How the files of each kind ended, as Markdown."""
    lines = [f"| kind | files | {' | '.join(ENDS)} | metrics equal | metrics refused |"]
    lines.append("| --- |" + " --- |" * (len(ENDS) + 3))
    for kind in [*sorted({one.kind for one in outcomes}), "all"]:
        of_kind = [one for one in outcomes if kind in (one.kind, "all")]
        ends = Counter(one.end for one in of_kind)
        metrics = sum((one.metrics for one in of_kind), Counter[str]())
        cells = [len(of_kind), *(ends[end] for end in ENDS), metrics["equal"], metrics["refused"]]
        lines.append(f"| {kind} | " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines)


def reasons(outcomes: Sequence[Outcome], end: str) -> str:
    """The reasons of files that ended so, without names, numbers and places, and how often."""
    whys = (re.sub(r"^(task|text) \S+: ", "", one.why) for one in outcomes if one.end == end)
    alike = Counter(re.sub(r"/\S+/", "", re.sub(r"\d+", "N", why))[:110] for why in whys)
    return "\n".join(f"{count:4} {why}" for why, count in alike.most_common())


def recorder() -> Recorder:
    """What builds prompts, of a model that reads long ones."""
    folder = zoo_folder("zoo:base")
    config, tokenizer = AutoConfig.from_pretrained(folder), load_tokenizer(folder)
    config.max_position_embeddings = tokenizer.model_max_length = LONGEST
    return Recorder(config, tokenizer)


def main() -> None:
    """Draw task files and tell what became of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="files whose path has this in it")
    parser.add_argument("--each", action="store_true", help="a line for each file")
    options = parser.parse_args()
    with quiet(silent=True):
        manager = lm_eval.tasks.TaskManager()
    prompts, outcomes = recorder(), []
    for path, config in draw(options.count, options.seed):
        if options.only not in str(path):
            continue
        try:
            outcome = judged(manager, path, config, prompts)
        except Exception as error:  # the very thing that must not be
            traceback.print_exc()
            outcome = Outcome(str(path), kind_of(config), "wrong", f"traceback: {cause(error)}")
        outcomes.append(outcome)
        if options.each or outcome.end == "wrong":
            print(f"{outcome.end:8} {outcome.kind:28} {outcome.name}: {outcome.why}", flush=True)
        else:
            print(".", end="", file=sys.stderr, flush=True)
    print(table(outcomes))
    for end in ("refused", "neither"):
        print(f"\n{end}:\n{reasons(outcomes, end)}")


if __name__ == "__main__":
    main()
