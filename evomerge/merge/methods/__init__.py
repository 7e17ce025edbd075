"""The merge methods by their names in a recipe: a file of this folder is registered."""

from evomerge.kinds import kinds_in
from evomerge.merge.methods.inputs import PART, Inputs
from evomerge.merge.methods.method import Method, Parameter

METHODS: dict[str, Method] = kinds_in(__name__, Method)

__all__ = ["METHODS", "PART", "Inputs", "Method", "Parameter"]
