"""How the zoo was made."""
