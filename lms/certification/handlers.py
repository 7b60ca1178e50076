"""Reactions to lower domains: a completed enrolment earns a certificate; the home page shows it."""

from datetime import datetime
from typing import Any

from flask import current_app

from lms.certification import queries, services
from lms.core.clock import local_date
from lms.core.settings import Settings
from lms.learning import events, home_sections
from lms.learning.home_sections import Section
from lms.learning.models import Enrolment
from lms.people.identity import Viewer
from lms.people.permissions import Permission

SHOWN = 3  # earned certificates on the home page


def issue_on_completion(
    enrolment: Enrolment, *, now: datetime, basis: dict[str, Any], **_: Any
) -> None:
    """Issue the certificate in the transaction that completes the enrolment."""
    settings: Settings = current_app.config["SETTINGS"]
    percent = basis.get("percent")
    services.issue(
        enrolment=enrolment,
        percent=None if percent is None else float(percent),
        now=now,
        settings=settings,
    )


events.enrolment_completed.connect(issue_on_completion)


@home_sections.register
def certificates_section(viewer: Viewer, now: datetime) -> Section | None:
    """Show what was earned last and what expires soon; nothing to someone without certificates."""
    if not viewer.may(Permission.LEARN):
        return None
    certificates = queries.certificates_of(viewer.person)
    if not certificates:
        return None
    settings: Settings = current_app.config["SETTINGS"]
    days = settings.certificate_notice_days
    ending = queries.expiring(viewer.person, local_date(now, settings.time_zone), days)
    return Section(
        template="certification/home_section.html",
        order=50,
        values={
            "earned": certificates[:SHOWN],
            "total": len(certificates),
            "ending": ending,
            "notice_days": days,
        },
    )
