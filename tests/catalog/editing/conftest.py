"""A draft's lesson and a second author, for the tests of the studio."""

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.catalog.models import Activity
from lms.catalog.queries import lesson_for
from lms.catalog.services import edit_lesson, open_draft
from lms.core.database import db
from lms.people.models import AccessRole
from tests.builders.catalog import NOW, make_course
from tests.builders.learning import course_of
from tests.builders.people import PASSWORD, make_account, make_person
from tests.pages import PageClient

BODY = "One.\n\nTwo.\n\nThree."


@pytest.fixture
def lesson(app: Flask) -> Activity:
    """A draft's second lesson, whose English text has three paragraphs."""
    draft = open_draft(course_of(make_course("taught")), now=NOW, actor=None)
    public_id = db.session.scalars(
        sa.select(Activity.public_id).where(Activity.version_id == draft.id).order_by("position")
    ).all()[1]
    found = lesson_for(public_id)
    assert found is not None
    edit_lesson(found, "en", title="Title", body=BODY, row_version=1, now=NOW, actor=None)
    db.session.commit()
    return found


@pytest.fixture
def other(app: Flask, author: PageClient) -> PageClient:
    """Another instructor's browser."""
    account = make_account(AccessRole.INSTRUCTOR, person=make_person(family_name="Другова"))
    db.session.commit()
    return PageClient(app).sign_in(account.username, PASSWORD)
