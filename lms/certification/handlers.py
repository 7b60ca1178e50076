"""Reactions to lower domains: a completed enrolment earns a certificate; the home page shows it."""

from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l

from lms.certification import services
from lms.certification.home import certificates_section
from lms.certification.reviews import models as review_models  # noqa: F401 - their tables
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


events.enrolment_completed.connect(issue_on_completion)

home_sections.register(certificates_section)

ACTIONS.update(
    {
        "certification.issued": _l("Certificate issued"),
        "certification.revoked": _l("Certificate revoked"),
        "certification.replaced": _l("Certificate reissued"),
        "certification.exported": _l("Registry of certificates exported"),
    }
)
