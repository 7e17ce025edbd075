"""Is one offspring better than another, how surely, and what could be shown at all?"""
