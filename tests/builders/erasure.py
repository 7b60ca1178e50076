"""Builders for erasures: somebody about whom every domain knows something, and who has left."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from lms.assessment.models import Attempt, ItemKind
from lms.assessment.queries import paper
from lms.assessment.rules.granting import grant_allowance
from lms.assessment.rules.models import AllowanceKind
from lms.assessment.services import submit
from lms.assessment.uploads.services import take_file
from lms.certification.credentials.models import Credential
from lms.certification.models import CertificateDocument
from lms.certification.register import services as register
from lms.core import clock, jobs
from lms.core.database import db
from lms.core.jobs import Job
from lms.core.storage import blobs
from lms.people import services as people
from lms.people.erasure import services, working
from lms.people.erasure.files import REMOVE_JOB
from lms.people.erasure.models import Erasure
from lms.people.identity import Viewer
from lms.people.models import AccessRole, Person
from lms.people.second_person.models import Answer
from lms.standards.api.tokens.models import ApiAnswer
from lms.standards.scim.models import ScimIdentity
from tests.builders.api import make_hook, make_token
from tests.builders.assessment import (
    answer_event,
    make_attempt,
    make_exam,
    make_item,
    make_place,
    position_of,
    save,
    settings,
)
from tests.builders.batches import make_batches
from tests.builders.certification import make_certificate
from tests.builders.imports import make_upload
from tests.builders.lists import make_saved_list
from tests.builders.notifications import make_message
from tests.builders.people import make_account, make_person, make_viewer
from tests.builders.schemes import award, certify, make_scheme

FAMILY, GIVEN, PATRONYMIC = "Шестопалкин", "Аристарх", "Велимирович"
NUMBER, EMAIL, USERNAME = "ZX-771177", "aristarkh@hidden.example", "aristarkh.s"
SECRETS = (FAMILY, GIVEN, PATRONYMIC, NUMBER, EMAIL, USERNAME)
ZONE = "Europe/Moscow"


def make_known(**overrides: Any) -> Person:
    """Somebody with an account, an exam, a certificate, messages and much more."""
    person = make_person(
        FAMILY, GIVEN, patronymic=PATRONYMIC, personnel_number=NUMBER, email=EMAIL, **overrides
    )
    account = make_account(person=person, username=USERNAME)
    make_viewer(account=account)
    _exchange(person)
    _sit(person)
    _certify(person)
    make_message(person)
    make_saved_list(person.id)
    other = make_account(AccessRole.HR)
    make_saved_list(other.person_id, values={"words": f"{FAMILY} {GIVEN}"})
    make_upload(other, f"{NUMBER};{FAMILY};{GIVEN}")
    db.session.flush()
    return person


def _sit(person: Person) -> Attempt:
    place = make_place(make_exam([make_item(ItemKind.ESSAY), make_item(ItemKind.FILE)]), person)
    grant_allowance(
        enrolment=place,
        kind=AllowanceKind.MINUTES,
        amount=25,
        reason=f"{FAMILY} asked for it",
        key="a" * 16,
        actor=make_person("Другая"),
        now=clock.now(),
        settings=settings(),
    )
    attempt = make_attempt(enrolment=place, at=clock.now())
    save(
        attempt,
        answer_event(position_of(attempt, ItemKind.ESSAY), {"text": f"My name is {FAMILY}"}),
        at=clock.now(),
    )
    take_file(
        attempt=attempt,
        item=next(
            one for one in paper(attempt) if one.position == position_of(attempt, ItemKind.FILE)
        ),
        name=f"{FAMILY}.txt",
        content=f"by {FAMILY}".encode(),
        received_at=clock.now(),
        settings=settings(),
    )
    submit(attempt=attempt, now=clock.now(), settings=settings())
    return attempt


def _certify(person: Person) -> None:
    certificate = make_certificate(person)
    register.seal(now=clock.now(), settings=settings())
    blob = blobs().put(f"%PDF of {person.full_name}".encode())
    db.session.add_all(
        [
            CertificateDocument(
                certificate_id=certificate.id, language="ru", blob=blob, made_at=clock.now()
            ),
            Credential(
                certificate_id=certificate.id,
                status_list=1,
                status_index=7,
                salt=b"s" * 16,
                made_at=clock.now(),
            ),
        ]
    )
    db.session.flush()
    make_batches(make_account(AccessRole.HR), certificate.number)
    award(person, make_scheme())  # by a person, with a reason
    certify(person, make_scheme(), clock.now().date())  # by itself, without


def _exchange(person: Person) -> None:
    token, _secret = make_token(make_account(AccessRole.ADMINISTRATOR))
    make_hook()
    body = f'{{"id": "{person.public_id}", "personnel_number": "{NUMBER}", "name": "{FAMILY}"}}'
    db.session.add_all(
        [
            ScimIdentity(person_id=person.id, external_id=f"ext-{USERNAME}"),
            ApiAnswer(
                token_id=token.id,
                key="k",
                request_hash="0" * 64,
                status=201,
                headers={},
                body=body,
                answered_at=clock.now(),
            ),
        ]
    )
    db.session.flush()


def leave(person: Person, *, days_ago: int = 1) -> Person:
    """Let somebody's post end."""
    today = clock.now().date()
    people.end_employment(
        now=clock.now(),
        actor_key=None,
        person=person,
        on=today - timedelta(days=days_ago),
        today=today,
    )
    return person


def at() -> dict[str, Any]:
    """Now, today and the zone, as services take them."""
    now = clock.now()
    return {"now": now, "today": clock.local_date(now, ZONE), "zone": ZONE}


def plan(person: Person) -> Any:
    """The dry run of a person as of now."""
    when = at()
    return services.plan_for(person, today=when["today"], zone=when["zone"])


def ask(person: Person, viewer: Viewer | None = None) -> Erasure:
    """A request to erase somebody, as the dry run shows it."""
    return services.ask(
        person=person,
        digest=plan(person).digest,
        viewer=viewer or make_viewer(AccessRole.HR),
        reason="Asked for it in writing",
        **at(),
    )


def agree(erasure: Erasure) -> None:
    """Another member of HR agrees; the work is left to the job."""
    locked = services.locked(erasure.public_id)
    assert locked is not None
    services.decide(
        erasure=locked, answer=Answer.AGREED, viewer=make_viewer(AccessRole.HR), word="", **at()
    )


def erase(person: Person) -> Erasure:
    """Somebody erased: asked for, agreed to, done."""
    erasure = ask(person)
    agree(erasure)
    db.session.commit()
    working.erase(erasure.public_id)
    for job in db.session.scalars(sa.select(Job.id).where(Job.name == REMOVE_JOB)).all():
        jobs.run(job)
    db.session.expire_all()
    return erasure
