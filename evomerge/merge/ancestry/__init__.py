"""What the models that a merge is made of say of themselves, and what follows for the merge."""
