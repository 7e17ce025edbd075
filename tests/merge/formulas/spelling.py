"""Formulas carried out on tensors."""

from __future__ import annotations

import torch

from evomerge.formulas.grammar import parse_formula
from evomerge.formulas.sorts import parameters_in
from evomerge.merge.formulas.evaluation import Evaluation
from evomerge.merge.formulas.method import formula_methods
from evomerge.merge.formulas.spelt import Spelt
from evomerge.merge.making.filling import Computing
from evomerge.merge.methods import Inputs
from evomerge.recipe.formula import FormulaSettings


def spelt(text):
    tree = parse_formula(text)
    return Spelt(tree, parameters_in(tree))


def method(text):
    (made,) = formula_methods(FormulaSettings(formula=text))
    return made


def evaluation(text, thetas, base=None, keys=(), **numbers):
    return Evaluation(spelt(text), Inputs(thetas, base), numbers, keys or range(len(thetas)))


def filled(inputs, formula, rows=None):
    """What a formula makes, flat and in float32; so many rows at a time."""
    out, computing = torch.empty(inputs.numel), Computing(inputs, formula)
    step = rows * inputs.columns if rows else max(1, inputs.numel)
    for begin in range(0, inputs.numel, step):
        computing.fill(out[begin : begin + step])
    return out


def bits(tensor):
    return tensor.view(torch.int32)


def drawn(count, shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(shape, generator=generator) for _ in range(count)]
