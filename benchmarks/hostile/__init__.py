"""Files of strangers, damaged by chance or by design, given to evomerge."""
