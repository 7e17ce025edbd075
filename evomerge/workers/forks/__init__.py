"""Processes that do jobs, forked on each node from one that has imported and opened all they need.

`server` is that one process; `child` is what it forks; `handle` and `connecting` are the side of
whoever asks for one, which imports neither torch nor parents.
"""
