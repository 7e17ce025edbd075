"""Items that the population writes: writers, verifiers, and what becomes of what they write.

No torch here: models are asked by whoever calls.
"""

from evomerge.curriculum.asker import ModelAsker, ModelQuestion, ModelReply
from evomerge.curriculum.documents import DocumentFields
from evomerge.curriculum.population import Document, HumanItems, SolvedBy, Solver, TaskReader
from evomerge.curriculum.programs import Programs
from evomerge.curriculum.writing import write

__all__ = [
    "Document",
    "DocumentFields",
    "HumanItems",
    "ModelAsker",
    "ModelQuestion",
    "ModelReply",
    "Programs",
    "SolvedBy",
    "Solver",
    "TaskReader",
    "write",
]
