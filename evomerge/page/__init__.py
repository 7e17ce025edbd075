"""A run as a page: one HTML file that opens offline, and what a live page is made of. No torch."""
