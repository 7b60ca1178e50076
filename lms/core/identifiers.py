"""Identifiers that outsiders may see. None of them can be guessed, none is a row number."""

import secrets

# Crockford's base32 in lower case: no i, l, o, u, so it reads and types without mistakes.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def is_public_id(text: str) -> bool:
    """Tell whether ``text`` can be a public id: worth asking the database for."""
    return len(text) == 16 and set(text) <= set(ALPHABET)


def public_id() -> str:
    """Return 16 random characters (80 bits) for use in addresses."""
    value = secrets.randbits(80)
    return "".join(ALPHABET[value >> shift & 31] for shift in range(0, 80, 5))
