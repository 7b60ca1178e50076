"""Reactions to lower domains: a completed enrolment earns a certificate; the home page shows it."""

from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l

from lms.assessment.examining.events import enrolment_regraded
from lms.certification import services
from lms.certification.home import certificates_section
from lms.certification.reviews.services import raise_review
from lms.core.settings import Settings
from lms.learning import events, home_sections
from lms.learning.models import Enrolment
from lms.people.audit_words import ACTIONS


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


def review_after_regrade(
    enrolment: Enrolment,
    *,
    now: datetime,
    regrade_key: str,
    passed: bool,
    percent_before: float,
    percent_after: float,
    **_: Any,
) -> None:
    """List the certificate for HR in the transaction that turns the result."""
    raise_review(
        enrolment=enrolment,
        regrade_key=regrade_key,
        passed=passed,
        percent_before=percent_before,
        percent_after=percent_after,
        now=now,
    )


events.enrolment_completed.connect(issue_on_completion)
enrolment_regraded.connect(review_after_regrade)

home_sections.register(certificates_section)

ACTIONS.update(
    {
        "certification.issued": _l("Certificate issued"),
        "certification.revoked": _l("Certificate revoked"),
        "certification.replaced": _l("Certificate reissued"),
        "certification.review_decided": _l("Certificate decided on after a correction"),
        "certification.salts_destroyed": _l("Entries of the issue register made anonymous"),
        "certification.exported": _l("Registry of certificates exported"),
    }
)
