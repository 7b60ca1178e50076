"""The demonstration's units, posts, people and accounts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate
from random import Random

from lms.app.demonstration.names import Name, random_name
from lms.app.demonstration.network import CENTRAL_ROLES, JOB_ROLES, units
from lms.core.database import db, fold
from lms.people.models import (
    AccessRole,
    Account,
    Employment,
    JobRole,
    OrganisationUnit,
    Person,
    RoleGrant,
    UnitKind,
)
from lms.people.permissions import HEAD_OF_CENTRE


@dataclass(frozen=True)
class Staff:
    """Who was made: the named accounts by user name, and everyone else."""

    named: dict[str, Person]
    people: list[Person]


# user name: (name, post, unit, access role, unit of the role). Marked as made up by their numbers.
NAMED = {
    "trainee": (Name("Иванова", "Мария", "Сергеевна"), "universal-specialist", "cao-01", None, ""),
    "instructor": (
        Name("Соколов", "Андрей", "Викторович"),
        "trainer",
        "network",
        AccessRole.INSTRUCTOR,
        "network",
    ),
    "hr": (
        Name("Кузнецова", "Ольга", "Павловна"),
        "hr-specialist",
        "network",
        AccessRole.HR,
        "network",
    ),
    "hr-centre": (
        Name("Орлова", "Татьяна", "Николаевна"),
        "hr-specialist",
        "szao-05",
        AccessRole.HR,
        "szao-05",
    ),
    "head": (
        Name("Белова", "Наталья", "Игоревна"),
        HEAD_OF_CENTRE,
        "szao-05",
        None,
        "",
    ),
    "auditor": (
        Name("Фролов", "Дмитрий", "Олегович"),
        "administrator",
        "network",
        AccessRole.AUDITOR,
        "network",
    ),
    "admin": (
        Name("Морозов", "Игорь", "Алексеевич"),
        "administrator",
        "network",
        AccessRole.ADMINISTRATOR,
        "network",
    ),
}

DAYS_IN_NETWORK = 900
# Who took up their post lately, so that the programme of the post is under way; and from which.
DAYS_IN_POST = {"trainee": 45}
EARLIER_POST = "document-courier"
# How many more work at the flagship office: one centre as large as real ones are.
FLAGSHIP = 18


def make_staff(*, people: int, random: Random, now: datetime, password_hash: str) -> Staff:
    """Make the tree, the posts, the named accounts and ``people`` specialists of the centres."""
    tree = _make_units()
    posts = _make_posts()
    named = {}
    for number, (username, row) in enumerate(NAMED.items(), start=1):
        name, post, unit, role, scope = row
        person = make_person(f"ДЕМО-{number:04}", name, now)
        days = DAYS_IN_POST.get(username, DAYS_IN_NETWORK)
        if days < DAYS_IN_NETWORK:
            _employ_before(person, tree[unit], posts[EARLIER_POST], now.date(), days)
        _employ(person, tree[unit], posts[post], now.date() - timedelta(days=days))
        _make_account(person, username, password_hash, now, tree, role, scope)
        named[username] = person
    specialists = list(_make_specialists(people, random, now, password_hash, tree, posts))
    db.session.add_all([*named.values(), *specialists])
    db.session.flush()
    return Staff(named, specialists)


def _make_units() -> dict[str, OrganisationUnit]:
    tree: dict[str, OrganisationUnit] = {}
    for row in units():
        tree[row.code] = OrganisationUnit(
            kind=UnitKind(row.kind),
            parent=tree[row.parent] if row.parent else None,
            code=row.code,
            path=row.path,
            name_ru=row.name_ru,
            name_en=row.name_en,
        )
    db.session.add_all(tree.values())
    db.session.flush()
    return tree


def _make_posts() -> dict[str, JobRole]:
    rows = [*(row[:3] for row in JOB_ROLES), *CENTRAL_ROLES]
    posts = {code: JobRole(code=code, name_ru=ru, name_en=en) for code, ru, en in rows}
    db.session.add_all(posts.values())
    db.session.flush()
    return posts


def make_person(number: str, name: Name, now: datetime) -> Person:
    """Return a person without a post, not yet added."""
    person = Person(
        personnel_number=number,
        family_name=name.family,
        given_name=name.given,
        patronymic=name.patronymic,
        sort_name="",
        language="ru",
        created_at=now,
    )
    person.sort_name = fold(person.full_name) or ""
    return person


def _employ(person: Person, unit: OrganisationUnit, post: JobRole, started_on: date) -> None:
    db.session.add(Employment(person=person, unit=unit, job_role=post, started_on=started_on))


def _employ_before(
    person: Person, unit: OrganisationUnit, post: JobRole, today: date, days: int
) -> None:
    """Give a person the post they held until ``days`` ago."""
    first, last = (today - timedelta(days=ago) for ago in (DAYS_IN_NETWORK, days + 1))
    db.session.add(
        Employment(person=person, unit=unit, job_role=post, started_on=first, ended_on=last)
    )


def _make_account(
    person: Person,
    username: str,
    password_hash: str,
    now: datetime,
    tree: dict[str, OrganisationUnit],
    role: AccessRole | None = None,
    scope: str = "",
) -> None:
    grants = [RoleGrant(role=AccessRole.TRAINEE, unit=tree["network"], granted_at=now)]
    if role is not None:
        grants.append(RoleGrant(role=role, unit=tree[scope], granted_at=now))
    account = Account(
        person=person,
        username=fold(username),
        password_hash=password_hash,
        is_demonstration=True,
        created_at=now,
        grants=grants,
    )
    db.session.add(account)


def _make_specialists(
    people: int,
    random: Random,
    now: datetime,
    password_hash: str,
    tree: dict[str, OrganisationUnit],
    posts: dict[str, JobRole],
) -> Iterator[Person]:
    centres = [unit for unit in tree.values() if unit.kind is UnitKind.SERVICE_CENTRE]
    heads = range(people - len(centres), people) if people >= 2 * len(centres) else None
    codes = [code for code, *_ in JOB_ROLES]
    weights = list(accumulate(weight for *_, weight in JOB_ROLES))
    flagship = tree["cao-01"]
    for number in range(people + (FLAGSHIP if people >= len(centres) // 2 else 0)):
        person = make_person(f"МФЦ-{100001 + number}", random_name(random), now)
        drawn = random.choices(codes, cum_weights=weights)[0]
        started_on = now.date() - timedelta(days=random.randint(20, 2600))
        unit = centres[number % len(centres)] if number < people else flagship
        code = drawn if heads is None else _settled(drawn, unit, is_last=number in heads)
        _employ(person, unit, posts[code], started_on)
        _make_account(person, person.personnel_number, password_hash, now, tree)
        yield person


def _settled(drawn: str, unit: OrganisationUnit, *, is_last: bool) -> str:
    """Return the post where there are people enough: each centre has one head, the last of it."""
    if is_last and unit.code != NAMED["head"][2]:
        return HEAD_OF_CENTRE
    return NAMED["trainee"][1] if drawn == HEAD_OF_CENTRE else drawn
