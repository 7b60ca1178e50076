"""What this domain holds of people: their row, account and posts; acts; the log of audit."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from lms.audit.models import AuditEntry
from lms.core.database import db
from lms.people.disclosure.parts import acts
from lms.people.erasure.holdings import Holding, counted, hinder, hold, names, rows_of, theirs
from lms.people.erasure.models import Erasure, Fate
from lms.people.erasure.queries import reasons_naming
from lms.people.importing.models import PeopleImport, unpacked
from lms.people.merging.models import DifferentPeople, PersonMerge
from lms.people.models import Account, Employment, Person
from lms.people.planned.models import PlannedPost


def _take_name(person: Person, now: datetime) -> None:
    """Leave a row that others' records may point to and that says nothing of anyone."""
    if person.erased_at is not None:
        return
    person.personnel_number = f"erased-{person.public_id}"
    person.family_name = person.given_name = person.patronymic = person.sort_name = ""
    person.email, person.erased_at = None, now
    db.session.flush()


def _still_named(person: Person) -> Any:
    return (
        sa.select(sa.func.count())
        .select_from(Person)
        .where(Person.id == person.id, Person.erased_at.is_(None))
        .scalar_subquery()
    )


def _uploads_naming(person: Person) -> list[int]:
    """Return the lists of people on their way that name the person, whoever uploaded them."""
    waiting = db.session.scalars(sa.select(PeopleImport).where(PeopleImport.content != b""))
    return [
        upload.id
        for upload in waiting
        if any(names(" ".join(row.cells), person) for row in unpacked(upload.content))
    ]


def _drop_uploads(person: Person, _now: datetime) -> None:
    found = _uploads_naming(person)
    db.session.execute(sa.delete(PeopleImport).where(PeopleImport.id.in_(found)))


def _acts(person: Person) -> Any:
    counts = [
        sa.select(sa.func.count()).where(act.column == person.id).scalar_subquery()
        for act in acts()
    ]
    return sum(counts[1:], counts[0])


def _count(model: Any, condition: Callable[[Person], Any]) -> Callable[[Person], Any]:
    return lambda person: (
        sa.select(sa.func.count()).select_from(model).where(condition(person)).scalar_subquery()
    )


hold(
    Holding(
        "person",
        _l("Name, personnel number and e-mail address"),
        _still_named,
        {Fate.ANONYMISE: _take_name},
        tables=frozenset({"person"}),
    ),
    theirs(
        "account",
        _l("Account with its roles, devices, tokens and webhooks"),
        Account.person_id,
        deletes=True,
    ),
    theirs("posts", _l("Posts"), Employment.person_id),
    rows_of(
        "merges",
        _l("Merges with another record"),
        PersonMerge,
        lambda person: sa.or_(PersonMerge.kept_id == person.id, PersonMerge.ended_id == person.id),
    ),
    theirs("planned_post_rows", _l("Posts that were planned"), PlannedPost.person_id),
    theirs(
        "planned_posts",
        _l("Posts that were planned, with why they were called off"),
        PlannedPost.person_id,
        blanks={PlannedPost.reason: ""},
    ),
    rows_of(
        "told_apart",
        _l("Why somebody else with a like record is another person"),
        DifferentPeople,
        lambda person: sa.or_(
            DifferentPeople.low_id == person.id, DifferentPeople.high_id == person.id
        ),
        blanks={DifferentPeople.reason: "", DifferentPeople.taken_back_reason: ""},
    ),
    Holding(
        "uploads",
        _l("Uploaded lists of people that name the person"),
        counted(_uploads_naming),
        {Fate.DELETE: _drop_uploads},
        tables=frozenset({"people_import"}),
    ),
    Holding(
        "acts",
        _l("What the person did for others"),
        _acts,
    ),
    Holding(
        "audit",
        _l("Entries of the audit log about the person and by the person"),
        _count(
            AuditEntry,
            lambda person: sa.or_(
                AuditEntry.person_key == person.public_id,
                AuditEntry.actor_key == person.public_id,
            ),
        ),
        tables=frozenset({"audit_entry"}),
    ),
    Holding(
        "audit_reasons",
        _l("Of these, entries whose reason names the person"),
        counted(reasons_naming),
        tables=frozenset({"audit_entry"}),
    ),
    Holding(
        "requests",
        _l("Requests to erase the person, with their reasons"),
        _count(Erasure, lambda person: Erasure.person_id == person.id),
        tables=frozenset({"erasure", "erasure_step", "second_person_request", "due_erasure"}),
    ),
)


def while_the_account_is_open(person: Person) -> Any:
    """Say that whoever can still sign in isn't erased."""
    is_open = sa.select(Account.id).where(
        Account.person_id == person.id, Account.suspended_at.is_(None)
    )
    if db.session.scalar(is_open) is None:
        return None
    return _l("The person can still sign in. An administrator has to suspend the account first.")


hinder(while_the_account_is_open)
