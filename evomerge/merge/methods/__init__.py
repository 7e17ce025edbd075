"""The merge methods by their names in a recipe."""

from evomerge.merge.methods.consensus import CONSENSUS_TA
from evomerge.merge.methods.crossover import CROSSOVER
from evomerge.merge.methods.fisher import FISHER
from evomerge.merge.methods.inputs import PART, Inputs
from evomerge.merge.methods.iso import ISO_C, ISO_CTS
from evomerge.merge.methods.knots import KNOTS
from evomerge.merge.methods.linear import LINEAR
from evomerge.merge.methods.method import Method, Parameter
from evomerge.merge.methods.pcb import PCB
from evomerge.merge.methods.regmean import REGMEAN
from evomerge.merge.methods.slerp import SLERP
from evomerge.merge.methods.task_vectors import DARE_LINEAR, DARE_TIES, TASK_ARITHMETIC, TIES
from evomerge.merge.methods.tsv import TSV
from evomerge.merge.methods.wudi import WUDI

METHODS: dict[str, Method] = {
    "linear": LINEAR,
    "slerp": SLERP,
    "task_arithmetic": TASK_ARITHMETIC,
    "ties": TIES,
    "dare_ties": DARE_TIES,
    "dare_linear": DARE_LINEAR,
    "consensus_ta": CONSENSUS_TA,
    "pcb": PCB,
    "tsv": TSV,
    "iso_c": ISO_C,
    "iso_cts": ISO_CTS,
    "wudi": WUDI,
    "knots": KNOTS,
    "crossover": CROSSOVER,
    "fisher": FISHER,
    "regmean": REGMEAN,
}

__all__ = ["METHODS", "PART", "Inputs", "Method", "Parameter"]
