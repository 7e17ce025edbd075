"""One spelling for letters, marks and numbers that say the same, and the tokens that remain."""
