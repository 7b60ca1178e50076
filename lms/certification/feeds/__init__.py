"""A person's due dates and expiries for their calendar program, at an address that is a secret.

Invariants: the address can't be guessed and is worth nothing once renewed or switched off; at most
one is open for a person; what it answers is about its owner alone and names nobody.
"""
