"""Merging two records of a person."""
