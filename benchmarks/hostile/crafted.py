"""Folders that a stranger made to have something executed, read, or never ended; one each.

Each is given to a command of evomerge: merge, check or score. `marker` is a file that code of
theirs would make; `secret.json` and `secret.safetensors` lie outside of the folder.
"""

from __future__ import annotations

import json
import os
import pickle
import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

from evomerge.zoo import zoo_folder

Command = list[str]
"""Arguments of evomerge."""
MERGE = """
merge_method: linear
models:
  - {model: "./m", parameters: {weight: 0.5}}
  - {model: "zoo:largest", parameters: {weight: 0.5}}
"""
SEARCH = """
merge_method: linear
models:
  - {model: "./m", parameters: {weight: {gene: {low: 0, high: 1}}}}
  - {model: "zoo:largest", parameters: {weight: 0.5}}
evolve:
  fitness: [{task: t.yaml, metric: exact_match}]
  splits: {search: 0.4, validation: 0.2, test: 0.4}
  budget: {evaluations: 24}
"""
TASK = """
task: t
dataset_path: json
dataset_kwargs: {data_files: {test: rows.jsonl}}
test_split: test
output_type: generate_until
doc_to_text: "{{q}}"
doc_to_target: "x"
generation_kwargs: {until: ["\\n"], max_gen_toks: 5}
metric_list:
  - {metric: exact_match, aggregation: mean, higher_is_better: true}
"""
CODE = "import pathlib\npathlib.Path(__file__).with_name('executed').touch()\n"


class Payload:
    """Executes something when it is unpickled."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, (f"touch {self.marker}",)


def _model(folder: Path) -> Path:
    shutil.copytree(zoo_folder("zoo:base"), folder / "m")
    (folder / "r.yaml").write_text(MERGE)
    (folder / "m" / "code.py").write_text(CODE)
    return folder / "m"


def _merged(folder: Path) -> Command:
    return ["merge", str(folder / "r.yaml"), str(folder / "out"), "--no-verify"]


def _searched(folder: Path) -> Command:
    (folder / "r.yaml").write_text(SEARCH)
    if not (folder / "t.yaml").exists():
        (folder / "t.yaml").write_text(TASK)
    if not (folder / "rows.jsonl").exists():
        rows = [{"q": f"{n} + 1 = " + "a" * 60 + "!"} for n in range(60)]
        (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return ["check", str(folder / "r.yaml")]


def settings(file: str, **values: Any) -> Callable[[Path], Command]:
    """A model's settings with more keys."""

    def made(folder: Path) -> Command:
        path = _model(folder) / file
        said = json.loads(path.read_text()) if path.is_file() else {}
        path.write_text(json.dumps({**said, **values}))
        return _searched(folder)

    return made


def tokenizer(**parts: Any) -> Callable[[Path], Command]:
    """A tokenizer with other parts."""

    def made(folder: Path) -> Command:
        path = _model(folder) / "tokenizer.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), **parts}))
        return _searched(folder)

    return made


def pickled(name: str) -> Callable[[Path], Command]:
    """Weights that are unpickled."""

    def made(folder: Path) -> Command:
        model = _model(folder)
        (model / "model.safetensors").unlink()
        (model / name).write_bytes(pickle.dumps(Payload(folder / "executed")))
        return _merged(folder)

    return made


def adapter(**values: Any) -> Callable[[Path], Command]:
    """An adapter with pickled weights and odd settings."""

    def made(folder: Path) -> Command:
        _model(folder)
        (folder / "a").mkdir()
        said = {"peft_type": "LORA", "r": 2, "lora_alpha": 4, "target_modules": ["q_proj"]}
        (folder / "a" / "adapter_config.json").write_text(json.dumps({**said, **values}))
        data = pickle.dumps(Payload(folder / "executed"))
        (folder / "a" / "adapter_model.bin").write_bytes(data)
        (folder / "r.yaml").write_text(MERGE.replace('"./m"', '"./m+./a"'))
        return _merged(folder)

    return made


