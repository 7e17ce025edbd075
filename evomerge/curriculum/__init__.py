"""Items that the population writes: writers, verifiers, and what becomes of the documents."""
