"""Formulas of recipes made into methods: where they come to a kernel's, and everything else."""
