"""Signed statements about certificates that anyone can check without asking the server.

``codes``: the compact statement in the QR code. It says what was true at issue; what became of the
certificate since, the register alone can tell. ``badges``: the certificate as an Open Badges 3.0
credential, with ``statuses``: the public lists of those that no longer count. ``papers``: what a
PDF that someone hands in is.
"""
