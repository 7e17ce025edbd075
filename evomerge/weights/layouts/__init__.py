"""Under which names and in which pieces a class's tensors are stored."""
