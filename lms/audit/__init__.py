"""Who did what, when, to which record.

Owns the audit log. Invariants: entries are only appended; each carries the hash of the one before
it; an entry names records by kind and key and holds no personal data beyond the actor's key.
Served to auditors, to the page of one record's history and to the integrity check.
"""
