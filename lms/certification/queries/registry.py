"""The registry: certificates by holder, centre, course and status; searched, sorted, exported."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlalchemy.sql import operators

from lms.catalog.models import Course, CourseVersion, VersionStatus
from lms.certification import numbers
from lms.certification.models import Certificate, CertificateRevocation
from lms.certification.status import Standing, standing_on
from lms.core.database import db, in_pieces
from lms.people.identity import Viewer
from lms.people.models import Employment, OrganisationUnit, Person
from lms.people.permissions import Permission
from lms.people.queries import visible_to, working_in
from lms.people.queries.matching import (
    among,
    are_common,
    goes_by_either,
    has_word,
    is_initial,
    searched_words,
)
from lms.people.queries.persons import number_begins, word_matches
from lms.web.paging import MOST_COUNTED, Page, count_up_to, paginate


class StatusFilter(Enum):
    """What the registry can be narrowed to."""

    VALID = "valid"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    REVOKED = "revoked"
    REPLACED = "replaced"


class Order(Enum):
    """How the registry is sorted; a minus means the latest first."""

    NAME = "name"
    ISSUED = "-issued"
    UNTIL = "until"


@dataclass(frozen=True)
class Filters:
    """What is asked of the registry. Empty values narrow nothing."""

    text: str = ""
    unit_path: str | None = None
    course_id: int | None = None
    status: StatusFilter | None = None
    days: int = 60
    order: Order = Order.NAME
    # Over whose certificates: those the viewer may read, or decides on.
    permission: Permission = Permission.SEE_CERTIFICATES


Successor = aliased(Certificate, name="successor")

_COLUMNS: dict[Order, tuple[tuple[Any, ...], tuple[Callable[[Any], Any], ...]]] = {
    Order.NAME: ((Certificate.holder_sort_name, Certificate.id), (str, int)),
    Order.ISSUED: ((Certificate.issued_on, Certificate.id), (date.fromisoformat, int)),
    Order.UNTIL: ((Certificate.sort_until_on, Certificate.id), (date.fromisoformat, int)),
}


def readers_of(order: Order) -> Sequence[Callable[[Any], Any]]:
    """Return what reads the values of a cursor of the registry in this order."""
    return _COLUMNS[order][1]


@dataclass(frozen=True)
class Entry:
    """One row of the registry."""

    certificate: Certificate
    holder: Person
    unit: OrganisationUnit | None
    revoked_at: datetime | None
    standing: Standing


def _has(model: Any, names: str) -> sa.ColumnElement[bool]:
    other = aliased(model)
    column = getattr(other, names)
    # Without 'not null' a planner takes all those that replace none for as many that do.
    pointing = sa.select(other.id).where(column == Certificate.id, column.is_not(None))
    return pointing.correlate(Certificate).exists()


def condition(status: StatusFilter, today: date, days: int) -> sa.ColumnElement[bool]:
    """Return 'the status is ``status`` on ``today``'. Twin of ``status.standing_on``."""
    # Asked apart from the joins that show them: so a planner knows how many rows are left and reads
    # a page in the list's order instead of sorting everything.
    revoked, replaced = (
        _has(CertificateRevocation, "certificate_id"),
        _has(Certificate, "replaces_id"),
    )
    stands = sa.and_(~revoked, ~replaced)
    until = Certificate.sort_until_on
    return {
        StatusFilter.REVOKED: revoked,
        StatusFilter.REPLACED: sa.and_(~revoked, replaced),
        StatusFilter.EXPIRED: sa.and_(stands, until < today),
        StatusFilter.VALID: sa.and_(stands, until >= today),
        StatusFilter.EXPIRING: sa.and_(
            stands, until.between(today, today + timedelta(days=days)), until < date.max
        ),
    }[status]


def _matching(text: str, *, far: bool) -> sa.ColumnElement[bool]:
    """Return 'it is the certificate's number, or each word is in the name or begins the number of
    the holder'.

    ``far``: thousands are to be found, not a page of them.
    """
    number = numbers.parse(text)
    if number is not None:
        return Certificate.number == number
    words = searched_words(text)
    common = are_common(Person.sort_name, words)
    if common or goes_by_either():
        return sa.and_(sa.true(), *(_matches(word, common=common, far=far) for word in words))
    found = aliased(Certificate)
    having = (found.id.in_(_ids(word)) for word in words)
    return Certificate.id.in_(sa.select(found.id).where(sa.true(), *having))


def _matches(word: str, *, common: bool, far: bool) -> sa.ColumnElement[bool]:
    """Return '``word`` is in the holder's name then or now, or begins their personnel number'.

    Of a common word the holders are asked one by one as far as a page goes, else all at once.
    """
    person, held = aliased(Person), Certificate.holder_id
    common = common or is_initial(word)
    then = has_word(Certificate.holder_sort_name, word, common=common)
    known = sa.select(person.id).where(word_matches(word, person, common=common))
    if not common:
        return sa.or_(then, among(held, known))
    if far:
        return sa.or_(then, held.in_(known))
    own = sa.select(person.sort_name).where(person.id == held)
    present = own.correlate(Certificate).scalar_subquery()
    numbered = sa.select(person.id).where(number_begins(person, word))
    by_number = among(held, numbered) if goes_by_either() else held.in_(numbered)
    return sa.or_(then, has_word(present, word, common=True), by_number)


def _ids(word: str) -> sa.CompoundSelect[int]:
    """Return the ids of the certificates of ``_matches``, each half from one narrow index."""
    issued, held, person = aliased(Certificate), aliased(Certificate), aliased(Person)
    then = sa.select(issued.id).where(has_word(issued.holder_sort_name, word))
    now = (
        sa.select(held.id)
        .join(person, person.id == held.holder_id)
        .where(word_matches(word, person))
    )
    return sa.union(then, now)


def _conditions(
    viewer: Viewer,
    filters: Filters,
    today: date,
    holder_id: Any = Certificate.holder_id,
    *,
    far: bool = False,
) -> Iterator[sa.ColumnElement[bool]]:
    """Yield what narrows the registry, in terms of the certificate's own columns.

    So its rows are counted without the joins that show them. With those, ``holder_id`` is the
    person's own: SQLite may then begin with a centre's few people.
    """
    yield visible_to(viewer, filters.permission, holder_id)
    if filters.unit_path is not None:
        yield holder_id.in_(working_in(frozenset({filters.unit_path})))
    if filters.course_id is not None:
        yield Certificate.course_id == filters.course_id
    if filters.status is not None:
        yield condition(filters.status, today, filters.days)
    if filters.text:  # last: SQLite asks in this order, and of names it takes longest
        yield _matching(filters.text, far=far)


def _shown() -> sa.Select[*tuple[Any, ...]]:
    """Return the statement of all certificates with what is shown of each."""
    return (
        sa.select(
            Certificate, Person, OrganisationUnit, CertificateRevocation.revoked_at, Successor.id
        )
        .select_from(Certificate)
        .join(Person, Person.id == Certificate.holder_id)
        .outerjoin(
            Employment, sa.and_(Employment.person_id == Person.id, Employment.ended_on.is_(None))
        )
        .outerjoin(OrganisationUnit, OrganisationUnit.id == Employment.unit_id)
        .outerjoin(CertificateRevocation, CertificateRevocation.certificate_id == Certificate.id)
        .outerjoin(Successor, Successor.replaces_id == Certificate.id)
    )


def _entry(row: Any, today: date) -> Entry:
    certificate, holder, unit, revoked_at, successor_id = row
    standing = standing_on(
        today,
        valid_until_on=certificate.valid_until_on,
        is_revoked=revoked_at is not None,
        is_replaced=successor_id is not None,
    )
    return Entry(certificate, holder, unit, revoked_at, standing)


def page(viewer: Viewer, filters: Filters, today: date, cursor: str | None, size: int = 50) -> Page:
    """Return one page of the viewer's registry; ``rows`` are Entry.

    Two statements: to sort thousands of whole rows costs more than to find fifty again by their id.
    """
    columns, readers = _COLUMNS[filters.order]
    found = paginate(
        sa.select(Certificate.id, columns[0])
        .join(Person, Person.id == Certificate.holder_id)
        .where(*_conditions(viewer, filters, today, Person.id)),
        columns=_sorted_by(viewer, filters),
        readers=readers,
        key=lambda row: (row[1], row.id),
        cursor=cursor,
        size=size,
        descending=filters.order is Order.ISSUED,
    )
    statement = _shown().where(Certificate.id.in_([row.id for row in found.rows]))
    shown = {row[0].id: _entry(row, today) for row in db.session.execute(statement)}
    rows = [shown[row.id] for row in found.rows]
    return Page(rows, found.next_cursor, found.previous_cursor)


def _sorted_by(viewer: Viewer, filters: Filters) -> Sequence[Any]:
    """Return the columns of the order.

    SQLite would read all certificates in an index's order to find those of a part of the network;
    with a plus before the column it begins with that part's people and sorts what is left.
    """
    first, last = _COLUMNS[filters.order][0]
    if goes_by_either() or not _is_part(viewer, filters):
        return first, last
    return sa.UnaryExpression(first, operator=operators.custom_op("+"), type_=first.type), last


def _is_part(viewer: Viewer, filters: Filters) -> bool:
    """Tell whether the certificates of a part of the network alone are asked for."""
    whole = "/network/"
    is_all = whole in viewer.scope(filters.permission) and filters.unit_path in (None, whole)
    return not is_all


def found(viewer: Viewer, filters: Filters, today: date, most: int = MOST_COUNTED) -> int:
    """Return how many certificates match, ``most`` + 1 for any larger number: for the page."""
    far = most > MOST_COUNTED and not _is_part(viewer, filters)
    conditions = _conditions(viewer, filters, today, far=far)
    matching = sa.select(Certificate.id).where(*conditions)
    return count_up_to(matching, most)


def identifiers(viewer: Viewer, filters: Filters, today: date) -> list[int]:
    """Return the ids of all certificates that match and bear a name, in order."""
    statement = _ordered(viewer, filters, today).with_only_columns(Certificate.id)
    statement = statement.where(Certificate.holder_sort_name != "")
    return list(db.session.scalars(statement))


def entries(viewer: Viewer, filters: Filters, today: date) -> Iterator[Entry]:
    """Yield all that match, in order, in one statement read in portions."""
    statement = _ordered(viewer, filters, today)
    for row in in_pieces(statement, 500):
        yield _entry(row, today)


def _ordered(viewer: Viewer, filters: Filters, today: date) -> sa.Select[*tuple[Any, ...]]:
    columns, _ = _COLUMNS[filters.order]
    downwards = filters.order is Order.ISSUED
    order: Sequence[Any] = [c.desc() if downwards else c.asc() for c in columns]
    conditions = _conditions(viewer, filters, today, Person.id)
    return _shown().where(*conditions).order_by(*order)


def courses() -> list[tuple[Course, dict[str, Any]]]:
    """Return all courses that were ever published, with the title of the latest version."""
    latest = (
        sa.select(CourseVersion.course_id, sa.func.max(CourseVersion.number).label("number"))
        .where(CourseVersion.status == VersionStatus.PUBLISHED)
        .group_by(CourseVersion.course_id)
        .subquery()
    )
    statement = (
        sa.select(Course, CourseVersion.title)
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .join(
            latest,
            sa.and_(
                latest.c.course_id == CourseVersion.course_id,
                latest.c.number == CourseVersion.number,
            ),
        )
        .order_by(Course.slug)
    )
    return [(course, title) for course, title in db.session.execute(statement)]
