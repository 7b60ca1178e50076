"""One's own dates: the page, and the address that calendar programs read."""

from urllib.parse import urlsplit

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.certification.feeds import addresses
from lms.certification.feeds.calendars import calendar, words
from lms.certification.feeds.dates import own_dates
from lms.certification.feeds.models import CalendarFeed
from lms.certification.views.blueprint import blueprint, settings, today
from lms.core import clock
from lms.core.errors import Missing
from lms.web import access
from lms.web.i18n import in_language, localised


@blueprint.get("/calendar")
@access.signed_in
def own_calendar() -> ResponseReturnValue:
    """Show one's dates and the address of the calendar."""
    feed = addresses.open_feed(current_user.person)
    return render_template(
        "certification/calendar.html",
        dates=own_dates(current_user.person, today()),
        today=today(),
        words=words,
        address=_address(feed) if feed else None,
    )


def _address(feed: CalendarFeed) -> str:
    token = addresses.token_of(feed, settings())
    return settings().public_address + url_for("certification.calendar_file", token=token)


@blueprint.post("/calendar/renew")
@access.signed_in
def renew_calendar() -> ResponseReturnValue:
    """Make an address; the one before stops working."""
    addresses.renew(owner=current_user.person, now=clock.now())
    flash(_("The address is made. Copy it into your calendar program."), "good")
    return redirect(url_for("certification.own_calendar"), 303)


@blueprint.post("/calendar/off")
@access.signed_in
def switch_off_calendar() -> ResponseReturnValue:
    """Switch the address off."""
    addresses.switch_off(owner=current_user.person, now=clock.now())
    flash(_("The address is switched off. Calendar programs get nothing from it any more."), "good")
    return redirect(url_for("certification.own_calendar"), 303)


@blueprint.get("/calendar/<token>.ics")
@access.public
def calendar_file(token: str) -> ResponseReturnValue:
    """Send the owner's dates to whoever has the address."""
    feed = addresses.feed_of(token, settings())
    if feed is None:
        raise Missing
    with in_language(feed.owner.language):
        content = calendar(
            own_dates(feed.owner, today()),
            name=_site(),
            owner=feed.owner.public_id,
            address=settings().public_address + url_for("learning.home"),
            host=urlsplit(settings().public_address).hostname or "localhost",
            now=clock.now(),
        )
    answer = Response(content, content_type="text/calendar; charset=utf-8")
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _site() -> str:
    return localised({"ru": settings().site_name_ru, "en": settings().site_name_en})