def header(change: Callable[[dict[str, Any], int], bytes]) -> Callable[[Path], Command]:
    """A safetensors file with another header; the change is given it and the bytes of the data."""

    def made(folder: Path) -> Command:
        file = _model(folder) / "model.safetensors"
        data = file.read_bytes()
        size = int.from_bytes(data[:8], "little")
        text = change(json.loads(data[8 : 8 + size]), len(data) - 8 - size)
        file.write_bytes(struct.pack("<Q", len(text)) + text + data[8 + size :])
        return _merged(folder)

    return made


def overlapping(said: dict[str, Any], _: int) -> bytes:
    """A header in which two tensors have the same bytes."""
    first, second = [name for name in said if name != "__metadata__"][:2]
    said[second]["data_offsets"] = said[first]["data_offsets"]
    return json.dumps(said).encode()


def shaped(shape: list[int]) -> Callable[[dict[str, Any], int], bytes]:
    """A header in which the first tensor has another shape."""

    def change(said: dict[str, Any], _: int) -> bytes:
        name = next(name for name in said if name != "__metadata__")
        said[name]["shape"] = shape
        return json.dumps(said).encode()

    return change


def shard(name: str, link: str = "") -> Callable[[Path], Command]:
    """An index that has a tensor in a file elsewhere."""

    def made(folder: Path) -> Command:
        model = _model(folder)
        (model / "model.safetensors").rename(model / "a.safetensors")
        if link:
            (model / name).symlink_to(link)
        from evomerge.weights import open_parent

        names = dict.fromkeys(open_parent("zoo:base").tensors.specs, "a.safetensors")
        names[next(iter(names))] = name
        (model / "model.safetensors.index.json").write_text(json.dumps({"weight_map": names}))
        return _merged(folder)

    return made


def task(text: str = "", *, more: str = "", rows: str = "") -> Callable[[Path], Command]:
    """A task file: other lines in the place of the usual ones, or behind them."""

    def made(folder: Path) -> Command:
        _model(folder)
        (folder / "code.py").write_text(CODE)
        (folder / "t.yaml").write_text((text or TASK) + more)
        if rows:
            (folder / "rows.jsonl").write_text(rows)
        return _searched(folder)

    return made


def recipe(old: str, new: str) -> Callable[[Path], Command]:
    """A recipe with a part replaced."""

    def made(folder: Path) -> Command:
        _model(folder)
        command = _searched(folder)
        (folder / "r.yaml").write_text(SEARCH.replace(old, new))
        return command

    return made


def named(folder: Path) -> Command:
    """A name that a terminal obeys, and a page runs."""
    _model(folder)
    name = "<script>alert(1)</script>\\n## Scores: promoted\\n\\e[2J"
    (folder / "r.yaml").write_text(f'name: "{name}"\n{MERGE}')
    return _merged(folder)


def data_folder(folder: Path) -> Command:
    """Data whose card names a file elsewhere."""
    command = task(TASK.replace("json\ndataset_kwargs: {data_files: {test: rows.jsonl}}", "./d"))
    made = command(folder)
    (folder / "d").mkdir()
    (folder / "d" / "README.md").write_text(
        "---\nconfigs:\n- config_name: default\n  data_files:\n  - split: test\n"
        "    path: ../../secret.json\n---\n"
    )
    return made


def data_beside(prefix: str) -> Callable[[Path], Command]:
    """Data in a folder whose name means something to the library: `file:` is cut off, and is not
    looked for in the recipe's folder, where it lies.
    """

    def made(folder: Path) -> Command:
        secret = (folder.parent / "secret.json").resolve()
        name = f"{prefix}{secret}"
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text('{"q": "1"}\n')
        return task(TASK.replace("rows.jsonl", f"'{name}'"))(folder)

    return made


def replaced(name: str, make: Callable[[Path], Any]) -> Callable[[Path], Command]:
    """A file of the model, or beside the recipe, that is none."""

    def made(folder: Path) -> Command:
        model = _model(folder)
        command = _searched(folder)
        file = (folder if (folder / name).exists() else model) / name
        file.unlink(missing_ok=True)
        make(file)
        return command

    return made
