"""Questions: named by their content, divided into splits, and which of them hang together."""
