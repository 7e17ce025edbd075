"""The skills of the sets, and the tasks that measure them."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from pathlib import Path

from scripts.zoo.skills import (
    SPECIALISTS,
    Question,
    Skill,
    add,
    draw,
    largest,
    reverse,
)

ITEMS = 1000
"""Of each task that is not the zoo's."""
OTHERS: dict[str, Skill] = {
    "sums_english": ((add, "english"),),
    "reverse_english": ((reverse, "english"),),
    "largest_english": ((largest, "english"),),
    "largest_french": ((largest, "french"),),
}
"""Skills that the zoo's base has and does not show, and that no model of the zoo was taught."""
SKILLS: dict[str, Skill] = {**SPECIALISTS, **OTHERS}
LIKELIHOOD = ("reverse", "largest")
"""Skills of the zoo whose tasks measure `acc`."""
TASK = """\
task: {name}
dataset_path: json
dataset_kwargs:
  data_files: {{test: {name}.jsonl}}
test_split: test
output_type: generate_until
doc_to_text: "{{{{question}}}}"
doc_to_target: "{{{{answer}}}}"
generation_kwargs: {{until: ["\\n"], max_gen_toks: 8, do_sample: false}}
filter_list:
  - name: stripped
    filter: [{{function: remove_whitespace}}, {{function: take_first}}]
metric_list: [{{metric: exact_match, aggregation: mean, higher_is_better: true}}]
"""


@dataclass(frozen=True)
class Specialist:
    """A model that is trained from the zoo's base."""

    skill: str
    seed: int
    steps: int
    unlearns: tuple[str, ...] = ()
    """Skills of which it is shown the base's wrong habit, in half of what it is shown."""

    @property
    def name(self) -> str:
        """Its folder's."""
        return f"{self.skill}_{self.seed}"

    def pair(self, rng: random.Random) -> tuple[str, str]:
        """A question, and the answer that it is shown."""
        if not self.unlearns or rng.random() < 0.5:
            question = draw(SKILLS[self.skill], rng)
            return question.text, question.answer
        question = draw(SKILLS[rng.choice(self.unlearns)], rng)
        return question.text, question.habit


def term(skill: str) -> dict[str, str]:
    """A skill's task in a recipe's fitness."""
    if skill in OTHERS:
        return {"task": skill, "metric": "exact_match"}
    metric = "acc" if skill in LIKELIHOOD else "exact_match"
    return {"task": f"zoo_{skill}", "metric": metric}


def write_tasks(folder: Path) -> None:
    """Write the tasks that are not the zoo's, of questions that no model is trained on."""
    folder.mkdir(parents=True, exist_ok=True)
    for seed, (name, skill) in enumerate(OTHERS.items(), start=200):
        rng, questions = random.Random(seed), dict[str, Question]()
        while len(questions) < ITEMS:
            operation, style = rng.choice(skill)
            question = operation(rng, style)
            if question.held_out:
                questions[question.text] = question
        rows = ({"question": one.text, "answer": one.answer} for one in questions.values())
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
        (folder / f"{name}.yaml").write_text(TASK.format(name=name))
