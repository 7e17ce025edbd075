"""What answers are held to beside right and wrong: principles, probes, and who judges."""
