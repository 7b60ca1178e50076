"""Places on a picture and file answers in QTI, read and written.

Our places on a picture are written as a ``selectPointInteraction``: its mapping of areas scores as
ours does, a wrong place taking away what a right one gives. What it has no field for stands in a
block for those who score: an area's key, its exact numbers, what is there in words.
"""
