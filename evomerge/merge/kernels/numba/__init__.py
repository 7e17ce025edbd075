"""The kernels in Python that Numba compiles, for CPUs.

A kernel, which `kernels/compiled` loads, is a function of integers that gives an integer, all of 64
bits: numbers, and the addresses of arrays. It allocates nothing and raises nothing, so what is made
of it needs neither Numba nor Python. The other functions are compiled into the kernels.
"""
