"""Where a search begins: what `start_from` names, as genomes."""
