"""The loop: ask, evaluate, tell; cycles, budget, promotion, release."""
