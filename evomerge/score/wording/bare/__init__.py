"""What is left of a question when all is taken off that changes nothing of what is asked."""
