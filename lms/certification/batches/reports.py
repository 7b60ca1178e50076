"""Reports for paper that are too long to wait for: any list, set in sections side by side.

What a report is made of is kept as it was when it was asked for, until its file is there.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from lms.certification.batches import services
from lms.certification.batches.models import BatchKind, CertificateBatch
from lms.core.pdf import Document
from lms.core.settings import Settings
from lms.core.storage import passing
from lms.notifications.kinds import Kind, register
from lms.notifications.services import notify
from lms.people.identity import Viewer
from lms.people.permissions import Permission
from lms.web.lists import printing
from lms.web.lists.tables import Begin

KIND = "certification.report_ready"


def offered(viewer: Viewer) -> Begin | None:
    """Return what begins a report for this viewer: they see the page of batches."""
    return partial(begin, viewer) if viewer.may(Permission.MANAGE_CERTIFICATES) else None


def begin(viewer: Viewer, facts: printing.Facts, now: datetime) -> str:
    """Begin a report; return the address of its page."""
    source = passing().put(json.dumps(facts, ensure_ascii=False).encode())
    batch = services.ask(
        kind=BatchKind.REPORT,
        viewer=viewer,
        now=now,
        language=facts["language"],
        report=services.Report(facts["title"], source, printing.sections(len(facts["rows"]))),
    )
    return url_for("certification.batch", batch_id=batch.public_id)


def sections(batch: CertificateBatch, places: Sequence[int]) -> dict[int, Document]:
    """Return what is to be set at these places of a report."""
    assert batch.source is not None
    facts = json.loads(passing().get(batch.source))
    return {place: printing.section(facts, place) for place in places}


def tell_ready(batch: CertificateBatch, now: datetime, settings: Settings) -> None:
    """Tell who asked for a report that it is there, once."""
    assert batch.expires_at is not None
    notify(
        recipient=batch.asked_by,
        kind=KIND,
        key=f"{KIND}:{batch.public_id}",
        details={
            "title": batch.title,
            "batch": batch.public_id,
            "until": batch.expires_at.isoformat(),
        },
        now=now,
        settings=settings,
    )


def present(many: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the report's key and until when it is there."""
    return [
        {"batch": details["batch"], "until": datetime.fromisoformat(details["until"])}
        for details in many
    ]


def _subject(details: Mapping[str, Any]) -> str:
    return str(_("The report for printing is ready: %(title)s", title=details["title"]))


register(
    Kind(
        key=KIND,
        template="report_ready",
        subject=_subject,
        present=present,
        endpoint="certification.batches",
    )
)
