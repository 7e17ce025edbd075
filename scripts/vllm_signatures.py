"""Record the signatures of vLLM that evomerge/engine/vllm/ calls, from a wheel that is not run.

    pip download vllm --no-deps -d /tmp/wheels
    python -m scripts.vllm_signatures /tmp/wheels/vllm-*.whl > tests/engine/vllm/signatures.json

tests/engine/vllm/ compares every call with the record, and the record with an installed vLLM, or
with the wheel that EVOMERGE_VLLM_WHEEL names.
"""

from __future__ import annotations

import ast
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

TRANSFER = "vllm/distributed/weight_transfer"
CALLED = {
    "LLM": ("vllm/entrypoints/llm.py", "LLM.__init__"),
    "LLM.generate": ("vllm/entrypoints/llm.py", "LLM.generate"),
    "LLM.sleep": ("vllm/entrypoints/llm.py", "LLM.sleep"),
    "LLM.wake_up": ("vllm/entrypoints/llm.py", "LLM.wake_up"),
    "LLM.reset_prefix_cache": ("vllm/entrypoints/llm.py", "LLM.reset_prefix_cache"),
    **{
        f"LLM.{name}": ("vllm/entrypoints/rl/offline.py", f"RLOfflineMixin.{name}")
        for name in (
            "init_weight_transfer_engine",
            "start_weight_update",
            "update_weights",
            "finish_weight_update",
        )
    },
    "EngineArgs": ("vllm/engine/arg_utils.py", "EngineArgs"),
    "SamplingParams": ("vllm/sampling_params.py", "SamplingParams"),
    "WeightTransferConfig": ("vllm/config/weight_transfer.py", "WeightTransferConfig"),
    "Logprob": ("vllm/logprobs.py", "Logprob"),
    "CompletionOutput": ("vllm/outputs.py", "CompletionOutput"),
    "RequestOutput": ("vllm/outputs.py", "RequestOutput.__init__"),
    "ParamMeta": (f"{TRANSFER}/base.py", "ParamMeta"),
    "TrainerInitInfo": (f"{TRANSFER}/base.py", "TrainerInitInfo"),
    "IPCTrainerInitInfo": (f"{TRANSFER}/ipc_engine.py", "IPCTrainerInitInfo"),
    "trainer_init": (
        f"{TRANSFER}/ipc_engine.py",
        "IPCTrainerWeightTransferEngine.trainer_init",
    ),
    "send_weights": (
        f"{TRANSFER}/ipc_engine.py",
        "IPCTrainerWeightTransferEngine.send_weights",
    ),
    **{
        f"Client.{name}": (f"{TRANSFER}/base.py", f"VLLMWeightSyncClient.{name}")
        for name in (
            "init_weight_transfer_engine",
            "start_weight_update",
            "update_weights",
            "finish_weight_update",
        )
    },
}
"""What is called, and where it stands: a function, or a class by its fields."""


def signatures(wheel: zipfile.ZipFile) -> dict[str, Any]:
    """The version, and the parameters of all that is called, with what none need be given for."""
    (metadata,) = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
    version = metadata.split("/")[0].split("-")[1]
    trees = {file: ast.parse(wheel.read(file)) for file in {file for file, _ in CALLED.values()}}
    found = {name: _parameters(trees[file], path) for name, (file, path) in CALLED.items()}
    return {"version": version, "parameters": found}


def _parameters(tree: ast.Module, path: str) -> dict[str, bool]:
    """Each parameter by its name, and whether it must be given."""
    node: Any = tree
    for name in path.split("."):
        node = next(
            one
            for one in node.body
            if isinstance(one, ast.ClassDef | ast.FunctionDef) and one.name == name
        )
    if isinstance(node, ast.ClassDef):
        fields = [one for one in node.body if isinstance(one, ast.AnnAssign)]
        return {
            ast.unparse(field.target): _needed(field.value)
            for field in fields
            if "ClassVar" not in ast.unparse(field.annotation)
        }
    given = node.args
    plain = [one.arg for one in given.args][1:]
    needed = len(plain) - len(given.defaults)
    found = {name: n < needed for n, name in enumerate(plain)}
    for one, default in zip(given.kwonlyargs, given.kw_defaults, strict=True):
        found[one.arg] = default is None
    return {**found, **({"**": False} if given.kwarg else {})}


def _needed(default: ast.expr | None) -> bool:
    """Whether a field must be given, by what stands behind its name."""
    text = "" if default is None else ast.unparse(default)
    return default is None or (text.startswith("field(") and "default" not in text)


if __name__ == "__main__":
    with zipfile.ZipFile(Path(sys.argv[1])) as opened:
        print(json.dumps(signatures(opened), indent=1))
