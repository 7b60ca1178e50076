"""Columns by their headings, and cells as entries."""

from datetime import timedelta

import pytest
from flask import Flask
from flask_babel import force_locale
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.core.tables import Row
from lms.people.importing.rules.fields import Field, guess
from lms.people.importing.rules.reading import read_entries
from lms.people.importing.words import SHORT_NAMES
from tests.builders.imports import HEADINGS, TODAY


def test_headings_are_recognised_in_both_languages() -> None:
    assert guess(HEADINGS.split(";"), {}) == [
        Field.NUMBER, Field.FAMILY_NAME, Field.GIVEN_NAME, Field.PATRONYMIC, Field.UNIT,
        Field.POST, Field.SINCE, Field.EMAIL, Field.LEFT_ON, Field.LEAVE_FROM, Field.LEAVE_UNTIL,
    ]  # fmt: skip
    english = ["Employee ID", "Last name", "Department", "Hire date", "Shoe size"]
    assert guess(english, {}) == [
        Field.NUMBER, Field.FAMILY_NAME, Field.UNIT, Field.SINCE, None,
    ]  # fmt: skip
    assert guess(["С какого дня"], {}) == [Field.SINCE]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_headings_of_the_example_file_are_recognised(app: Flask, language: str) -> None:
    with force_locale(language):
        headings = [str(name) for field, name in SHORT_NAMES.items()]
    assert guess(headings, {}) == list(SHORT_NAMES)


def test_what_a_heading_meant_before_goes_before_its_words() -> None:
    assert guess(["Номер", "Код"], {"код": "number", "номер": None}) == [None, Field.NUMBER]


@settings(max_examples=25)
@given(text=st.text(max_size=60), days=st.integers(-30_000, 30_000))
def test_any_cells_are_read_or_refused(text: str, days: int) -> None:
    day = (TODAY + timedelta(days=days)).isoformat()
    row = Row(2, (text, text, text, text, text, text, day, text, day, text, day))
    [entry] = read_entries([row], guess(HEADINGS.split(";"), {}))
    assert entry.faults or entry.number
