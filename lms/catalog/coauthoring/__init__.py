"""Co-authors from outside: an expert edits one course and sees nothing else.

Invariants: a co-author has an account without a post and without a role, so that no page is open to
them unless it says so (``guests=True``); the course is the one they were invited to; the invitation
holds to its last day, or until it is withdrawn. Invitations are never deleted.
"""
