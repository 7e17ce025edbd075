"""The live page: all runs of a folder, seen in a browser while they go on. It only reads."""
