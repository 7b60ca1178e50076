"""Reminders: digests to the person, to their head of centre and to HR, at chosen distances.

Invariants: what a date calls for is ``lifecycle.reminders``; each recipient is told of an occasion
at most once (a unique row); a day that the job missed is walked later, and only what still holds is
told; nobody is told of people outside their centre or scope.
"""
