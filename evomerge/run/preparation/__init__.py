"""All that is made ready before a run: tasks opened, items divided, prompts built."""
