"""A page costs as many SQL statements with 10,000 enrolments as with a handful, and few at that."""

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.assessment.models import Attempt, AttemptItem, Item, ItemVersion
from lms.assessment.services import submit
from lms.catalog.models import Course
from lms.core.database import db
from lms.learning.models import Enrolment
from lms.reporting.question_reports import kept_figures
from tests.architecture.world import World, make_world
from tests.builders.assessment import (
    START,
    make_attempt,
    make_exam,
    right_responses,
    save,
    settings,
)
from tests.builders.assessment import answer_event as answer
from tests.builders.certification import make_certificate
from tests.builders.crowds import make_crowd
from tests.pages import PageClient
from tests.support.statements import counted_statements

ENROLMENTS = 10_000

# Viewer, address, upper bound. `{…}` are keys of ``world``.
PAGES = [
    ("owner", "/", 11),
    ("owner", "/courses", 2),
    ("owner", "/courses/{enrolment}", 3),
    ("owner", "/courses/{enrolment}/lessons/{published lesson}", 4),
    ("owner", "/courses/{mixed}", 4),
    ("owner", "/courses/{mixed}/parts/{mixed classroom}", 5),
    ("owner", "/courses/{mixed}/practices/{mixed practice}", 7),
    ("owner", "/mentoring", 2),
    ("instructor", "/results/mixed-parts/parts/hall-day", 4),
    ("instructor", "/results/mixed-parts/parts/first-shift", 4),
    ("owner", "/courses/{examined}/exam", 8),
    ("instructor", "/exam-desk", 3),
    ("instructor", "/exam-desk/{examined course}", 9),
    ("hr", "/exam-desk/enrolments/{examined}", 10),
    ("owner", "/search?q=visitor", 6),
    ("owner", "/catalogue", 4),
    ("owner", "/catalogue/{sat course}", 3),
    ("trainee", "/library/{published lesson}", 4),
    ("owner", "/attempts/{attempt}", 5),
    ("owner", "/attempts/{attempt}/review", 5),
    ("owner", "/practice", 8),
    ("owner", "/practice/{practice}/1", 5),
    ("owner", "/certificates", 7),
    ("instructor", "/results", 2),
    ("instructor", "/authoring/drafts/{draft}/review", 40),
    ("instructor", "/authoring/lessons/{draft lesson}/history", 10),
    ("instructor", "/authoring/lessons/{draft lesson}/comments", 9),
    ("instructor", "/results/{sat course}", 15),
    ("instructor", "/results/{sat course}/questions", 10),
    ("instructor", "/results/{sat course}/questions/{sat item}", 12),
    ("instructor", "/results/{sat course}/scale", 8),
    ("instructor", "/examining/courses/{sat course}", 6),
    ("instructor", "/examining/courses/{sat course}/live", 7),
    ("instructor", "/examining/courses/{sat course}/appeals", 5),
    ("instructor", "/examining/courses/{sat course}/regrades", 4),
    ("instructor", "/examining/attempts/{settled}?step=1", 8),
    ("instructor", "/examining/appeals/{appeal}", 9),
    ("instructor", "/examining/answers/{graded essay}", 9),
    ("owner", "/attempts/{settled}/receipt", 5),
    ("hr", "/hr/regrades", 5),
    ("instructor", "/grading", 3),
    ("instructor", "/authoring", 5),
    ("instructor", "/authoring/facts", 5),
    ("instructor", "/authoring/facts/{fact}", 8),
    ("instructor", "/authoring/facts/{fact}/people/enrolled", 12),
    ("instructor", "/authoring/facts/{fact}/training", 12),
    ("instructor", "/deltas", 12),
    ("hr", "/deltas/{training}", 12),
    ("owner", "/changes/{assignment}", 12),
    ("instructor", "/authoring/courses/{sat course}", 10),
    ("instructor", "/authoring/drafts/{draft}/media", 14),
    ("instructor", "/authoring/drafts/{draft}/media/{draft figure}", 14),
    ("instructor", "/authoring/courses/{sat course}/items", 10),
    ("instructor", "/authoring/courses/{sat course}/items/import", 6),
    ("instructor", "/authoring/courses/{sat course}/items/export", 6),
    ("instructor", "/authoring/courses/{sat course}/items/export?format=qti3", 8),
    ("owner", "/inbox", 4),
    ("owner", "/calendar", 5),
    ("hr", "/hr/mail", 3),
    ("hr", "/hr/people", 5),
    ("hr", "/hr/people/{person}", 16),
    ("hr", "/hr/enrol", 2),
    ("owner", "/my-programme", 4),
    ("hr", "/hr/programmes", 9),
    ("hr", "/hr/programmes/{programme}", 12),
    ("hr", "/hr/programmes/{programme}/people", 9),
    ("hr", "/hr/programmes/{programme}/edit", 10),
    ("hr", "/hr/designs", 7),
    ("hr", "/hr/designs/{design}", 6),
    ("hr", "/hr/designs/{design}/history", 5),
    ("hr", "/hr/certificates", 9),
    ("hr", "/hr/certificates?q=crowd&status=valid", 9),
    ("hr", "/hr/certificates/{certificate}", 7),
    ("hr", "/hr/certificates/batches", 4),
    ("hr", "/hr/certificates/all", 5),
    ("hr", "/hr/certificates/issue", 3),
    ("hr", "/hr/board", 9),
    ("hr", "/hr/board/people", 8),
    ("hr", "/hr/board/people?measure=lacking", 8),
    ("head", "/my-centre", 10),
    ("hr", "/hr/staffing", 4),
    ("hr", "/hr/staffing/{unit}", 24),
    ("hr", "/hr/staffing/{unit}/2026-03-02/first", 16),
    ("hr", "/hr/staffing/{unit}/people", 11),
    ("auditor", "/authoring/reading", 4),
    ("administrator", "/hr/lists", 6),
    ("administrator", "/hr/lists/{list}", 12),
    ("hr", "/hr/certifications", 4),
    ("hr", "/hr/certifications/{scheme}", 6),
    ("hr", "/hr/certifications/{scheme}/reminders", 4),
    ("hr", "/hr/people/{person}/certifications", 10),
    ("hr", "/hr/people/{person}/leave", 4),
    ("administrator", "/hr/people/import", 1),
    ("hr", "/hr/people/{gone}/erasure", 37),  # one for each kind of notes
    ("hr", "/hr/erasures", 3),
    ("hr", "/hr/duplicates", 4),
    ("hr", "/hr/different-people", 3),
    ("hr", "/hr/planned-posts", 3),
    ("hr", "/hr/people/{person}/last-day", 5),
    ("hr", "/hr/merges", 3),
    ("hr", "/hr/merges/{merge}", 26),
    ("hr", "/hr/erasures/due", 3),
    ("hr", "/hr/erasures/{erasure}", 5),
    ("administrator", "/hr/retention", 2),
    ("administrator", "/hr/people/import/{upload}/columns", 3),
    ("administrator", "/admin/network", 3),
    ("administrator", "/admin/accounts", 3),
    ("administrator", "/admin/audit", 11),
    ("hr", "/tokens", 2),
    ("administrator", "/webhooks/{webhook}", 3),
    ("anonymous", "/verify/{certificate}", 1),
]
BOUNDS = {f"{viewer} {address}": bound for viewer, address, bound in PAGES}


