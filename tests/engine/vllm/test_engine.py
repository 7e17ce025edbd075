"""Each call of vLLM's is one that it has, by signatures that were read from a wheel and not run."""

import ast
import inspect
import os
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest
import torch

from evomerge.cores import Cores
from evomerge.engine.registry import ENGINES
from evomerge.engine.vllm import engine, translator
from evomerge.engine.vllm.engine import VLLM
from evomerge.errors import ParentError, UserError
from evomerge.weights import open_parent
from scripts.vllm_signatures import signatures
from tests.engine.vllm.conftest import RECORD
from tests.sequences import sequence_model

WHEEL = "EVOMERGE_VLLM_WHEEL"


def calls(*sources):
    """All calls by what is called, as it is written."""
    for source in sources:
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call):
                yield ast.unparse(node.func), node


def test_every_call_fits_its_signature(parameters):
    transfer = Path(engine.__file__).with_name("transfer.py").read_text()
    sources = [inspect.getsource(engine), inspect.getsource(translator), transfer]
    known = {f"self._llm.{n[4:]}": own for n, own in parameters.items() if n.startswith("LLM.")}
    known |= {name: own for name, own in parameters.items() if "." not in name}
    known["IPCTrainerWeightTransferEngine.trainer_init"] = parameters["trainer_init"]
    known["self._sender.send_weights"] = parameters["send_weights"]
    known["LLM"] = {**parameters["EngineArgs"], **parameters["LLM"]}
    inherited = parameters["TrainerInitInfo"]
    known["IPCTrainerInitInfo"] = {**inherited, **parameters["IPCTrainerInitInfo"]}
    seen = set()
    for name, call in calls(*sources):
        if name not in known:
            assert not name.startswith("self._llm."), name
            continue
        seen.add(name)
        given = [keyword.arg for keyword in call.keywords]
        assert set(given) <= set(known[name]), name
        positional = [one for one in known[name] if one not in given][: len(call.args)]
        if name != "LLM":
            needed = {one for one, must in known[name].items() if must}
            assert needed <= {*given, *positional}, name
    assert seen >= {"LLM", "SamplingParams", "WeightTransferConfig", "ParamMeta"}
    assert {"self._llm.sleep", "self._llm.update_weights", "self._llm.wake_up"} <= seen


@pytest.mark.skipif(WHEEL not in os.environ, reason=f"{WHEEL} names no wheel of vLLM")
def test_the_record_is_that_of_the_wheel():
    with zipfile.ZipFile(os.environ[WHEEL]) as wheel:
        assert signatures(wheel) == RECORD


@pytest.mark.skipif(find_spec("vllm") is None, reason="vLLM is not installed")
def test_the_record_is_that_of_the_vllm_that_is_installed(parameters):
    from vllm import LLM, SamplingParams

    for name in ("generate", "sleep", "wake_up", "update_weights", "finish_weight_update"):
        of_it = [*inspect.signature(getattr(LLM, name)).parameters][1:]
        assert of_it == [*parameters[f"LLM.{name}"]]
    assert {*parameters["SamplingParams"]} == {*SamplingParams.__annotations__}


def test_vllm_is_imported_where_it_is_chosen_and_nowhere_else():
    code = "import sys, evomerge.engine.registry; print('vllm' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
    assert ENGINES["vllm"] is VLLM


def test_it_says_what_it_lacks(monkeypatch, tmp_path):
    if find_spec("vllm") is None:
        with pytest.raises(UserError, match=r"pip install 'evomerge\[vllm\]'"):
            VLLM.require(torch.device("cuda"))
    monkeypatch.setattr("evomerge.engine.kind._version", lambda package: "1")
    with pytest.raises(UserError, match="runs on cuda, and not on cpu"):
        VLLM.require(torch.device("cpu"))
    VLLM.check(open_parent("zoo:base"))
    with pytest.raises(ParentError, match="an encoder-decoder, which the engine vllm"):
        VLLM.check(open_parent(sequence_model(tmp_path / "m", "t5", "bpe")))


def test_it_answers_from_no_memory_that_nobody_has_written(tokenizer):
    with Cores(1) as cores:
        made = VLLM.make(tokenizer, cores, torch.device("cpu"))
        with pytest.raises(RuntimeError, match="no offspring"):
            made.answer([])
        made.close()
