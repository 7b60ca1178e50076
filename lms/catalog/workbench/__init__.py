"""Lean workbench: exercises inside lessons, each read from YAML, scored and explained.

Pure: no database, no request. One module per kind holds its specification, what an answer may be,
how it is scored and a right answer; ``registry`` maps kinds to them, ``erlang`` has the queueing
formulas. A score is a share from 0 to 1 of the exercise's points.
"""
