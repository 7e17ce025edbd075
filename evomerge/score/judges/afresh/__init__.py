"""Answers judged a second time, as if for the first: in another order, at another time, by chance
that is drawn anew, and the user's functions in a process of their own.
"""
