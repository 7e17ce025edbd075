"""Plans carried out: into the memory that an engine lends, or from disk to disk."""
