"""Certainty-based marking: each answer states how sure its candidate is, and that counts.

The scheme is the one published by A. R. Gardner-Medwin (University College London) and used there
for medical students: at certainty C=1, 2 or 3 a right answer earns +1, +2 or +3 and a wrong one 0,
-2 or -6; no answer earns 0. See A. R. Gardner-Medwin, "Confidence-Based Marking: towards deeper
learning and better exams", in C. Bryan and K. Clegg (eds.), Innovative Assessment in Higher
Education, Routledge 2006. It rewards those who judge themselves rightly: C=1 pays below a chance of
2/3 to be right, C=3 above 80 %.

It is for items that are right or wrong as a whole; publication refuses others.

How the percentage is formed: an item's mark in thirds of its points, so that a right answer at C=3
earns all of them; the sum of all items over the sum of their points, never below nothing. An answer
without a stated certainty counts as C=1.
"""

from fractions import Fraction

LEAST = 1
RIGHT = {1: 1, 2: 2, 3: 3}
WRONG = {1: 0, 2: -2, 3: -6}
FULL = RIGHT[3]


def mark(share: Fraction, certainty: int) -> Fraction:
    """Return what an answer earns, as a share of the item's points, from -2 to 1.

    ``share`` is what it would earn without certainty; all but 1 counts as wrong.
    """
    return Fraction(RIGHT[certainty] if share == 1 else WRONG[certainty], FULL)
