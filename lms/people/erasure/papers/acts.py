"""The act of destruction: what an erasure did, on paper, with the extract from the audit log.

Order 179 of Roskomnadzor (28 October 2022) asks for both where data is processed by machines: who
destroyed what, whose, in which system, how, why and when. Whose they were is said by the record's
key, which names nobody; the act is made of what the erasure's steps and the log hold, so it reads
the same whenever it is printed.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from lms.audit.models import AuditEntry
from lms.core import clock
from lms.core.clock import local_date
from lms.core.database import db
from lms.core.errors import Conflict
from lms.core.pdf import Document, renderer
from lms.core.settings import PROJECT, Settings
from lms.core.unit_of_work import release
from lms.people.audit_words import ACTIONS, details_in_words, names_in
from lms.people.erasure.classes import in_force
from lms.people.erasure.holdings import holdings
from lms.people.erasure.models import Erasure, ErasureState, ErasureStep, Fate
from lms.people.erasure.services import SUBJECT
from lms.people.models import Employment, Person
from lms.people.queries import own_names_by_key
from lms.web.i18n import current_language, in_language, localised, show_date, show_datetime

FOLDER = PROJECT / "templates" / "documents" / "erasure_act"


def printed(erasure: Erasure) -> bytes:
    """Return the act as a PDF in the request's language. Raises Conflict before it is done."""
    if erasure.state is not ErasureState.DONE:
        raise Conflict(_l("There is an act once the erasure is done."))
    document = act_of(
        erasure,
        language=current_language(),
        now=clock.now(),
        settings=current_app.config["SETTINGS"],
    )
    release(then_writing=False)
    return renderer().render(document)


def act_of(erasure: Erasure, *, language: str, now: datetime, settings: Settings) -> Document:
    """Return what the act of a done erasure is made from: texts only, in ``language``."""
    second = erasure.request
    with in_language(language):
        done, kept = _steps(erasure)
        return Document(
            FOLDER,
            "erasure_act.html",
            language,
            {
                "issuer": getattr(settings, f"issuer_{language}"),
                "system": getattr(settings, f"site_name_{language}"),
                "key": erasure.public_id,
                "record": erasure.person.public_id,
                "reason": second.reason,
                "done_at": _instant(erasure.closed_at),
                "made_at": _instant(now),
                "done": done,
                "kept": kept,
                "entries": _entries(erasure),
                "signers": [
                    _signer(person, at, settings.time_zone)
                    for person, at in (
                        (second.asked_by, second.asked_at),
                        (second.answered_by, second.answered_at),
                    )
                    if person and at
                ],
            },
        )


def _instant(at: datetime | None) -> str:
    return show_datetime(at) if at else ""


def _steps(erasure: Erasure) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Return what was destroyed and what stayed."""
    done = [_step(step) for step in erasure.steps if step.rows and step.done_at]
    kept = [_step(step) for step in erasure.steps if step.rows and step.fate is Fate.KEEP]
    return done, kept


def _step(step: ErasureStep) -> dict[str, str]:
    rule = in_force()[step.rule]
    return {
        "title": str(holdings()[step.key].title),
        "rows": str(step.rows),
        "fate": step.fate.value,
        "rule": localised(rule.name),
        "basis": localised(rule.basis),
        "done_at": _instant(step.done_at),
        "until": show_date(step.until_on) if step.until_on else "",
    }


def _entries(erasure: Erasure) -> list[dict[str, str]]:
    """Return the log's entries about the erasure, in the order of its chain."""
    statement = (
        sa.select(AuditEntry)
        .where(AuditEntry.subject_kind == SUBJECT, AuditEntry.subject_key == erasure.public_id)
        .order_by(AuditEntry.id)
    )
    entries = db.session.scalars(statement).all()
    names = names_in(entry.details for entry in entries)
    actors = own_names_by_key({entry.actor_key for entry in entries if entry.actor_key})
    return [
        {
            "at": _instant(entry.recorded_at),
            "action": str(ACTIONS[entry.action]),
            "actor": actors.get(entry.actor_key or "", ""),
            "reason": entry.reason,
            "details": "; ".join(
                f"{name}: {value}" for name, value in details_in_words(entry.details, names)
            ),
            "hash": entry.hash,
        }
        for entry in entries
    ]


def _signer(person: Person, at: datetime, zone: str) -> dict[str, Any]:
    """Return a name and the post that the person had at ``at``."""
    day = local_date(at, zone)
    statement = (
        sa.select(Employment)
        .where(
            Employment.person_id == person.id,
            Employment.started_on <= day,
            sa.or_(Employment.ended_on.is_(None), Employment.ended_on >= day),
        )
        .options(joinedload(Employment.job_role), joinedload(Employment.unit))
    )
    post = db.session.scalars(statement).first()
    words = [_named(post.job_role), _named(post.unit)] if post else []
    return {"name": person.own_name, "post": ", ".join(words)}


def _named(row: Any) -> str:
    return localised({"ru": row.name_ru, "en": row.name_en})
