"""Reminders in words: the subject, and the lines of a digest with their names."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.certification.lifecycle.reminders import Occasion
from lms.certification.reminding.digests import KIND
from lms.certification.reminding.plans import Audience
from lms.certification.schemes.models import CertificationScheme
from lms.core.database import db
from lms.notifications.kinds import Kind, register
from lms.people.models import Person
from lms.web.i18n import localised, show_date

Details = Mapping[str, Any]
TONES = {
    Occasion.OVERDUE: "bad",
    Occasion.GRACE: "warn",
    Occasion.EXPIRING: "info",
    Occasion.DUE: "info",
}


def sentence(occasion: Occasion, about_on: date) -> str:
    """Return what is to be kept in mind."""
    day = show_date(about_on)
    texts = {
        Occasion.DUE: _("to be met by %(date)s", date=day),
        Occasion.EXPIRING: _("valid until %(date)s", date=day),
        Occasion.OVERDUE: _("overdue, the term ended on %(date)s", date=day),
        Occasion.GRACE: _("the term is over, days of grace until %(date)s", date=day),
    }
    return str(texts[occasion])


def subject(details: Details) -> str:
    """Return the subject: about oneself, or about the people one looks after."""
    own = details["person_total"]
    others = details["head_total"] + details["hr_total"]
    if own and not others:
        return str(
            ngettext(
                "Your certifications: %(num)d reminder",
                "Your certifications: %(num)d reminders",
                own,
            )
        )
    return str(
        ngettext(
            "Certifications of your people: %(num)d reminder",
            "Certifications of your people: %(num)d reminders",
            own + others,
        )
    )


def present(many: Sequence[Details]) -> list[dict[str, Any]]:
    """Return the lines of each digest with names; two statements for all."""
    lines = [line for one in many for audience in Audience for line in one[audience.value]]
    names = _names({line[0] for line in lines})
    titles = _titles({line[1] for line in lines})
    return [_presented(one, names, titles) for one in many]


def _presented(
    details: Details, names: Mapping[int, str], titles: Mapping[int, Any]
) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for audience in Audience:
        lines = [
            {
                "name": "" if audience is Audience.PERSON else names.get(person_id, ""),
                "title": localised(titles.get(scheme_id)),
                "text": sentence(Occasion(occasion), date.fromisoformat(about_on)),
                "tone": TONES[Occasion(occasion)],
            }
            for person_id, scheme_id, occasion, about_on in details[audience.value]
        ]
        shown[audience.value] = lines
        shown[f"{audience.value}_more"] = details[f"{audience.value}_total"] - len(lines)
    return shown


def _names(ids: set[int]) -> dict[int, str]:
    statement = sa.select(Person).where(Person.id.in_(ids))
    return {person.id: person.full_name for person in db.session.scalars(statement)}


def _titles(ids: set[int]) -> dict[int, Any]:
    row = CertificationScheme
    statement = sa.select(row.id, row.title).where(row.id.in_(ids))
    return {found.id: found.title for found in db.session.execute(statement)}


register(
    Kind(
        key=KIND,
        template="certification_reminders",
        subject=subject,
        present=present,
        endpoint="learning.home",
    )
)
