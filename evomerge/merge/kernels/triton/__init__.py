"""The kernels in Triton, for GPUs; each does to its elements what its twin of Numba does.

A program makes one block of elements. Launch with `enable_fp_fusion=False`: a product and a sum are
two roundings, as on the CPU.
"""
