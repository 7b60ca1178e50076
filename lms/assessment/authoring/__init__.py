"""Writing items and exams: the bank, the blueprint, and how questions turn out in practice.

Invariants: a save that changes anything makes a new item version and leaves the old ones as they
are, a save that changes nothing makes none; an exam is edited in the draft of its course alone.
"""
