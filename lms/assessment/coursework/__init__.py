"""Practices inside a course: a set of questions by topic, answered with feedback at once.

Invariants: a practice asks only items that their author opened for practice, never others of the
pool; answers are appended, one to each question of a run; a run may be repeated as often as one
likes, and the practice is complete once a run reached its share. While an exam of the course is
under way, its practices rest.
"""
