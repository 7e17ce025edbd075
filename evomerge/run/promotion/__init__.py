"""The winner chosen, tested on sealed items, looked at once more, and released."""
