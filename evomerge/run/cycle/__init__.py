"""One whole search: candidates raced, what the search is told, what it may cost."""
