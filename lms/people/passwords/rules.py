"""What a new password must be like: long and not guessable; no rules about kinds of characters."""

from itertools import pairwise

from lms.people.passwords.hashing import normalised

MIN_LENGTH, MAX_LENGTH = 10, 200
SHORTEST_WORD = 3  # a syllable of a name may stand in any good password
DISTINCT = 5  # characters that must be left once words and rows of keys are taken away
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz", "абвгдежзийклмнопрстуфхцчшщъыьэюя", "01234567890",
    "qwertyuiopasdfghjklzxcvbnm", "йцукенгшщзхъфывапролджэячсмитьбю", "1qaz2wsx3edc4rfv5tgb",
)  # fmt: skip
_COMMON = ("password", "passw0rd", "welcome", "letmein", "admin", "пароль", "привет", "документы")


def is_guessable(password: str, *known: str) -> bool:
    """Tell whether ``password`` is hardly more than a row of keys, a common or a ``known`` word.

    ``known`` are texts an acquaintance knows: the account's name, the person's names and number.
    """
    text = normalised(password).casefold()
    words = [part for sentence in known for part in sentence.casefold().split()]
    for word in (*_COMMON, *words):
        if len(word) >= SHORTEST_WORD:
            text = text.replace(word, "")
    return len(set(_without_runs(text))) < DISTINCT


def _without_runs(text: str) -> str:
    """Return ``text`` with each run of neighbouring keys or letters shortened to its first."""
    kept = text[:1]
    for before, after in pairwise(text):
        pair = before + after
        in_a_row = any(pair in row or pair[::-1] in row for row in _ROWS)
        if not in_a_row and before != after:
            kept += after
    return kept
