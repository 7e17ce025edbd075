"""The merge methods by their names in a recipe."""

from evomerge.merge.methods.arcee_fusion import ARCEE_FUSION
from evomerge.merge.methods.breadcrumbs import BREADCRUMBS, BREADCRUMBS_TIES
from evomerge.merge.methods.della import DELLA, DELLA_LINEAR
from evomerge.merge.methods.inputs import PART, Inputs
from evomerge.merge.methods.karcher import KARCHER
from evomerge.merge.methods.linear import LINEAR
from evomerge.merge.methods.method import Method, Parameter
from evomerge.merge.methods.model_stock import MODEL_STOCK
from evomerge.merge.methods.multislerp import MULTISLERP
from evomerge.merge.methods.nearswap import NEARSWAP
from evomerge.merge.methods.nuslerp import NUSLERP
from evomerge.merge.methods.passthrough import PASSTHROUGH
from evomerge.merge.methods.ram import RAM, RAMPLUS_TL
from evomerge.merge.methods.sce import SCE
from evomerge.merge.methods.slerp import SLERP
from evomerge.merge.methods.task_vectors import DARE_LINEAR, DARE_TIES, TASK_ARITHMETIC, TIES

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
}

__all__ = ["METHODS", "PART", "Inputs", "Method", "Parameter"]
