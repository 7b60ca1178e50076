"""Views across domains that change nothing: one person's whole record, question statistics.

Owns no tables. Reads what learning, assessment, certification and the audit log hold within the
viewer's scope. A person's record serves HR; question statistics serve instructors and name nobody,
their mathematics stands apart in ``item_analysis``.
"""
