"""A recipe written from what a user has: fine-tunes, and questions with their answers."""
