"""Terms of the fitness: the questions of a task or a group, and what is asked for them."""
