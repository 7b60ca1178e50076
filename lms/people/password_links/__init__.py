"""Choosing a password by a link that was mailed: a forgotten one, or the first.

The link is a signed note that counts for an hour (the first one: two weeks) and once: it names the
password and the address that the account had, and counts no longer when either is another one.
Nothing of it is stored. Where a second factor is set up, it is asked for all the same.
"""
