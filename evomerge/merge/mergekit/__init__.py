"""mergekit's files: recipes written for it, with what it must be told."""
