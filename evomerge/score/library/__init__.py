"""Which files have which tasks, and what these files say; nothing of lm-eval is run."""
