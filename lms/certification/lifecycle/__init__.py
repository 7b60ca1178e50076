"""The life cycle of a certification: what appended facts say about a person on any date.

Pure: a function of (facts, scheme, date), without a database. Invariants: the order in which the
same facts were recorded changes nothing; at most one period of validity governs a date; a fact
effective later never changes the state of an earlier date; an expiry never moves earlier but by a
revocation. Serves the schemes, the person's page, the board and the reminders.
"""
