"""Leaves that HR enters."""
