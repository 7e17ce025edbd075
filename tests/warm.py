"""The program that asks a released model, run in processes that need not import everything again.

The real one is a fresh interpreter, whose imports take longer than a whole run in a test. Here a
fresh interpreter imports once what the program imports, and is forked for each run of it: so each
is a process of its own as well, in which nothing of evomerge was imported.
"""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
import tempfile
from pathlib import Path


class WarmProgram:
    """Stands in for :func:`evomerge.merge.folder.verification.run_program`."""

    def __init__(self, program: str) -> None:
        self._program = program
        self._server: subprocess.Popen[str] | None = None

    def __call__(self, asked: str) -> subprocess.CompletedProcess[str]:
        if self._server is None:
            self._server = subprocess.Popen(
                [sys.executable, "-P", __file__, self._program],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env={**os.environ, "HF_HUB_OFFLINE": "1"},
            )
        print(json.dumps(asked), file=self._server.stdin, flush=True)
        return subprocess.CompletedProcess("", *json.loads(self._server.stdout.readline()))

    def close(self) -> None:
        """End the process, if there is one."""
        if self._server is not None:
            self._server.communicate()


def warm_up() -> None:
    """Import what the program will; transformers imports most of it at the first use."""
    import torch
    from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM  # noqa: F401
    from transformers.models.auto import modeling_auto  # noqa: F401
    from transformers.utils import logging

    logging.disable_progress_bar()
    torch.set_num_threads(1)  # a fork has none of its parent's threads
    sizes = {"hidden_size": 8, "intermediate_size": 8, "num_hidden_layers": 1}
    config = LlamaConfig(vocab_size=8, num_attention_heads=1, num_key_value_heads=1, **sizes)
    with tempfile.TemporaryDirectory() as folder:
        LlamaForCausalLM(config).save_pretrained(folder)
        model = LlamaForCausalLM.from_pretrained(folder)
    model.generate(
        torch.tensor([[1]]), max_new_tokens=1, output_scores=True, return_dict_in_generate=True
    )


def serve(program: str) -> None:
    """Run the program on each line of the input, in a fork."""
    warm_up()
    for line in sys.stdin:
        with tempfile.TemporaryDirectory() as name:
            into, out, err = (Path(name) / stream for stream in ("in", "out", "err"))
            into.write_text(json.loads(line), encoding="utf-8")
            child = os.fork()
            if not child:
                with into.open() as fed, out.open("w") as said, err.open("w") as told:
                    for number, file in enumerate((fed, said, told)):
                        os.dup2(file.fileno(), number)
                sys.stdin = os.fdopen(0, encoding="utf-8")
                try:
                    runpy.run_path(program, run_name="__main__")
                finally:
                    sys.stdout.flush()
                    os._exit(0)
            _, status = os.waitpid(child, 0)
            code = os.waitstatus_to_exitcode(status)
            print(json.dumps([code, out.read_text(), err.read_text()]), flush=True)


if __name__ == "__main__":
    serve(sys.argv[1])
