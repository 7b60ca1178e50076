"""Persons, their posts in the network, their accounts and what these may do.

Invariants: a person has at most one open employment; a transfer closes one and opens another, so
that any past date can be asked; an account belongs to one person; an access role is granted over a
part of the organisation tree and never edited, only ended. Serves every other domain with 'who is
this' and 'whom may they see'.
"""
