"""Every list of HR and the board: how long a page takes, and how many statements it costs."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median, quantiles
from urllib.parse import unquote

import lxml.html
import sqlalchemy as sa
from flask import Flask

from lms.core import clock
from lms.core.database import db
from lms.core.unit_of_work import unit_of_work
from lms.people.demonstration import DEMONSTRATION_PASSWORD
from lms.people.models import OrganisationUnit
from tests.bench.servers import cpu_seconds
from tests.pages import PageClient
from tests.support.statements import counted_statements

MOST_MS = 200.0  # of ninety-five pages in a hundred
DEEP = 12  # how many pages further on the deep one lies
SCOPES = {"network": "hr", "centre": "hr-centre"}
LISTS = (
    "/hr/people",
    "/hr/people?words=иванова",
    "/hr/enrol?words=петрова",
    "/hr/certificates",
    "/hr/certificates?status=valid",
    "/hr/certificates?status=expiring",
    "/hr/certificates?status=replaced",
    "/hr/certificates?text=иванова",
    "/hr/board",
    "/hr/board?on={next year}",
    "/hr/board/people",
    "/hr/board/people?measure=overdue",
    "/hr/board/people?measure=expiring",
    "/hr/board/people?measure=serving",
    "/hr/certifications",
    "/hr/programmes",
    "/hr/mail",
    "/hr/staffing",
    "/hr/staffing/{centre}",
)
FOR_HEADS = ("/my-centre",)
FOR_ADMINISTRATORS = ("/admin/accounts", "/admin/audit")


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


def measure(app: Flask, times: int, database: list[int]) -> Iterator[Figures]:
    """Yield the figures of each list for HR of the network and of a centre, and the log's."""
    for scope, username in SCOPES.items():
        client = PageClient(app).sign_in(username, DEMONSTRATION_PASSWORD)
        keys = _keys(app, scope)
        for address in LISTS:
            path = address.format_map(keys)
            yield _of(client, scope, address, path, times, database)
            if deep := _deep(client, path):
                yield _of(client, scope, f"{address} (page {DEEP})", deep, times, database)
    for scope, username, paths in (
        ("head", "head", FOR_HEADS),
        ("network", "admin", FOR_ADMINISTRATORS),
    ):
        client = PageClient(app).sign_in(username, DEMONSTRATION_PASSWORD)
        for path in paths:
            yield _of(client, scope, path, path, times, database)


def _keys(app: Flask, scope: str) -> dict[str, str]:
    # Not cao-01: the accounts of the demonstration work there, and each of them is copied too.
    code = "cao-02" if scope == "network" else "szao-05"
    with app.app_context(), unit_of_work():
        statement = sa.select(OrganisationUnit.public_id).filter_by(code=code)
        unit = str(db.session.scalar(statement))
    return {"centre": unit, "next year": f"{clock.now().year + 1}-03-01"}


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
