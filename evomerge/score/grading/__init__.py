"""Answers in, item scores out: metrics, judges, several answers, and how the answers look."""
