"""Grading by people: answers that no scoring key can judge, by a rubric.

An answer waits as a ``GradingTask`` from the moment its attempt is settled. Examiners don't see
whose it is: they take the task that has waited longest, and nobody takes it at the same time. An
item may ask for a second, independent examiner; where two lie far apart a third decides. Gradings
are appended and never changed; the attempt's score follows from them. Serves examiners.
"""
