"""What surrounds a run: its folder, its identity, its signals, its end, its place of work."""
