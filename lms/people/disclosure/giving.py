"""Giving the record out: made without a lock, and noted in the audit log before it leaves."""

import json
from enum import Enum

from flask import current_app

from lms.audit.services import record
from lms.core import clock
from lms.core.errors import Conflict
from lms.core.pdf import renderer
from lms.core.unit_of_work import release
from lms.people.disclosure.papers import document_of
from lms.people.disclosure.parts import hindrance_for
from lms.people.disclosure.telling import loaded_parts, record_of
from lms.people.models import Person
from lms.web.i18n import current_language


class Kind(Enum):
    """What the record is given as: its media type."""

    JSON = "application/json"
    PDF = "application/pdf"


def give_record(person: Person, kind: Kind, *, by: Person) -> bytes:
    """Return everything that is held about ``person``, and note that ``by`` took it.

    Within a request that begins as a reading one; paper is in its language. Raises Conflict when
    something hinders it.
    """
    hindrance = hindrance_for(person)
    if hindrance is not None:
        raise Conflict(hindrance)
    key, taker = person.public_id, by.public_id
    content = _as_json(person) if kind is Kind.JSON else _as_pdf(person)
    release()
    record(
        now=clock.now(),
        actor_key=taker,
        action="people.record_taken",
        subject_kind="person",
        subject_key=key,
        person_key=key,
        kind=kind.name.lower(),
    )
    return content


def _as_json(person: Person) -> bytes:
    facts = record_of(person, now=clock.now())
    return json.dumps(facts, ensure_ascii=False, indent=2).encode()


def _as_pdf(person: Person) -> bytes:
    document = document_of(
        person,
        loaded_parts(person),
        language=current_language(),
        now=clock.now(),
        settings=current_app.config["SETTINGS"],
    )
    release(then_writing=False)
    return renderer().render(document)
