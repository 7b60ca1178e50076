"""One message about all that somebody was enrolled in at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import ngettext

from lms.catalog.models import CourseVersion
from lms.certification.following.places import Made
from lms.certification.schemes.models import CertificationScheme
from lms.core.database import db
from lms.core.settings import Settings
from lms.learning.models import Enrolment
from lms.notifications.kinds import Kind, register
from lms.notifications.services import notify
from lms.people.models import Person
from lms.web.i18n import localised

KIND = "certification.required"
Details = Mapping[str, Any]


def tell_enrolled(made: Iterable[Made], *, now: datetime, settings: Settings) -> int:
    """Write each person one message with all of these enrolments; return how many people."""
    own: dict[int, list[Made]] = defaultdict(list)
    for one in made:
        own[one.person_id].append(one)
    for person_id, places in own.items():
        notify(
            recipient=db.session.get_one(Person, person_id),
            kind=KIND,
            key=f"{KIND}:{min(one.enrolment_id for one in places)}",
            details={
                "lines": [
                    [one.scheme_id, one.enrolment_id, one.due_on and one.due_on.isoformat()]
                    for one in places
                ]
            },
            now=now,
            settings=settings,
        )
    return len(own)


def subject(details: Details) -> str:
    """Return the subject: how many courses there are to complete."""
    count = len({line[1] for line in details["lines"]})
    return str(
        ngettext(
            "You are enrolled in a course that your work requires",
            "You are enrolled in %(num)d courses that your work requires",
            count,
        )
    )


def present(many: Sequence[Details]) -> list[dict[str, Any]]:
    """Return by message its certifications with their courses; two statements for all."""
    lines = [line for one in many for line in one["lines"]]
    courses = _titles(
        sa.select(Enrolment.id, CourseVersion.title)
        .join(CourseVersion, CourseVersion.id == Enrolment.version_id)
        .where(Enrolment.id.in_({line[1] for line in lines}))
    )
    schemes = _titles(
        sa.select(CertificationScheme.id, CertificationScheme.title).where(
            CertificationScheme.id.in_({line[0] for line in lines})
        )
    )
    return [{"lines": [_line(line, schemes, courses) for line in one["lines"]]} for one in many]


def _line(line: Sequence[Any], schemes: Mapping[int, Any], courses: Mapping[int, Any]) -> Any:
    scheme_id, enrolment_id, due_on = line
    return {
        "certification": localised(schemes.get(scheme_id)),
        "course": localised(courses.get(enrolment_id)),
        "due_on": date.fromisoformat(due_on) if due_on else None,
    }


def _titles(statement: Any) -> dict[int, Any]:
    return dict(db.session.execute(statement).all())


register(
    Kind(
        key=KIND,
        template="certification_required",
        subject=subject,
        present=present,
        endpoint="learning.home",
    )
)
