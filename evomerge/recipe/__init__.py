"""Recipes: what to merge, what is left open, and how to search for it. No torch here."""

from evomerge.recipe.asking import Asking
from evomerge.recipe.calibration import CalibrationSettings
from evomerge.recipe.constitution import ConstitutionSettings
from evomerge.recipe.digest import digest, run_digest
from evomerge.recipe.entries import LayerSource, ModelEntry, Module, Slice
from evomerge.recipe.evolve import Budget, Evolve
from evomerge.recipe.genome import Genome
from evomerge.recipe.judge import JudgeSettings
from evomerge.recipe.load import load_recipe, parse_recipe, recipe_from
from evomerge.recipe.placement import Placement
from evomerge.recipe.schema import Recipe
from evomerge.recipe.splits import Splits
from evomerge.recipe.term import FitnessTerm, Floor
from evomerge.recipe.values import Gene, Open, Rule

__all__ = [
    "Asking",
    "Budget",
    "CalibrationSettings",
    "ConstitutionSettings",
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
    "Recipe",
    "Rule",
    "Slice",
    "Splits",
    "digest",
    "load_recipe",
    "parse_recipe",
    "recipe_from",
    "run_digest",
]
