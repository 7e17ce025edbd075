"""Kernels that Numba compiles once on a machine, loaded without it; see README.md here."""
