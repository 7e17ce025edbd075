"""Scoring: items and splits, forward passes, judgement by lm-eval, statistics."""
