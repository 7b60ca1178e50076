"""The status of a certificate on a date, and its last valid day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.certification.status import CertificateStatus, last_valid_day, standing_on

days = st.dates(date(2000, 1, 1), date(2080, 12, 31))
VALID, EXPIRED = CertificateStatus.VALID, CertificateStatus.EXPIRED


@given(days, st.none() | days)
def test_a_revoked_one_is_revoked_on_every_day(day: date, until: date | None) -> None:
    for replaced in (False, True):
        standing = standing_on(day, valid_until_on=until, is_revoked=True, is_replaced=replaced)
        assert standing.status is CertificateStatus.REVOKED
        assert standing.days_left is None


@given(days, st.integers(-4000, 4000))
def test_the_last_day_is_a_valid_one_and_the_next_is_not(until: date, offset: int) -> None:
    day = until + timedelta(days=offset)
    standing = standing_on(day, valid_until_on=until, is_revoked=False, is_replaced=False)
    assert standing.status is (VALID if offset <= 0 else EXPIRED)
    assert standing.days_left == (-offset if offset <= 0 else None)
    assert standing.expires_within(30) == (-30 <= offset <= 0)


@given(days)
def test_one_without_expiry_stays_valid_and_never_expires_soon(day: date) -> None:
    standing = standing_on(day, valid_until_on=None, is_revoked=False, is_replaced=False)
    assert standing.status is VALID
    assert not standing.expires_within(100_000)


@given(days, st.integers(1, 240))
def test_months_are_calendar_months_from_the_day_of_issue(issued: date, months: int) -> None:
    last = last_valid_day(issued, months)
    assert last is not None
    whole = (last.year - issued.year) * 12 + last.month - issued.month
    assert whole == months
    assert last.day == issued.day or (last.day < issued.day and (last + timedelta(days=1)).day == 1)


@pytest.mark.parametrize(
    ("issued", "months", "last"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 1, 31), 2, date(2026, 3, 31)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 15), 24, date(2028, 12, 15)),
    ],
)
def test_short_months_end_on_their_last_day(issued: date, months: int, last: date) -> None:
    assert last_valid_day(issued, months) == last


def test_no_months_means_no_last_day() -> None:
    assert last_valid_day(date(2026, 1, 31), None) is None
