"""The compliance board: who stands how, by unit and certification, on any date.

Reads the stored timelines alone, within the viewer's scope; every number opens the list of the
people behind it, and both count by the same conditions.
"""
