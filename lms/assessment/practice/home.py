"""The home page's entry to practice: two statements, and nothing when there is nothing to do."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from flask import current_app

from lms.assessment.practice import planning, queries
from lms.assessment.practice.topics import kept_forgetting
from lms.core.clock import local_date
from lms.core.settings import Settings
from lms.learning.home_sections import Section
from lms.people.identity import Viewer
from lms.people.permissions import Permission
from lms.web.i18n import current_language


def practice_section(viewer: Viewer, now: datetime) -> Section | None:
    """Show how many questions wait, and the topics that the person keeps forgetting."""
    if not viewer.may(Permission.LEARN):
        return None
    settings: Settings = current_app.config["SETTINGS"]
    today = local_date(now, settings.time_zone)
    standing = queries.standing_of(viewer.person.id, language=current_language())
    midnight = datetime.combine(today, time.min, ZoneInfo(settings.time_zone))
    count = len(
        planning.plan(
            standing.met,
            standing.cards,
            today=today,
            new_today=queries.new_since(standing.cards.values(), midnight),
        )
    )
    forgotten = kept_forgetting(standing.met, standing.cards)
    if not count and not forgotten:
        return None
    return Section(
        template="assessment/practice/_home.html",
        order=40,
        values={
            "count": count,
            "minutes": planning.minutes_for(count),
            "forgotten": forgotten,
        },
    )
