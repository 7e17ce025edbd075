"""What sends weights to vLLM is told of them by the methods that it calls."""

import ast
from pathlib import Path

from evomerge.engine.vllm import engine

TRANSFER = ast.parse(Path(engine.__file__).with_name("transfer.py").read_text())


def test_the_client_has_the_methods_that_the_sender_calls(parameters):
    (client,) = [n for n in TRANSFER.body if isinstance(n, ast.ClassDef) and n.name == "_Client"]
    methods = {
        n.name: [a.arg for a in n.args.args[1:]]
        for n in client.body
        if isinstance(n, ast.FunctionDef) and n.name != "__init__"
    }
    expected = {n[7:]: [*own] for n, own in parameters.items() if n.startswith("Client.")}
    assert methods == expected


def test_it_is_imported_by_nothing_that_is_always_imported():
    source = Path(engine.__file__).read_text()
    (top,) = [ast.parse(source)]
    names = [n.module for n in top.body if isinstance(n, ast.ImportFrom)]
    assert "evomerge.engine.vllm.transfer" not in names
    assert "evomerge.engine.vllm.transfer" in source
