"""Dates as an iCalendar file (RFC 5545): whole days, that don't make anybody busy."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from icalendar import Calendar, Event, vText

from lms.certification.feeds.dates import DateKind, OwnDate

ASK_AGAIN = timedelta(hours=6)


def words(kind: DateKind) -> str:
    """Return what happens on such a date."""
    texts = {
        DateKind.COURSE_DUE: _("Finish the course"),
        DateKind.CERTIFICATION_DUE: _("Last day to get the certification"),
        DateKind.CERTIFICATION_ENDS: _("Last day of the certification"),
        DateKind.CERTIFICATE_ENDS: _("Last day of the certificate"),
    }
    return str(texts[kind])


def calendar(
    dates: Iterable[OwnDate], *, name: str, owner: str, address: str, host: str, now: datetime
) -> bytes:
    """Return the file. ``owner`` is the key that makes each date's id this calendar's own."""
    made = Calendar()
    made.add("prodid", "-//lms//dates//1")
    made.add("version", "2.0")
    made.add("x-wr-calname", vText(name))
    made.add("refresh-interval", ASK_AGAIN, parameters={"value": "DURATION"})
    for one in dates:
        event = Event()
        event.add("uid", f"{one.kind.value}-{one.key}-{owner}@{host}")
        event.add("dtstamp", now)
        event.add("dtstart", one.on)
        if one.on < date.max:  # without an end it is that day alone, too (RFC 5545, 3.6.1)
            event.add("dtend", one.on + timedelta(days=1))
        event.add("summary", f"{words(one.kind)}: {one.title}")
        event.add("url", address)
        event.add("transp", "TRANSPARENT")
        made.add_component(event)
    content: bytes = made.to_ical()
    return content
