"""Aiken: single choice in plain text, nothing else."""
