"""How the installation fares: work in the background that waits or failed, for administrators.

Invariants: what failed for good is told to each administrator once, within an hour or so; rows of
regular jobs don't pile up.
"""
