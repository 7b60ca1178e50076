"""Lists by pages, as the API gives their rows: each row once, in the order of the file."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from flask import Flask

from lms.assessment.services import submit
from lms.catalog.models import Course
from lms.core import clock
from lms.core.database import db
from lms.learning.models import Enrolment
from lms.people.identity import viewers_of
from lms.people.models import AccessRole, Person
from lms.web.lists.tables import Pages, kinds
from tests.builders.assessment import START, make_attempt, make_exam, settings
from tests.builders.certification import make_certificate
from tests.builders.crowds import make_crowd
from tests.builders.people import make_account
from tests.builders.schemes import award, make_rule, make_scheme

ORDERS = ({"order": "name"}, {"order": "-issued"}, {"order": "until"})


def by_pages(pages: Pages) -> Iterator[Any]:
    cursor, is_over = None, False
    while not is_over:
        page = pages.read(cursor, 2)
        yield from page.rows
        cursor, is_over = page.next_cursor, page.next_cursor is None


def a_few() -> str:
    """Six people of one name with everything that lists tell; return their course."""
    certificate, attempt, scheme = make_certificate(), make_attempt(make_exam()), make_scheme()
    make_rule(scheme)
    award(db.session.get_one(Person, certificate.holder_id), scheme)
    submit(attempt=attempt, now=START, settings=settings())
    make_crowd(certificate, attempt, 5)
    db.session.execute(sa.update(Person).values(sort_name="one name"))
    slug = sa.select(Course.slug).join(Enrolment, Enrolment.course_id == Course.id)
    return str(db.session.scalar(slug.where(Enrolment.id == attempt.enrolment_id)))


def test_the_pages_of_each_list_are_the_list(app: Flask) -> None:
    account = make_account(AccessRole.ADMINISTRATOR)
    slug = a_few()
    viewer = viewers_of({account.person_id}, clock.now())[account.person_id]
    paged = set()
    for kind in kinds().values():
        for more in ORDERS if kind.key == "registry" else ({},):
            values = more | {"slug": slug} if "slug" in kind.needed else more
            table = kind.table(viewer, values, START.date())
            if table is not None and table.pages is not None:
                rows = list(table.rows)
                assert len(rows) > 2, kind.key  # a second page
                assert list(by_pages(table.pages)) == rows
                paged.add(kind.key)
    assert paged == kinds().keys() - {
        "board",
        "staffing",
        "questions",
        "earlier",
    }  # made as a whole
