"""How a text is worded: what of its letters, marks and numbers decides what it says."""
