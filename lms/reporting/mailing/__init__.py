"""Saved lists that are mailed: on which days, to whom, as which file, and what became of it.

Invariants: each recipient gets what they may see at the moment of sending, never more; a run is
begun once for each moment it was planned for and each recipient is served once in it (unique rows);
moments that the worker slept through are one run, since a list is always that of today.
"""
