"""The merge methods by their names in a recipe."""

from evomerge.merge.methods.arcee_fusion import ARCEE_FUSION
from evomerge.merge.methods.breadcrumbs import BREADCRUMBS, BREADCRUMBS_TIES
from evomerge.merge.methods.consensus import CONSENSUS_TA
from evomerge.merge.methods.crossover import CROSSOVER
from evomerge.merge.methods.della import DELLA, DELLA_LINEAR
from evomerge.merge.methods.fisher import FISHER
from evomerge.merge.methods.inputs import PART, Inputs
from evomerge.merge.methods.iso import ISO_C, ISO_CTS
from evomerge.merge.methods.karcher import KARCHER
from evomerge.merge.methods.knots import KNOTS
from evomerge.merge.methods.linear import LINEAR
from evomerge.merge.methods.method import Method, Parameter
from evomerge.merge.methods.model_stock import MODEL_STOCK
from evomerge.merge.methods.multislerp import MULTISLERP
from evomerge.merge.methods.nearswap import NEARSWAP
from evomerge.merge.methods.nuslerp import NUSLERP
from evomerge.merge.methods.passthrough import PASSTHROUGH
from evomerge.merge.methods.pcb import PCB
from evomerge.merge.methods.ram import RAM, RAMPLUS_TL
from evomerge.merge.methods.regmean import REGMEAN
from evomerge.merge.methods.sce import SCE
from evomerge.merge.methods.slerp import SLERP
from evomerge.merge.methods.task_vectors import DARE_LINEAR, DARE_TIES, TASK_ARITHMETIC, TIES
from evomerge.merge.methods.tsv import TSV
from evomerge.merge.methods.wudi import WUDI

METHODS: dict[str, Method] = {
    "linear": LINEAR,
    "slerp": SLERP,
    "nuslerp": NUSLERP,
    "multislerp": MULTISLERP,
    "karcher": KARCHER,
    "model_stock": MODEL_STOCK,
    "task_arithmetic": TASK_ARITHMETIC,
    "ties": TIES,
    "dare_ties": DARE_TIES,
    "dare_linear": DARE_LINEAR,
    "breadcrumbs": BREADCRUMBS,
    "breadcrumbs_ties": BREADCRUMBS_TIES,
    "della": DELLA,
    "della_linear": DELLA_LINEAR,
    "sce": SCE,
    "ram": RAM,
    "ramplus_tl": RAMPLUS_TL,
    "arcee_fusion": ARCEE_FUSION,
    "nearswap": NEARSWAP,
    "passthrough": PASSTHROUGH,
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
