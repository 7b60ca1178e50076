"""What a certification can ask and grant: one rule for its pages and for the API.

What is checked raises ValidationError with the sentence for whoever asked; the caller knows where
the value stands.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from lms.certification.lifecycle.terms import Anchor
from lms.certification.schemes.definitions import EvidenceKind

KEY = r"[a-z0-9][a-z0-9-]{0,28}[a-z0-9]"
KEY_WORDS = _l("2 to 30 small letters, digits and hyphens.")
MOST_PARTS = 12
MOST_SIGNS = 120  # of a name
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)  # another year is a slip


@dataclass(frozen=True)
class Bounds:
    """From where to where a number goes, in words, and what it usually is; None: left empty."""

    least: int
    most: int
    usual: int | None
    words: Any

    def check(self, number: int | None) -> None:
        """Refuse a number beyond them."""
        if number is not None and not self.least <= number <= self.most:
            raise ValidationError(self.words)


def _whole(least: int, most: int, usual: int) -> Bounds:
    words = _l("Enter a whole number from %(least)d to %(most)d.", least=least, most=most)
    return Bounds(least, most, usual, words)


# Months and days as the names of ``lifecycle.terms.Terms`` say; ``days`` are a rule's.
BOUNDS = {
    "valid_months": Bounds(1, 240, None, _l("Enter 1 to 240 months, or nothing.")),
    "calendar_month": _whole(1, 12, 12),
    "calendar_day": _whole(1, 31, 31),
    "least_months": _whole(0, 24, 0),
    "window_days": _whole(0, 730, 60),
    "notice_days": _whole(0, 730, 30),
    "grace_days": _whole(0, 365, 0),
    "short_months": _whole(0, 60, 0),
    "look_back_days": Bounds(0, 3660, None, _l("Enter 0 to 3660 days, or nothing.")),
    "days": _whole(0, 3660, 30),
}


def check_key(key: str) -> None:
    """Refuse a short name that isn't one."""
    if re.fullmatch(KEY, key) is None:
        raise ValidationError(KEY_WORDS)


def check_keys(keys: Sequence[Any]) -> None:
    """Refuse what asks for nothing, and two parts of one name."""
    if not keys:
        raise ValidationError(_l("Name at least one part that must be shown."))
    if len(keys) != len(set(keys)):
        raise ValidationError(_l("Two parts have the same short name."))


def check_course(kind: str, course: str | None) -> None:
    """Ask for a course where the evidence is one."""
    if kind == EvidenceKind.COURSE.value and not course:
        raise ValidationError(_l("Choose the course."))


def check_exam(kind: str, exam: str | None) -> None:
    """Ask for an exam where the evidence is one."""
    if kind == EvidenceKind.EXAM.value and not exam:
        raise ValidationError(_l("Choose the exam."))


def check_notice(notice_days: int, window_days: int) -> None:
    """Refuse to warn before the renewal is open."""
    if notice_days > window_days:
        raise ValidationError(_l("It can't be shown as expiring before its renewal opens."))


def check_anchor(anchor: str, valid_months: int | None) -> None:
    """Refuse a date on which to end for what doesn't end."""
    if anchor == Anchor.CALENDAR.value and valid_months is None:
        raise ValidationError(_l("Without months it doesn’t expire: then no date can end it."))


def check_in_force(day: date) -> None:
    """Refuse a day that can only be a slip of the keyboard."""
    if not EARLIEST <= day <= LATEST:
        first, last = EARLIEST.isoformat(), LATEST.isoformat()
        raise ValidationError(_l("Enter a day from %(first)s to %(last)s.", first=first, last=last))
