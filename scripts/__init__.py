"""Scripts that make what ships with the project, or what its recipes need."""
