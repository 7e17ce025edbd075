"""Tasks of every kind, forty sums each, and a model with a chat template."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evomerge.zoo import zoo_folder

ROWS = [
    {"question": f"{a} + {b} in digits =", "answer": str(a + b), "wrong": [str(a), str(b)]}
    for a, b in [(n * 7 % 89, n * 13 % 97) for n in range(1, 41)]
]

SHOTS = [
    {"question": f"{a} + {b} in digits =", "answer": str(a + b), "wrong": [str(b), str(a)]}
    for a, b in [(90 + n, 98 - n) for n in range(12)]
]
"""Few-shot examples, none of which is asked."""

YAML = """
task: NAME
dataset_path: json
dataset_kwargs: {data_files: {test: rows.jsonl}}
test_split: test
fewshot_config: {sampler: default, samples: SHOTS}
doc_to_text: "{{question}}"
"""

KINDS = {
    "choice": """
output_type: multiple_choice
doc_to_choice: "{{[answer] + wrong}}"
doc_to_target: 0
metric_list:
  - {metric: acc, aggregation: mean, higher_is_better: true}
  - {metric: acc_norm, aggregation: mean, higher_is_better: true}
""",
    "generation": """
output_type: generate_until
doc_to_target: "{{answer}}"
generation_kwargs: {until: ["\\n", "4"], max_gen_toks: 5}
filter_list:
  - {name: digits, filter: [{function: regex, regex_pattern: "(\\\\d+)"}, {function: take_first}]}
  - {name: raw, filter: [{function: remove_whitespace}, {function: take_first}]}
metric_list:
  - {metric: exact_match, aggregation: mean, higher_is_better: true, ignore_case: true}
""",
    "loglikelihood": """
output_type: loglikelihood
doc_to_target: " {{answer}}"
metric_list:
  - {metric: acc, aggregation: mean, higher_is_better: true}
  - {metric: perplexity, aggregation: perplexity, higher_is_better: false}
""",
    "rolling": """
output_type: loglikelihood_rolling
doc_to_text: ""
doc_to_target: "{{question}} {{answer}} and so it went on"
metric_list:
  - {metric: word_perplexity, aggregation: weighted_perplexity, higher_is_better: false}
  - {metric: bits_per_byte, aggregation: bits_per_byte, higher_is_better: false}
""",
}


def write_task(folder: Path, kind: str, extra: str = "", rows: Sequence[Any] = ROWS) -> Path:
    """A task of one kind, with its data beside it."""
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    file = folder / f"{kind}.yaml"
    file.write_text(
        YAML.replace("NAME", kind).replace("SHOTS", json.dumps(SHOTS)) + KINDS[kind] + extra
    )
    return file


def chat_model(folder: Path) -> str:
    """zoo:base with a chat template."""
    folder.mkdir()
    for path in zoo_folder("zoo:base").iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    settings = json.loads((folder / "tokenizer_config.json").read_text())
    settings["chat_template"] = (
        "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}"
        "{% if add_generation_prompt %}assistant:{% endif %}"
    )
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    return str(folder)


def reading(length: int, folder: Path) -> str:
    """zoo:base with a chat template, reading so many tokens."""
    chat_model(folder)
    for name, key in (
        ("config.json", "max_position_embeddings"),
        ("tokenizer_config.json", "model_max_length"),
    ):
        settings = json.loads((folder / name).read_text())
        (folder / name).write_text(json.dumps({**settings, key: length}))
    return str(folder)
