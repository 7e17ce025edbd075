"""Recipes: what to merge, what is left open, and how to search for it. No torch here."""

from evomerge.recipe.approval import ApprovalSettings
from evomerge.recipe.asking import Asking
from evomerge.recipe.calibration import CalibrationSettings
from evomerge.recipe.constitution import ConstitutionSettings
from evomerge.recipe.curriculum import Curriculum
from evomerge.recipe.digest import digest, run_digest
from evomerge.recipe.entries import LayerSource, ModelEntry, Module, Slice
from evomerge.recipe.evolve import Budget, Evolve
from evomerge.recipe.genome import Genome
from evomerge.recipe.judge import JudgeSettings
from evomerge.recipe.load import load_recipe, parse_recipe, recipe_from
from evomerge.recipe.placement import Placement
from evomerge.recipe.public_key import PublicKey, public_key
from evomerge.recipe.schema import Recipe
from evomerge.recipe.splits import Splits
from evomerge.recipe.term import FitnessTerm, Floor
from evomerge.recipe.training import Training
from evomerge.recipe.values import Gene, Open, Rule

__all__ = [
    "ApprovalSettings",
    "Asking",
    "Budget",
    "CalibrationSettings",
    "ConstitutionSettings",
    "Curriculum",
    "Evolve",
    "FitnessTerm",
    "Floor",
    "Gene",
    "Genome",
    "JudgeSettings",
    "LayerSource",
    "ModelEntry",
    "Module",
    "Open",
    "Placement",
    "PublicKey",
    "Recipe",
    "Rule",
    "Slice",
    "Splits",
    "Training",
    "digest",
    "load_recipe",
    "parse_recipe",
    "public_key",
    "recipe_from",
    "run_digest",
]
