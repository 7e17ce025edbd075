"""A tested model in quarantine approved or rejected by people, and let out."""
