"""Passwords: how they are hashed and what a new one must be like."""
