"""The merge methods by their names in a recipe."""

from evomerge.merge.methods.inputs import PART, Inputs
from evomerge.merge.methods.linear import LINEAR
from evomerge.merge.methods.method import Method, Parameter
from evomerge.merge.methods.slerp import SLERP
from evomerge.merge.methods.task_vectors import DARE_LINEAR, DARE_TIES, TASK_ARITHMETIC, TIES

METHODS: dict[str, Method] = {
    "linear": LINEAR,
    "slerp": SLERP,
    "task_arithmetic": TASK_ARITHMETIC,
    "ties": TIES,
    "dare_ties": DARE_TIES,
    "dare_linear": DARE_LINEAR,
}

__all__ = ["METHODS", "PART", "Inputs", "Method", "Parameter"]
