"""What a new password must be like."""

import pytest

from lms.people.demonstration import DEMONSTRATION_PASSWORD
from lms.people.passwords.hashing import one_time_password
from lms.people.passwords.rules import is_guessable

KNOWN = ("m.ivanova", "Иванова Мария Петровна", "N000123")


@pytest.mark.parametrize(
    "password",
    [
        "1234567890",
        "0987654321",
        "qwertyuiop",
        "йцукенгшщз",
        "aaaaaaaaaaaa",
        "ababababab",
        "password123",
        "Password2026",
        "Пароль2026!",
        "абвгдежзик",
        "m.ivanova1",
        "иванова2026",
        "МарияИванова1",
        "n000123456",
        "1qaz2wsx3edc",
    ],
)
def test_rows_of_keys_common_words_and_ones_own_names_are_guessable(password: str) -> None:
    assert is_guessable(password, *KNOWN)


@pytest.mark.parametrize(
    "password",
    ["correct horse battery", "зелёный чайник и 7 котов", "Tr0ub4dor&3x", DEMONSTRATION_PASSWORD],
)
def test_a_few_unrelated_words_are_not(password: str) -> None:
    assert not is_guessable(password, *KNOWN)


def test_a_one_time_password_is_not() -> None:
    assert not any(is_guessable(one_time_password()) for _ in range(200))
