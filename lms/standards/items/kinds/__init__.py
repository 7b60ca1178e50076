"""Kinds that take more than a few lines to read: essays and texts with gaps."""
