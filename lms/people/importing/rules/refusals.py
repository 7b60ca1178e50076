"""Why a row can't be done."""

from dataclasses import dataclass
from enum import Enum

from lms.people.importing.rules.fields import Field


class Reason(Enum):
    """What is wrong with a row."""

    NO_NUMBER = "no_number"
    BAD_NUMBER = "bad_number"
    DOUBLE = "double"
    ALIKE = "alike"  # nobody's, but for zeros, strokes or case that of somebody of this name
    BAD_NAME = "bad_name"
    BAD_EMAIL = "bad_email"
    BAD_DATE = "bad_date"
    FAR = "far"  # more than a year ahead
    UNKNOWN_UNIT = "unknown_unit"
    UNKNOWN_POST = "unknown_post"
    SEVERAL = "several"  # units or posts that have this name
    MISSING = "missing"  # what a new person needs and the row leaves empty
    OUTSIDE = "outside"  # the number of somebody beyond the importer's scope
    TOO_EARLY = "too_early"  # not after the first day of the present post
    ENDS_FIRST = "ends_first"  # the last day at work that is planned comes before
    HAS_LEFT = "has_left"  # and the row doesn't say when they are back
    LEFT_ANOTHER_DAY = "left_another_day"
    NEVER_WORKED = "never_worked"  # leaves, but nobody knows them
    YOURSELF = "yourself"
    DEMONSTRATION = "demonstration"
    MAY_DO_MORE = "may_do_more"  # by their roles, than the importer
    LEAVE_ORDER = "leave_order"  # ends before it begins
    ON_LEAVE = "on_leave"  # since another day
    LEAVE_ENDED = "leave_ended"  # on another day
    NO_LEAVE = "no_leave"  # that could end


@dataclass(frozen=True)
class Refused:
    """Why, in which column, and the value or day in question."""

    reason: Reason
    field: Field | None = None
    value: str = ""
