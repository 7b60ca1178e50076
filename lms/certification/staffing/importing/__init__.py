"""Staffing data from tables: windows, needs, hours, patterns of work, days that differ.

A table is checked first and shown row by row; it is imported as a whole or not at all. What it says
of a centre replaces what was said; days are added.
"""
