"""Every list of HR and the board: how long a page takes, and how many statements it costs."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from statistics import median, quantiles
from urllib.parse import unquote

import lxml.html
import sqlalchemy as sa
from flask import Flask

from lms.catalog.models import Course
from lms.certification.schemes.models import CertificationScheme
from lms.core import clock
from lms.core.database import db
from lms.core.unit_of_work import unit_of_work
from lms.learning.models import Enrolment
from lms.people.demonstration import DEMONSTRATION_PASSWORD
from lms.people.models import Employment, OrganisationUnit, Person
from lms.people.queries import all_accounts
from tests.bench.scale.pages import (
    API,
    FOR_ADMINISTRATORS,
    FOR_HEADS,
    FOR_INSTRUCTORS,
    FOR_THE_NETWORK,
    LISTS,
)
from tests.bench.servers import cpu_seconds
from tests.builders.api import make_token
from tests.pages import PageClient
from tests.support.statements import counted_statements

MOST_MS = 200.0  # of ninety-five pages in a hundred
DEEP = 12  # how many pages further on the deep one lies
SCOPES = {"network": "hr", "centre": "hr-centre"}


@dataclass(frozen=True)
class Figures:
    """One page of one viewer."""

    scope: str
    path: str
    p50_ms: float
    p95_ms: float
    cpu_ms: float  # of this process, half of the pages: on SQLite the database's work too
    database_ms: float  # CPU of PostgreSQL's processes, on average
    statements: int

    @property
    def is_kept(self) -> bool:
        """Whether the promise is kept."""
        return self.p95_ms <= MOST_MS


def measure(app: Flask, times: int, database: list[int], only: str = "") -> Iterator[Figures]:
    """Yield the figures of each list whose address has ``only`` in it, for HR of the network and of
    a centre, of the log, and of what another system reads.
    """
    for scope, username, addresses in (
        *((scope, username, LISTS) for scope, username in SCOPES.items()),
        ("network", "hr", FOR_THE_NETWORK),
        ("network", "instructor", FOR_INSTRUCTORS),
        ("head", "head", FOR_HEADS),
        ("network", "admin", FOR_ADMINISTRATORS),
    ):
        client = PageClient(app).sign_in(username, DEMONSTRATION_PASSWORD)
        keys = _keys(app, scope)
        for address in (one for one in addresses if only in one):
            path = address.format_map(keys)
            yield _of(client, scope, address, path, times, database)
            if deep := _deep(client, path):
                yield _of(client, scope, f"{address} (page {DEEP})", deep, times, database)
    yield from _of_api(app, times, database, only)


def _of_api(app: Flask, times: int, database: list[int], only: str) -> Iterator[Figures]:
    keys = _keys(app, "network")
    for address in API:
        name = address if address.startswith("/scim") else f"/api/v1{address}"
        if only in name:
            client = _with_token(app)  # each its own: one token may ask so often in a minute
            yield _of(client, "system", name, name.format_map(keys), times, database)


def _with_token(app: Flask) -> PageClient:
    client = PageClient(app)
    with app.app_context(), unit_of_work():
        account = next(one for one in all_accounts() if one.username == "admin")
        client.browser.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {make_token(account)[1]}"
    return client


def _keys(app: Flask, scope: str) -> dict[str, str]:
    # Not cao-01: the accounts of the demonstration work there, and each of them is copied too.
    code = "cao-02" if scope == "network" else "szao-05"
    part = "cao" if scope == "network" else code
    today = clock.now().date()
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=4)
    working = Employment.ended_on.is_(None)
    with app.app_context(), unit_of_work():
        keys = dict(
            db.session.execute(sa.select(OrganisationUnit.code, OrganisationUnit.public_id))
            .tuples()
            .all()
        )
        person = db.session.scalar(
            sa.select(Person.public_id)
            .join(Employment, Employment.person_id == Person.id)
            .join(OrganisationUnit, OrganisationUnit.id == Employment.unit_id)
            .where(OrganisationUnit.code == code, working)
            .order_by(Person.id.desc())
            .limit(1)
        )
        left = db.session.scalar(
            sa.select(Person.public_id)
            .where(~sa.exists().where(working, Employment.person_id == Person.id))
            .where(sa.exists().where(Employment.person_id == Person.id))
            .order_by(Person.id)
            .limit(1)
        )
        scheme = db.session.scalar(sa.select(CertificationScheme.public_id).order_by("id").limit(1))
        course = db.session.scalar(
            sa.select(Course.slug)
            .join(Enrolment, Enrolment.course_id == Course.id)
            .group_by(Course.slug)
            .order_by(sa.func.count().desc())
            .limit(1)
        )
    return {
        "centre": keys[code],
        "part": keys[part],
        "largest": keys["cao-01"],
        "person": str(person),
        "left": str(left),
        "scheme": str(scheme),
        "course": str(course),
        "next year": f"{today.year + 1}-03-01",
        "monday": monday.isoformat(),
        "sunday": (monday + timedelta(days=6)).isoformat(),
        "last year": f"{today.year - 1}-03-01",
        "yesterday": (today - timedelta(days=1)).isoformat(),
        "long ago": (today - timedelta(days=200)).isoformat(),
        "less long ago": (today - timedelta(days=190)).isoformat(),
    }


def _of(
    client: PageClient, scope: str, name: str, path: str, times: int, database: list[int]
) -> Figures:
    client._request(path, method="GET", buffered=True)
    with counted_statements() as statements:
        client._request(path, method="GET", buffered=True)
    spent, worked = [], []
    database_before = cpu_seconds(database)
    for _ in range(times):
        begun, before = time.perf_counter(), time.process_time()
        answer = client._request(path, method="GET", buffered=True)
        spent.append((time.perf_counter() - begun) * 1000)
        worked.append((time.process_time() - before) * 1000)
        assert answer.status_code in (200, 302), f"{path}: {answer.status_code}"
    database_ms = (cpu_seconds(database) - database_before) * 1000 / times
    cuts = quantiles(spent, n=20, method="inclusive")
    return Figures(scope, name, cuts[9], cuts[18], median(worked), database_ms, len(statements))


def _deep(client: PageClient, path: str) -> str | None:
    """Return the address of a page some way down the list; None where there is none."""
    for _ in range(DEEP - 1):
        answer = client._request(path, method="GET", buffered=True)
        if answer.mimetype != "text/html":
            return None
        tree = lxml.html.fromstring(answer.get_data(as_text=True))
        links = tree.cssselect("main a[rel=next]")
        if not links:
            return None
        path = links[0].get("href", "")
    return path


def short(path: str) -> str:
    """Return an address as it is printed."""
    return re.sub(r"\s+", " ", unquote(path))
