"""Notices about where somebody's mail goes."""
