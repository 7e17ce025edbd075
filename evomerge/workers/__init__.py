"""Where evaluations run: in this process, on Ray actors, or nowhere (a fake for tests)."""
