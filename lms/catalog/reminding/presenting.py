"""Reminders of reviews in words: the subject, and the lines of a digest as they stand now."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.catalog.facts.models import FactVersion
from lms.catalog.facts.queries import all_facts
from lms.catalog.models import Course, CourseVersion, VersionStatus
from lms.catalog.queries import course_titles
from lms.catalog.reminding.digests import KIND
from lms.catalog.reminding.due import FACT
from lms.catalog.reminding.models import ReviewOccasion
from lms.core.database import db
from lms.notifications.kinds import Details, Kind, register
from lms.web.i18n import localised, show_date


@dataclass(frozen=True)
class Line:
    """One fact or course of a digest."""

    title: str
    courses: tuple[str, ...]  # titles of those where a fact is used
    text: str
    tone: str
    fact: str | None  # the key of one that the reader may open
    course: str  # the slug of the course to begin with


def subject(details: Details) -> str:
    """Return the subject: how many facts and courses to look at."""
    return str(
        ngettext(
            "To be reviewed in your courses: %(num)d place",
            "To be reviewed in your courses: %(num)d places",
            details["total"],
        )
    )


def present(many: Sequence[Details]) -> list[dict[str, Any]]:
    """Return the lines of each digest; what was looked at since says so. Few statements for all."""
    lines = [line for one in many for line in one["lines"]]
    facts = _facts({line[1] for line in lines if line[0] == FACT})
    titles = course_titles({slug for line in lines for slug in line[4]})
    days = _days({line[1] for line in lines if line[0] != FACT})
    return [
        {
            "lines": [_line(line, one["is_guest"], facts, titles, days) for line in one["lines"]],
            "more": one["total"] - len(one["lines"]),
        }
        for one in many
    ]


def _line(
    line: Sequence[Any],
    is_guest: bool,
    facts: Mapping[str, FactVersion],
    titles: Mapping[str, str],
    days: Mapping[str, date],
) -> Line:
    kind, key, told, occasion, slugs = line
    review_by, is_fact = date.fromisoformat(told), kind == FACT
    named = tuple(sorted(titles.get(slug, slug) for slug in slugs))
    now = facts[key].review_by if key in facts and is_fact else days.get(key, review_by)
    text, tone = _words(ReviewOccasion(occasion), review_by, is_done=now > review_by)
    return Line(
        title=localised(facts[key].statement) if is_fact and key in facts else named[0],
        courses=named if is_fact else (),
        text=text,
        tone=tone,
        fact=key if is_fact and not is_guest else None,
        course=slugs[0],
    )


def _words(occasion: ReviewOccasion, review_by: date, *, is_done: bool) -> tuple[str, str]:
    """Return what is said of the day, and the tone of the badge."""
    day = show_date(review_by)
    if is_done:
        return str(_("reviewed meanwhile")), "good"
    if occasion is ReviewOccasion.PAST:
        return str(_("review overdue since %(day)s", day=day)), "bad"
    return str(_("review by %(day)s", day=day)), "warn"


def _facts(keys: Collection[str]) -> dict[str, FactVersion]:
    return {fact.key: fact.current for fact in all_facts() if fact.key in keys} if keys else {}


def _days(slugs: Collection[str]) -> dict[str, date]:
    """Return the day of what each of these courses teaches now."""
    statement = (
        sa.select(Course.slug, CourseVersion.review_by)
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .where(Course.slug.in_(slugs), CourseVersion.status == VersionStatus.PUBLISHED)
        .order_by(CourseVersion.number)
    )
    return {slug: day or date.max for slug, day in db.session.execute(statement)}


register(
    Kind(
        key=KIND,
        template="review_reminders",
        subject=subject,
        present=present,
        endpoint="catalog.courses",
    )
)
