"""The page of one's own centre: where its head begins."""

from flask import current_app, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.certification.schemes import words
from lms.core import clock
from lms.core.clock import local_date
from lms.learning.activities.queries import waiting_checklists
from lms.people.permissions import Permission
from lms.reporting import centre as centres
from lms.reporting.views.base import blueprint, found
from lms.web import access

SHOWN_CHECKLISTS = 20


@blueprint.get("/my-centre")
@access.requires(Permission.LEAD_CENTRE)
def my_centre() -> ResponseReturnValue:
    """Show the head of a centre who may serve, what ends, who is late, and who came to classes."""
    centre = found(centres.led_centre(current_user))
    today = local_date(clock.now(), current_app.config["SETTINGS"].time_zone)
    checklists, waiting = waiting_checklists(current_user, limit=SHOWN_CHECKLISTS)
    numbers = centres.numbers(current_user, centre, today)
    return render_template(
        "reporting/my_centre.html",
        centre=centre,
        today=today,
        numbers=numbers,
        lists=centres.listed(current_user, centre, today, numbers),
        meetings=centres.meetings(current_user),
        checklists=checklists,
        waiting=waiting,
        words=words,
    )
