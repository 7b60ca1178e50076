"""Reads of people. List scope: ``visible_to``."""

from collections.abc import Collection, Iterable, Sequence
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from lms.core.database import db
from lms.people.identity import Viewer
from lms.people.models import Account, Employment, OrganisationUnit, Person
from lms.people.permissions import Permission
from lms.people.planned.models import PlannedPost
from lms.people.queries.matching import (
    are_common,
    begins_with,
    from_first_digit,
    goes_by_either,
    has_word,
    searched_words,
    spellings,
)

LAST_SIGN = "\U0010ffff"  # sorts after all others
FEWEST_DIGITS = 4
CHUNK = 1000  # numbers in one statement
MADE_UP_NUMBERS = ("100001", "100002")


def within(paths: frozenset[str], column: Any = OrganisationUnit.path) -> sa.ColumnElement[bool]:
    """Return the condition 'the unit lies in one of ``paths``'; no path: nothing does."""
    return sa.or_(sa.false(), *(begins_with(column, path) for path in sorted(paths)))


def visible_to(
    viewer: Viewer, permission: Enum, person_id: Any = Person.id
) -> sa.ColumnElement[bool]:
    """Return the condition on ``Person`` 'in the viewer's scope for ``permission``'.

    Or on whatever column holds a person's id.

    People who left the network have no unit and are seen with a scope over all of it only. Twin of
    ``policies.may_see_person``.
    """
    scope = viewer.scope(permission)
    if "/network/" in scope:
        return sa.true()
    # A list read once, not a question to each row: a plan may begin with a centre's few.
    return person_id.in_(working_in(scope))  # type: ignore[no-any-return]


def working_in(paths: frozenset[str]) -> sa.Select[Any]:
    """Return the ids of those whose present post is at a unit in one of ``paths``."""
    return (
        sa.select(Employment.person_id)
        .join(OrganisationUnit, OrganisationUnit.id == Employment.unit_id)
        .where(Employment.ended_on.is_(None), within(paths))
    )


def person_for(viewer: Viewer, permission: Enum, public_id: str) -> Person | None:
    """Return the person with ``public_id`` with the present post, if the viewer may see them.

    A record that was merged into another is nobody's any more.
    """
    statement = (
        sa.select(Person)
        .where(
            Person.public_id == public_id,
            Person.merged_into_id.is_(None),
            visible_to(viewer, permission),
        )
        .options(
            joinedload(Person.employment).options(
                joinedload(Employment.unit), joinedload(Employment.job_role)
            )
        )
    )
    return db.session.scalars(statement).one_or_none()


def person_numbered(viewer: Viewer, permission: Enum, number: str) -> Person | None:
    """Return whom a personnel number names, in whichever case, if the viewer may see them.

    The number of a merged record names the person whose record stayed.
    """
    spelled = {form for one in (number.strip(),) for form in (one, one.upper(), one.lower())}
    statement = sa.select(Person.id, Person.merged_into_id).where(
        Person.personnel_number.in_(spelled)
    )
    for own_id, merged_into_id in db.session.execute(statement):
        key = sa.select(Person.public_id).where(Person.id == (merged_into_id or own_id))
        return person_for(viewer, permission, db.session.scalars(key).one())
    return None


def people_numbered(
    viewer: Viewer, permission: Enum, numbers: Collection[str], *options: Any
) -> dict[str, Person]:
    """Return whom these personnel numbers name, in whichever case, by the number in capitals.

    Those whom the viewer may see. The number of a merged record names the person whose record
    stayed. One statement for each thousand spellings, and one more.
    """
    led = merged_numbers(numbers)
    named = {*numbers, *led.values()}
    spelled = sorted({form for one in named for form in (one, one.upper(), one.lower())})
    found: dict[str, Person] = {}
    for start in range(0, len(spelled), CHUNK):
        statement = (
            sa.select(Person)
            .where(
                Person.personnel_number.in_(spelled[start : start + CHUNK]),
                Person.merged_into_id.is_(None),
                visible_to(viewer, permission),
            )
            .options(*options)
        )
        found |= {
            person.personnel_number.upper(): person for person in db.session.scalars(statement)
        }
    staying = {number: found.get(stays.upper()) for number, stays in led.items()}
    return found | {number: person for number, person in staying.items() if person is not None}


def merged_numbers(numbers: Collection[str]) -> dict[str, str]:
    """Return for those of these numbers that a merged record had the number that stayed.

    The former in capitals. One statement: merged records are few.
    """
    stays = aliased(Person)
    statement = sa.select(Person.personnel_number, stays.personnel_number).join(
        stays, stays.id == Person.merged_into_id
    )
    wanted = {number.upper() for number in numbers}
    merged = {row[0].upper(): row[1] for row in db.session.execute(statement)}
    return {number: merged[number] for number in wanted & merged.keys()}


def records_of(person: Person) -> list[Person]:
    """Return a person's record and those that were merged into it."""
    merged = sa.select(Person).where(Person.merged_into_id == person.id).order_by(Person.id)
    return [person, *db.session.scalars(merged)]


def posts_of(person: Person) -> list[Employment]:
    """Return all posts that a person had and has, the earliest first, with unit and job role."""
    statement = (
        sa.select(Employment)
        .where(Employment.person_id == person.id)
        .options(joinedload(Employment.unit), joinedload(Employment.job_role))
        .order_by(Employment.started_on, Employment.id)
    )
    return list(db.session.scalars(statement))


