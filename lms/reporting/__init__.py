"""Views across domains that change nothing: one person's whole record.

Owns no tables. Reads what learning, assessment, certification and the audit log hold about a person
within the viewer's scope; serves HR.
"""
