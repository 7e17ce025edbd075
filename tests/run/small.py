"""A real search over zoo models that takes seconds."""

from __future__ import annotations

TEXT = """\
merge_method: task_arithmetic
base_model: zoo:base
models:
  - {model: zoo:arithmetic, parameters: {weight: {gene: {low: 0, high: 1.5}}}}
  - {model: zoo:largest, parameters: {weight: {gene: {low: 0, high: 1.5}}}}
evolve:
  seed: 3
  fitness:
    - {task: zoo_arithmetic, metric: exact_match}
    - {task: zoo_largest, metric: acc}
  splits: {search: 24, validation: 16, test: 60}
  search: {population: 4}
  budget: {evaluations: 10}
  elites: 2
"""
