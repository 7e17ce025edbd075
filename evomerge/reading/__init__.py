"""Files that users and strangers supply, each read with a kind, a size and a depth."""
