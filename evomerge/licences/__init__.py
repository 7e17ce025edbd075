"""Licences: what they ask of a merge, which of several holds, and whether one can. No files here.

This is what a careful colleague would look at, and no legal advice.
"""
