"""Items, exams, attempts, responses and scores.

Invariants: an item's version never changes, an edit makes a new one; an attempt pins the item
versions it was given; responses are an append-only log with a hash chain per attempt, and the
state of an attempt is a fold over it; scoring keys and scores live in tables that the delivery of
an exam doesn't load; an attempt is scored once per state of its log. Serves candidates, examiners
and authors. Daily practice has a package of its own, ``practice``.
"""
