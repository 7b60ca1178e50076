"""Numbers of certificates: 128 random bits and a check symbol, made to be read aloud and typed.

A number is 26 symbols of Crockford's base32 (no I, L, O, U) and one check symbol, printed in groups
of four. The check symbol makes the weighted sum over GF(32) zero; the weights are distinct powers
of a generator, so that every single wrong symbol and every swap of two is found before any look-up.
"""

import re
import secrets
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SYMBOLS = 27  # 26 of payload, one of check
GROUP = 4
BITS = 128

_VALUES = {symbol: value for value, symbol in enumerate(ALPHABET)}
# What readers take for one another, and Cyrillic letters that look like symbols of the alphabet.
_LOOK_ALIKES = str.maketrans(
    "OILUОАВСЕНКМРТХУЗЁ", "011V" + "0ABCEHKMPTXY3E"
)  # Latin O, I, L, U; then Cyrillic
_SEPARATORS = re.compile(r"[\s\-‐-―−_.,:/№#]+")
_WORDS = re.compile(r"[^\W_]+")
_POLYNOMIAL = 0b100101  # x^5 + x^2 + 1, primitive: its root generates all of GF(32) but zero


def _double(value: int) -> int:
    value <<= 1
    return value ^ _POLYNOMIAL if value & 32 else value


def _weighted_sum(values: list[int]) -> int:
    """Return the sum of value × generator^place, by Horner's rule."""
    total = 0
    for value in values:
        total = _double(total) ^ value
    return total


def _check_symbol(payload: str) -> str:
    # The last place has weight 1, so the check value is the sum of all before it.
    return ALPHABET[_weighted_sum([*(_VALUES[symbol] for symbol in payload), 0])]


def encode(value: int) -> str:
    """Return the number for ``value`` (0 to 2**128 - 1), without separators."""
    if not 0 <= value < 2**BITS:
        raise ValueError("not a 128-bit value")
    payload = "".join(ALPHABET[(value >> shift) & 31] for shift in range(125, -1, -5))
    return payload + _check_symbol(payload)


def new_number() -> str:
    """Return a fresh number that nobody can guess."""
    return encode(secrets.randbits(BITS))


def group(number: str) -> str:
    """Return ``number`` as it is printed: groups of four with hyphens."""
    return "-".join(number[start : start + GROUP] for start in range(0, len(number), GROUP))


def parse(text: str) -> str | None:
    """Return the number someone typed or pasted, without separators; None when there is none.

    Case, spaces, dashes and look-alike letters (also Cyrillic ones) don't matter, nor do signs that
    nobody sees. Of an address or a sentence with a number in it, the number is returned.
    """
    text = "".join(sign for sign in text[:200] if unicodedata.category(sign) != "Cf")
    # Before NFKC, which makes letters of the sign №.
    plain = unicodedata.normalize("NFKC", _SEPARATORS.sub(" ", text))
    words = [word.upper().translate(_LOOK_ALIKES) for word in _WORDS.findall(plain)]
    return next(filter(None, (_number_of(words[first:]) for first in range(len(words)))), None)


def _number_of(words: list[str]) -> str | None:
    """Return the number that begins with the first word and ends with one; None when none does."""
    plain = ""
    for word in words:
        plain += word
        if len(plain) >= SYMBOLS:
            break
    if len(plain) != SYMBOLS or any(symbol not in _VALUES for symbol in plain):
        return None
    values = [_VALUES[symbol] for symbol in plain]
    within_bits = values[0] < 2 ** (BITS % 5)
    return plain if within_bits and _weighted_sum(values) == 0 else None
