"""Questions compared: nearly the same, of one template, about the same numbers or passage."""
