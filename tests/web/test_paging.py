"""Paging by key."""

import base64
import json
from datetime import datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from lms.people.models import Person
from lms.web.paging import Page, count_up_to, decode, encode, paginate
from tests.builders.people import make_person


def page(cursor: str | None, size: int, *, descending: bool = False) -> Page:
    return paginate(
        sa.select(Person),
        columns=[Person.sort_name, Person.id],
        readers=[str, int],
        key=lambda person: (person.sort_name, person.id),
        cursor=cursor,
        size=size,
        descending=descending,
    )


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("count", [0, 1, 3, 4, 7, 9])
def test_pages_show_each_row_once_there_and_back(app: Flask, count: int, descending: bool) -> None:
    for number in range(count):
        make_person(f"Имя{number % 3}", employed=False)
    pages, cursor = [page(None, 3, descending=descending)], None
    while cursor := pages[-1].next_cursor:
        pages.append(page(cursor, 3, descending=descending))
    ids = [person.id for part in pages for person in part.rows]
    assert len(ids) == len(set(ids)) == count
    keys = [(person.sort_name, person.id) for part in pages for person in part.rows]
    assert keys == sorted(keys, reverse=descending)
    for number in range(len(pages) - 1, 0, -1):
        before = page(pages[number].previous_cursor, 3, descending=descending)
        assert [p.id for p in before.rows] == [p.id for p in pages[number - 1].rows]
    assert pages[0].previous_cursor is None


@given(st.text(max_size=40))
def test_a_damaged_cursor_is_the_first_page(cursor: str) -> None:
    backwards, values = decode(cursor, [str, int])
    assert values == [] or len(values) == 2
    assert isinstance(backwards, bool)


STORABLE = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)


@given(STORABLE, st.integers(0, 2**31 - 1), st.booleans())
def test_a_cursor_reads_back(name: str, number: int, backwards: bool) -> None:
    cursor = encode((name, number), backwards=backwards)
    assert decode(cursor, [str, int]) == (backwards, [name, number])


@pytest.mark.parametrize("value", ["a\0", "\ud800", 2**31, -(10**30), float("inf")])
def test_a_cursor_with_what_no_column_takes_is_the_first_page(value: object) -> None:
    readers = [str, str] if isinstance(value, str) else [str, int]
    forged = base64.urlsafe_b64encode(json.dumps([0, ["name", value]]).encode()).decode()
    assert decode(forged, readers) == (False, [])


@pytest.mark.parametrize(
    "instant", ["2026-01-01T00:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"]
)
def test_a_cursor_with_an_instant_that_is_not_of_our_making_is_the_first_page(instant: str) -> None:
    forged = base64.urlsafe_b64encode(json.dumps([0, [instant, 1]]).encode()).decode()
    assert decode(forged, [datetime.fromisoformat, int]) == (False, [])


def test_a_cursor_of_brackets_without_end_is_the_first_page() -> None:
    forged = base64.urlsafe_b64encode(b"[" * 100_000).decode()
    assert decode(forged, [str, int]) == (False, [])


def test_rows_are_counted_up_to_a_limit_and_no_further(app: Flask) -> None:
    for _ in range(4):
        make_person()
    people = sa.select(Person).order_by(Person.sort_name)
    assert [count_up_to(people, most) for most in (2, 3, 4, 5)] == [3, 4, 4, 4]
