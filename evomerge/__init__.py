"""evomerge: find the best merge of fine-tuned models by evolution, and prove that it is better."""

from __future__ import annotations

__version__ = "0.1.0"
