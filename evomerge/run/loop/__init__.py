"""What closes the loop: items made by the population, and parents trained on them."""
