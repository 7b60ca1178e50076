"""Reminders of reviews: authors are told when a fact or a course is past the day to look again.

Invariants: those who can edit a course are told of the facts that it teaches or asks about, and of
its own day: once as the day comes near, once when it has passed. Each is told of one day at most
once (a unique row), however often the job runs; what several days bring together is one message. A
co-author from outside is told of their own course only. A fact that no course uses is nobody's.
"""
