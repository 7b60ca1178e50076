"""Builders of units, people, accounts and viewers. Each adds to the session and flushes."""

from datetime import UTC, date, datetime, time
from functools import cache
from itertools import count
from typing import Any

import sqlalchemy as sa
from argon2 import PasswordHasher

from lms.core import clock
from lms.core.database import db
from lms.core.unit_of_work import insert_new
from lms.people import queries, services
from lms.people.identity import Viewer, load_viewer
from lms.people.models import AccessRole, Account, JobRole, OrganisationUnit, Person, UnitKind
from lms.people.network import moving
from lms.people.passwords.hashing import default_hasher
from lms.people.permissions import HEAD_OF_CENTRE
from tests.support.applications import QUICK_HASHER

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PASSWORD = "seven green kettles"
DEFAULT_HASHER = default_hasher()
_numbers = count(1)


@cache
def password_hash(password: str = PASSWORD, hasher: PasswordHasher = DEFAULT_HASHER) -> str:
    """The hash of a password, made once per process."""
    return hasher.hash(password)


def network() -> OrganisationUnit:
    """The root of the tree, made at the first call."""
    return kept("network") or keep(
        "network",
        unit_coded("network") or make_unit("network", kind=UnitKind.NETWORK, parent=None),
    )


def kept(name: str) -> Any:
    """What ``keep`` kept, as long as this session knows it: most tests ask for it many times.

    What was rolled back may be gone.
    """
    row = db.session.info.get(("kept", name))
    known = row is not None and row in db.session and not sa.inspect(row).expired
    return row if known else None


def keep(name: str, row: Any) -> Any:
    """Keep a row for this session and return it."""
    db.session.info[("kept", name)] = row
    return row


def unit_coded(code: str) -> OrganisationUnit | None:
    return db.session.scalars(
        sa.select(OrganisationUnit).where(OrganisationUnit.code == code)
    ).one_or_none()


def make_unit(
    code: str | None = None,
    *,
    parent: OrganisationUnit | None = None,
    kind: UnitKind = UnitKind.SERVICE_CENTRE,
) -> OrganisationUnit:
    """A unit under ``parent`` (default: the network itself)."""
    code = code or f"centre-{next(_numbers)}"
    if kind is not UnitKind.NETWORK:
        parent = parent or network()
    unit: OrganisationUnit = insert_new(
        OrganisationUnit,
        kind=kind,
        parent_id=parent.id if parent else None,
        code=code,
        name_ru=f"Центр {code}",
        name_en=f"Centre {code}",
        path=f"{parent.path if parent else '/'}{code}/",
    )
    return unit


def make_job_role(code: str = "specialist") -> JobRole:
    """A job role, one for each code."""
    name = f"job role {code}"
    known = (
        kept(name)
        or db.session.scalars(sa.select(JobRole).where(JobRole.code == code)).one_or_none()
    )
    if known is not None:
        return keep(name, known)
    role = JobRole(code=code, name_ru="Специалист окна", name_en="Front-desk specialist")
    db.session.add(role)
    db.session.flush()
    return keep(name, role)


def make_person(
    family_name: str = "Иванова",
    given_name: str = "Мария",
    *,
    unit: OrganisationUnit | None = None,
    employed: bool = True,
    **overrides: Any,
) -> Person:
    """A person with a post at ``unit`` (default: a centre of their own)."""
    values: dict[str, Any] = {
        "now": NOW,
        "actor_key": None,
        "personnel_number": f"N{next(_numbers):06d}",
        "family_name": family_name,
        "given_name": given_name,
        "patronymic": "Петровна",
        "email": None,
        "language": "en",
    }
    if employed:
        values |= {
            "unit": unit or make_unit(),
            "job_role": make_job_role(),
            "started_on": date(2025, 1, 15),
        }
    return services.create_person(**{**values, **overrides})


def make_head(unit: OrganisationUnit, *args: Any, **overrides: Any) -> Person:
    """The head of a service centre: by the post alone."""
    job_role = make_job_role(HEAD_OF_CENTRE)
    return make_person(*args, unit=unit, job_role=job_role, **overrides)


def make_account(
    role: AccessRole | None = AccessRole.TRAINEE,
    *,
    over: OrganisationUnit | None = None,
    person: Person | None = None,
    unit: OrganisationUnit | None = None,
    username: str | None = None,
    password: str = PASSWORD,
    **overrides: Any,
) -> Account:
    """An account that signs in with PASSWORD; its role is held over ``over`` (default: all)."""
    return services.create_account(
        now=NOW,
        person=person or make_person(unit=unit),
        username=username or f"person{next(_numbers)}",
        password_hash=password_hash(password, QUICK_HASHER),
        roles=[(role, over or network())] if role else [],
        **overrides,
    )


def make_viewer(
    role: AccessRole | None = AccessRole.TRAINEE,
    *,
    account: Account | None = None,
    **overrides: Any,
) -> Viewer:
    """A signed-in viewer as views see one; overrides go to ``make_account``."""
    account = account or make_account(role, **overrides)
    token = services.open_session(now=clock.now(), account=account, device="Test")
    db.session.expire_all()
    viewer = load_viewer(token, clock.now())
    assert viewer is not None
    return viewer


def reloaded(account: Account) -> Account:
    """``account`` read anew with its person, post and all its grants."""
    return next(found for found in queries.all_accounts() if found.id == account.id)


def move_unit(unit: OrganisationUnit, above: OrganisationUnit, on: date) -> None:
    """Make a centre a part of another unit from a day on."""
    moving.move(
        unit, above, seen_id=unit.parent_id, on=on,
        now=datetime.combine(on, time(12), UTC), actor_key="", reason="new borders",
    )  # fmt: skip
