"""The status of a certificate on a date: computed from its record and the facts beside it."""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from lms.core.calendar import add_months


class CertificateStatus(Enum):
    """What a certificate counts for. Expiring soon is a mark on a valid one, no status."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    REPLACED = "replaced"


@dataclass(frozen=True)
class Standing:
    """A certificate's status on one date and the days left (None: no expiry, or not valid)."""

    status: CertificateStatus
    days_left: int | None

    def expires_within(self, days: int) -> bool:
        """Tell whether it is valid but ends within ``days`` days, the last valid one included."""
        return self.days_left is not None and self.days_left <= days


def standing_on(
    day: date, *, valid_until_on: date | None, is_revoked: bool, is_replaced: bool
) -> Standing:
    """Return the standing on ``day``, a date in the network's zone; by first match.

    A revoked certificate stays revoked when a new one was issued in its place; the last valid day
    is a valid day.
    """
    if is_revoked:
        return Standing(CertificateStatus.REVOKED, None)
    if is_replaced:
        return Standing(CertificateStatus.REPLACED, None)
    if valid_until_on is None:
        return Standing(CertificateStatus.VALID, None)
    if valid_until_on < day:
        return Standing(CertificateStatus.EXPIRED, None)
    return Standing(CertificateStatus.VALID, (valid_until_on - day).days)


def last_valid_day(issued_on: date, months: int | None) -> date | None:
    """Return the last valid day: the same day ``months`` calendar months on; None for ever."""
    return None if months is None else add_months(issued_on, months)