def name_matches(
    words: str, person: Any = Person, *, common: bool = False
) -> sa.ColumnElement[bool]:
    """Return the condition 'each of ``words`` is in the person's name or begins their number'.

    ``common``: many have them, see ``are_common_names``.
    """
    matches = (word_matches(word, person, common=common) for word in searched_words(words))
    return sa.and_(sa.true(), *matches)


def word_matches(word: str, person: Any, *, common: bool = False) -> sa.ColumnElement[bool]:
    """Return the condition of ``name_matches`` for one of ``searched_words``."""
    # The name last: PostgreSQL asks each row that it found again, from left to right, and cutting
    # names into words takes it longest.
    return sa.or_(number_begins(person, word), has_word(person.sort_name, word, common=common))


def are_common_names(words: str) -> bool:
    """Tell whether so many people have all of ``words`` in their names: see ``are_common``."""
    return are_common(Person.sort_name, searched_words(words))


def ids_named(words: str) -> list[sa.Select[Any]]:
    """Return statements that together give the ids of those whom ``name_matches`` finds.

    Of one word two: so PostgreSQL goes by either's index alone, and asks none of the rows again,
    which for a part that most names have would take it seconds.
    """
    person, parts = aliased(Person), searched_words(words)
    if len(parts) != 1:
        return [sa.select(person.id).where(name_matches(words, person))]
    return [
        sa.select(person.id).where(number_begins(person, parts[0])),
        sa.select(person.id).where(has_word(person.sort_name, parts[0])),
    ]


def number_begins(person: Any, word: str) -> sa.ColumnElement[bool]:
    """Return 'the personnel number begins with ``word``', or goes on so from its first digit.

    Who is asked for a number often leaves out the letters that all numbers of the network share.
    Of fewer than ``FEWEST_DIGITS`` only numbers without such letters are found: as good as all
    numbers go on with the same ones.
    """
    number = person.personnel_number
    if word[:FEWEST_DIGITS].isdecimal() and len(word) >= FEWEST_DIGITS:
        number = from_first_digit(number)
    # In both cases: numbers are compared letter by letter.
    forms = dict.fromkeys(form for one in spellings(word) for form in (one, one.upper()))
    if goes_by_either():
        return sa.or_(*(number.startswith(form, autoescape=True) for form in forms))
    # Read by the index before anybody is asked: SQLite would cut each number at its first digit.
    ranges = (number.between(form, form + LAST_SIGN) for form in forms)
    return person.id.in_(sa.select(person.id).where(sa.or_(*ranges)))  # type: ignore[no-any-return]


def has_left() -> sa.ColumnElement[bool]:
    """Return the condition on ``Person`` 'worked here, doesn't, and isn't to come back'.

    Who never had a post, as somebody invited from outside, hasn't left.
    """
    post, back = Employment.person_id == Person.id, PlannedPost.person_id == Person.id
    is_expected = sa.exists().where(
        back, PlannedPost.ended_at.is_(None), PlannedPost.unit_id.is_not(None)
    )
    works = sa.exists().where(post, Employment.ended_on.is_(None))
    return sa.and_(sa.exists().where(post), ~works, ~is_expected)


def is_gone(person: Person) -> bool:
    """Tell whether ``has_left`` is true of ``person``."""
    statement = sa.select(Person.id).where(Person.id == person.id, has_left())
    return db.session.scalar(statement) is not None


def people_without_account(viewer: Viewer, words: str, *, limit: int) -> list[Person]:
    """Return people of the viewer's scope who match ``words``, haven't left and have no account."""
    statement = (
        sa.select(Person)
        .where(
            visible_to(viewer, Permission.MANAGE_ACCOUNTS),
            name_matches(words),
            Person.erased_at.is_(None),
            Person.merged_into_id.is_(None),
            ~sa.exists().where(Account.person_id == Person.id),
            ~has_left(),
        )
        .options(
            joinedload(Person.employment).options(
                joinedload(Employment.unit), joinedload(Employment.job_role)
            )
        )
        .order_by(Person.sort_name, Person.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def numbers_for_example(viewer: Viewer, permission: Enum) -> Sequence[str]:
    """Return the personnel numbers that a table's example names, so that it can be sent as it is.

    The first two by name who work in the viewer's scope; where nobody does, made-up ones.
    """
    statement = (
        sa.select(Person.personnel_number)
        .where(
            visible_to(viewer, permission),
            sa.exists().where(Employment.person_id == Person.id, Employment.ended_on.is_(None)),
        )
        .order_by(Person.sort_name, Person.id)
        .limit(len(MADE_UP_NUMBERS))
    )
    return list(db.session.scalars(statement)) or MADE_UP_NUMBERS


def names_by_key(keys: set[str]) -> dict[str, str]:
    """Return the full names of the people with these public ids."""
    return {person.public_id: person.full_name for person in _with_keys(keys)}


def own_names_by_key(keys: set[str]) -> dict[str, str]:
    """Return the names that stand in the records with these public ids, merged ones too."""
    return {person.public_id: person.own_name for person in _with_keys(keys)}


def _with_keys(keys: set[str]) -> Iterable[Person]:
    return db.session.scalars(sa.select(Person).where(Person.public_id.in_(keys)))
