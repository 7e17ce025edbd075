"""Calls to code that is not ours: its warnings, its errors, its chance, its repeated work."""
