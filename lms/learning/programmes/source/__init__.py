"""Programmes as a file: reading, writing, loading, and the commands that do it."""