def counts(world: World, *, again: bool) -> dict[str, int]:
    """The number of statements of each page; ``again`` where it was opened before."""
    found = {}
    for viewer, address, _bound in PAGES:
        path = address.format_map(world.keys)
        client: PageClient = world.clients[viewer]
        if not again:
            client.get(path)
        kept_figures.cache_clear()  # a report costs most when something has changed
        with counted_statements() as statements:
            client.get(path)
        found[f"{viewer} {address}"] = len(statements)
    return found


def someone_passes() -> Attempt:
    """One sitting of another exam, whose results instructors look at."""
    attempt = make_attempt(make_exam())
    for position, response in right_responses(attempt).items():
        save(attempt, answer(position, response))
    submit(attempt=attempt, now=START, settings=settings())
    return attempt


@pytest.mark.slow
def test_no_page_costs_more_statements_with_many_enrolments(app: Flask) -> None:
    world = make_world(app)
    attempt = someone_passes()
    world.keys["sat course"] = db.session.scalars(
        sa.select(Course.slug)
        .join(Enrolment, Enrolment.course_id == Course.id)
        .where(Enrolment.id == attempt.enrolment_id)
    ).one()
    world.keys["sat item"] = db.session.scalars(
        sa.select(Item.public_id)
        .join(ItemVersion, ItemVersion.item_id == Item.id)
        .join(AttemptItem, AttemptItem.item_version_id == ItemVersion.id)
        .where(AttemptItem.attempt_id == attempt.id, AttemptItem.position == 1)
    ).one()
    few = counts(world, again=False)
    make_crowd(make_certificate(), attempt, ENROLMENTS // 2)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Enrolment)) > ENROLMENTS
    many = counts(world, again=True)
    assert {name: many[name] for name in few if many[name] > few[name]} == {}
    assert {name: few[name] for name in few if few[name] > BOUNDS[name]} == {}
