"""vLLM as an engine; what is here imports vLLM only where an offspring is opened."""

from evomerge.engine.vllm.engine import VLLM

__all__ = ["VLLM"]
