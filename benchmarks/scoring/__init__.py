"""How fast engines answer, beside lm-eval, continuous batching and what the machine allows."""
