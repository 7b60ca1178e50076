"""The holder is told that a certificate was revoked, or that a new one stands in its place.

Whoever passes an exam sees the certificate at once; of these two nobody else would tell. The reason
stays with HR.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from lms.certification import numbers
from lms.certification.models import Certificate
from lms.core.database import db
from lms.notifications.kinds import Kind, register
from lms.notifications.services import notify
from lms.people.models import Person
from lms.web.i18n import localised

KIND = "certification.certificate_changed"
Details = Mapping[str, Any]


def tell_revoked(certificate: Certificate, *, now: datetime, **_: Any) -> None:
    """Tell the holder in the transaction that revokes."""
    _tell(certificate, now, is_revoked=True)


def tell_reissued(certificate: Certificate, *, now: datetime, **_: Any) -> None:
    """Tell the holder in the transaction that issues ``certificate`` in place of another."""
    if certificate.replaces_id is not None:
        _tell(certificate, now, is_revoked=False)


def _tell(certificate: Certificate, now: datetime, *, is_revoked: bool) -> None:
    holder = db.session.get_one(Person, certificate.holder_id)
    if holder.erased_at is not None:
        return
    notify(
        recipient=holder,
        kind=KIND,
        key=f"{KIND}:{certificate.number}:{'revoked' if is_revoked else 'issued'}",
        details={
            "is_revoked": is_revoked,
            "number": certificate.number,
            "course": certificate.snapshot["course"],
        },
        now=now,
        settings=current_app.config["SETTINGS"],
    )


def subject(details: Details) -> str:
    """Return the subject: what became of the certificate of which course."""
    course = localised(details["course"])
    if details["is_revoked"]:
        return str(_("Your certificate “%(course)s” has been revoked", course=course))
    return str(_("You have a new certificate “%(course)s”", course=course))


def present(many: Sequence[Details]) -> list[dict[str, Any]]:
    """Return what became of each, and its number as it is printed."""
    return [
        {"is_revoked": one["is_revoked"], "number": numbers.group(one["number"])} for one in many
    ]


register(
    Kind(
        key=KIND,
        template="certificate_changed",
        subject=subject,
        present=present,
        endpoint="certification.certificates",
    )
)
