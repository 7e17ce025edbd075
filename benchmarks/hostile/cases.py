"""What a stranger may try, by name."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

from benchmarks.hostile.crafted import (
    TASK,
    Command,
    adapter,
    data_beside,
    data_folder,
    header,
    named,
    overlapping,
    pickled,
    recipe,
    replaced,
    settings,
    shaped,
    shard,
    task,
    tokenizer,
)

REGEX = {
    "type": "Split",
    "pattern": {"Regex": "(a|aa|a a)+$"},
    "behavior": "Isolated",
    "invert": False,
}
GROWING = {"type": "Replace", "pattern": {"String": "1"}, "content": "11"}
CASES: dict[str, Callable[[Path], Command]] = {
    "auto_map": settings("config.json", auto_map={"AutoConfig": "code.C", "AutoModel": "code.M"}),
    "unknown type": settings("config.json", model_type="x", auto_map={"AutoConfig": "code.C"}),
    "kernel": settings("config.json", attn_implementation="evil/kernel", use_kernels=True),
    "hidden kernel": settings("config.json", _attn_implementation="evil/kernel"),
    "quantized": settings("config.json", quantization_config={"quant_method": "code.Q"}),
    "weights elsewhere": settings("config.json", transformers_weights="../../secret.safetensors"),
    "pipeline": settings("config.json", custom_pipelines={"x": {"impl": "code.P"}}),
    "generate": settings("generation_config.json", custom_generate="code", assistant="evil/m"),
    "tokenizer map": settings(
        "tokenizer_config.json", auto_map={"AutoTokenizer": ["code.T", None]}
    ),
    "tokenizer class": settings("tokenizer_config.json", tokenizer_class="os.system"),
    "endless chat": settings(
        "tokenizer_config.json", chat_template="{% for i in range(10**9) %}{% endfor %}"
    ),
    "chat of another file": settings(
        "tokenizer_config.json", chat_template="{% include '../../secret.json' %}{{ ''.__class__ }}"
    ),
    "tokenizer pattern": tokenizer(pre_tokenizer=REGEX),
    "tokenizer growth": tokenizer(normalizer={"type": "Sequence", "normalizers": [GROWING] * 40}),
    "tokenizer nested": tokenizer(model={"type": "BPE", "vocab": {"a": {}}}),
    "pickle": pickled("pytorch_model.bin"),
    "pickle, named otherwise": pickled("model.safetensors"),
    "pickle, of Lightning": pickled("model.ckpt"),
    "pickled adapter": adapter(),
    "adapter mapping": adapter(auto_mapping={"parent_library": "code", "base_model_class": "M"}),
    "adapter's base": adapter(base_model_name_or_path="../../"),
    "overlapping": header(overlapping),
    "shape too large": header(shaped([2**40, 2**40])),
    "negative shape": header(shaped([-1, 4])),
    "nested header": header(lambda said, _: b'{"a":' + b"[" * 10**6),
    "header of blanks": header(lambda said, _: json.dumps(said).encode() + b" " * 90 * 10**6),
    "tensor twice": header(lambda said, _: json.dumps(said).encode()[:-1] + b', "a": 1, "a": 2}'),
    "shard above": shard("../../secret.safetensors"),
    "shard by its path": shard("/etc/passwd"),
    "shard by a link": shard("b.safetensors", "../../secret.safetensors"),
    "shard of a pipe": shard("b.safetensors", "/dev/zero"),
    "shard that is pickled": shard("b.bin"),
    "python tag": recipe("linear", "!!python/object/apply:os.system ['touch executed']"),
    "function tag": recipe("linear", "!function code.run"),
    "include tag": recipe("linear", "!include ../secret.json"),
    "bomb": recipe("linear", "&a [x,x]\nname: [&b [*a,*a,*a,*a], &c [*b,*b,*b,*b], [*c,*c,*c,*c]]"),
    "python judge": recipe("metric: exact_match", "python: 'code.py:run'"),
    "judge elsewhere": recipe(
        "metric: exact_match", "judge: {model: x, rubric: y, url: 'http://127.0.0.1:9/v1'}"
    ),
    "judge of a folder": recipe("metric: exact_match", "judge: {model: ../../, rubric: y}"),
    "text elsewhere": recipe("task: t.yaml, metric: exact_match", "text: ../secret.json"),
    "endless group": recipe(
        "metric: exact_match", "metric: exact_match, group: '{{ range(10**9)|list }}'"
    ),
    "endless program": recipe("metric: exact_match", "program: '{{ answer }}{{ 9**9**9 }}'"),
    "chat template": recipe("budget:", "chat_template: ../secret.json\n  budget:"),
    "code in a task": task(more="process_docs: !function code.run\n"),
    "class of a task": task("task: t\nclass: !function code.Task\n"),
    "metric of code": task(TASK.replace("metric: exact_match", "metric: !function code.run")),
    "metric of the Hub": task(TASK.replace("metric: exact_match", "metric: x/y, hf_evaluate: 1")),
    "filter of code": task(
        more="filter_list: [{name: f, filter: [{function: custom, filter_fn: !function code.f}]}]\n"
    ),
    "filter pattern": task(
        more="filter_list: [{name: f, filter: [{function: regex, "
        'regex_pattern: "(.|..)+$!"}, {function: take_first}]}]\n'
    ),
    "ignored pattern": task(
        TASK.replace("metric: exact_match", "metric: exact_match, regexes_to_ignore: ['(.|..)+$!']")
    ),
    "python tag in a task": task(more="doc_to_x: !!python/name:os.system\n"),
    "include above": task(more="include: ../secret.json\n"),
    "prompt elsewhere": task(more="use_prompt: ../secret.yaml:x\n"),
    "data script": task(TASK.replace("dataset_path: json", "dataset_path: ./code.py")),
    "pickled data": task(TASK.replace("dataset_path: json", "dataset_path: pandas")),
    "data above": task(TASK.replace("rows.jsonl", "../secret.json")),
    "data by address": task(TASK.replace("rows.jsonl", "http://127.0.0.1:9/rows.jsonl")),
    "data of a folder": data_folder,
    "data behind file:": data_beside("file:"),
    "data behind a cache": data_beside("simplecache::"),
    "escape": task(TASK.replace('"{{q}}"', "\"{{ ''.__class__.__mro__[1].__subclasses__() }}\"")),
    "import": task(TASK.replace('"{{q}}"', "\"{% import 'os' as os %}{{ os.system('x') }}\"")),
    "endless prompt": task(TASK.replace('"{{q}}"', "\"{{ 'a' * 10**10 }}\"")),
    "data nested": task(rows='{"q": ' + "[" * 10**5 + "]" * 10**5 + "}\n"),
    "name": named,
    "recipe of zeros": replaced("r.yaml", lambda file: file.symlink_to("/dev/zero")),
    "recipe of a pipe": replaced("r.yaml", os.mkfifo),
    "task of a pipe": replaced("t.yaml", os.mkfifo),
    "data of a pipe": replaced("rows.jsonl", os.mkfifo),
    "data of zeros": replaced("rows.jsonl", lambda file: file.symlink_to("/dev/zero")),
    **{
        f"{name}, {what}": replaced(name, make)
        for name in (
            *("config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json"),
            *(
                "model.safetensors",
                "chat_template.jinja",
                "manifest.json",
                "special_tokens_map.json",
            ),
        )
        for what, make in {
            "a pipe": os.mkfifo,
            "zeros": lambda file: file.symlink_to("/dev/zero"),
            "elsewhere": lambda file: file.symlink_to("../../secret.json"),
            "nowhere": lambda file: file.symlink_to(file.name),
            "terabytes": lambda file: os.truncate(os.open(file, os.O_CREAT | os.O_WRONLY), 4 << 40),
            "nested": lambda file: file.write_text("[" * 10**6),
        }.items()
    },
}
"""Each made in a folder of its own; gives the command that it is given to."""
