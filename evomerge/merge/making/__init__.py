"""Plans carried out: into a live model in memory, or from disk to disk."""
