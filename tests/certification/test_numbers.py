"""Numbers of certificates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.certification.numbers import ALPHABET, encode, group, new_number, parse

values = st.integers(0, 2**128 - 1)
places = st.integers(0, 26)


@given(values)
def test_a_number_is_read_back_from_its_print(value: int) -> None:
    number = encode(value)
    assert len(number) == 27
    assert parse(group(number)) == number


@given(values, values)
def test_different_values_have_different_numbers(one: int, other: int) -> None:
    assert (encode(one) == encode(other)) == (one == other)


@given(values, places, st.sampled_from(ALPHABET))
def test_every_single_wrong_symbol_is_found(value: int, place: int, symbol: str) -> None:
    number = encode(value)
    wrong = number[:place] + symbol + number[place + 1 :]
    assert parse(wrong) == (number if wrong == number else None)


@given(values, places, places)
def test_every_swap_of_two_symbols_is_found(value: int, one: int, other: int) -> None:
    number = encode(value)
    symbols = list(number)
    symbols[one], symbols[other] = symbols[other], symbols[one]
    swapped = "".join(symbols)
    assert parse(swapped) == (number if swapped == number else None)


@given(values)
def test_case_spaces_and_dashes_do_not_matter(value: int) -> None:
    number = encode(value)
    assert parse(f"  № {group(number).lower().replace('-', ' — ')} ") == number


@given(values)
def test_look_alike_letters_are_understood(value: int) -> None:
    number = encode(value)
    cyrillic = number.translate(str.maketrans("0ABCEHKMPTXY3", "ОАВСЕНКМРТХУЗ"))
    assert len("ОАВСЕНКМРТХУЗ") == len("0ABCEHKMPTXY3")
    assert parse(cyrillic) == number
    assert parse(number.replace("0", "O").replace("1", "l").replace("V", "u")) == number


@pytest.mark.parametrize(
    "around",
    [
        "https://learning.example/verify/{}",
        "learning.example/verify/{}?from=mail",
        "Номер сертификата: {}, выдан 12 мая 2026 года",
        "Certificate number {}.",
        "«{}»",
        "\u200b{}\ufeff",
        "12 34 {} 5",
    ],
)
@given(values)
def test_a_number_is_found_in_what_was_pasted_with_it(around: str, value: int) -> None:
    number = encode(value)
    assert parse(around.format(number)) == number
    assert parse(around.format(group(number))) == number
    assert parse(around.format("\u00ad".join(number))) == number


@given(values, st.sampled_from(ALPHABET))
def test_one_symbol_too_many_is_found(value: int, symbol: str) -> None:
    number = encode(value)
    assert parse(symbol + number) is None
    assert parse(number + symbol) is None


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text: str) -> None:
    number = parse(text)
    assert number is None or encode_back(number) == number


def encode_back(number: str) -> str:
    value = 0
    for symbol in number[:26]:
        value = value * 32 + ALPHABET.index(symbol)
    return encode(value)


@pytest.mark.parametrize("text", ["", "7K2M", "0" * 26, "0" * 28, "Z" * 27, "U" * 27, "\0" * 27])
def test_what_can_not_be_a_number_is_none(text: str) -> None:
    assert parse(text) is None


def test_new_numbers_do_not_repeat_and_use_all_bits() -> None:
    numbers = {new_number() for _ in range(2000)}
    assert len(numbers) == 2000
    for place in range(1, 26):
        assert len({number[place] for number in numbers}) > 20


@pytest.mark.parametrize("value", [-1, 2**128])
def test_only_128_bits_are_encoded(value: int) -> None:
    with pytest.raises(ValueError, match="128-bit"):
        encode(value)
