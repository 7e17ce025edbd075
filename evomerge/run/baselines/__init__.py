"""The models that a run measures against, and what their scores say of the search."""
