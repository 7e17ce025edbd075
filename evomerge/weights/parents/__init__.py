"""The models that a recipe draws on: found, fitted to each other, compared."""
