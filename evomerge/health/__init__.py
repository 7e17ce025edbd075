"""What this machine has for a run, and what is unsafe on it; nothing is sent."""
