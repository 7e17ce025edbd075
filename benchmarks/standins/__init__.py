"""Rows that stand in for a data set that cannot be had, made from what a task does with them."""
