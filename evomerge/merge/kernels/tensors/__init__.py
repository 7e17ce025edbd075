"""The kernels that a GPU runs as torch's own operations, on whatever device the tensors lie.

They work on CHUNK elements at a time, and add up in an order of their own (sums.py): the bits are
the same on every device.
"""
