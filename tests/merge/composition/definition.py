"""The name of an offspring by its definition, tensor by tensor, as Python writes plain values.

Also parents of which names, shapes and hashes alone are there: all that a name is made from.
"""

import hashlib
import json
import math
from dataclasses import replace
from pathlib import Path

import torch

from evomerge.errors import TrialError
from evomerge.merge.composition.composition import _NotReadError, _number, _Unread
from evomerge.merge.making.blend import Blender
from evomerge.merge.methods.formula import Combination, TaskVectors
from evomerge.merge.plan.plan import Planner
from evomerge.weights import Parent, Spec

LAYERS = 3
LAYER = {"mlp.up_proj": (12, 8), "self_attn.q_proj": (8, 8), "input_layernorm": (8,)}
SHAPES = {f"model.layers.{n}.{k}.weight": s for n in range(LAYERS) for k, s in LAYER.items()}
SHAPES |= {"model.embed_tokens.weight": (32, 8), "model.norm.weight": (8,)}
CONFIG = {"model_type": "llama", "num_hidden_layers": LAYERS, "vocab_size": 32}


class Hashed:
    """Tensors that cannot be read."""

    def __init__(self, name, shared, dtype):
        self.specs = {key: Spec(shape, dtype) for key, shape in sorted(SHAPES.items())}
        self._digests = {
            key: hashlib.sha256(f"{'base' if shared(key) else name}/{key}".encode()).hexdigest()
            for key in self.specs
        }

    def digest(self, tensor):
        return self._digests[tensor]


def parents(names, shared=lambda name, tensor: False, dtype=torch.bfloat16):
    """Parents by name.

    Args:
        shared: which tensors of which parent are the base's.
    """
    here = Path()
    return {
        name: Parent(
            name,
            name,
            here,
            here,
            CONFIG,
            None,
            Hashed(name, lambda tensor, name=name: shared(name, tensor), dtype),
        )
        for name in names
    }


def defined_name(recipe, known):
    """What `composition_name` is to be."""
    planner = Planner(known)  # a new one: nothing that another recipe has left is used
    plan = planner.plan(recipe)
    blender = Blender(recipe, plan, known, torch.device("cpu"))
    template = known[recipe.template]
    settings = json.dumps([template.config, template.generation_config], default=str)
    made_of = sorted((op.name, _made_of(blender, op)) for op in plan.operations)
    return hashlib.sha256(repr((settings, made_of)).encode()).hexdigest()


def _made_of(blender, operation):
    if operation.factor != 1:
        return _made_of(blender, replace(operation, factor=1.0)), _number(operation.factor)
    kind, sources = blender.spec(operation).dtype, blender.plan.sources
    if not kind.is_floating_point or sources.is_bases(operation):
        return kind, ((sources.digest(operation.base or operation.inputs[0]), 1.0),)
    operation = blender.ordered(operation)
    digests = [sources.digest(ingredient) for ingredient in operation.inputs]
    base = sources.digest(operation.base) if operation.base else ""
    try:
        assert blender.plan.method.statistic is None
        formula = blender.formula(operation, _Unread(blender, operation, digests, base))
    except (AssertionError, _NotReadError, TrialError):
        return blender.made_of(operation)
    match formula:
        case Combination():
            return kind, _terms([*digests, base], [*formula.coefficients, formula.at_base])
        case TaskVectors():
            return kind, _vectors(formula, digests, base)
    return blender.made_of(operation)


def _vectors(formula, digests, base):
    columns = digests, formula.weights, formula.factors, formula.thinnings
    counting = [
        one for one in zip(*columns, strict=True) if (one[1] and formula.lambda_) or formula.plainly
    ]
    alone = len(counting) == 1 and not formula.plainly and formula.elect
    if alone and (formula.least is None or counting[0][1] > 0):
        digest, weight, factor, thinning = counting[0]
        weight /= 1 if formula.least is None else max(weight, formula.least)
        counting = [(digest, weight, factor, thinning)]
    elif formula.elect and counting:
        listed = sorted((d, _number(w), _number(f), repr(t)) for d, w, f, t in counting)
        return base, _number(formula.lambda_), formula.plainly, formula.least, tuple(listed)
    whole = [formula.lambda_ * weight * factor for _, weight, factor, _ in counting]
    digests, thinnings = [one[0] for one in counting], [one[3] for one in counting]
    if thinnings.count(None) == len(thinnings):
        return _terms([*digests, base], [*whole, 1 - math.fsum(whole)])
    return base, tuple(sorted(zip(digests, map(repr, thinnings), map(_number, whole), strict=True)))


def _terms(digests, weights):
    sums = {d: [w for e, w in zip(digests, weights, strict=True) if e == d] for d in digests}
    rounded = {digest: _number(math.fsum(each)) for digest, each in sums.items()}
    return tuple(sorted((digest, weight) for digest, weight in rounded.items() if weight))
