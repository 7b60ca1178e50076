"""Reviews: where a draft stands, who may approve, and what takes an approval away."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from lms.assessment.authoring.services import create_item
from lms.assessment.models import ItemKind
from lms.audit.models import AuditEntry
from lms.catalog import services as catalog
from lms.catalog.models import Activity, Course, CourseVersion, VersionStatus
from lms.catalog.queries import draft_of, whole_version
from lms.catalog.reviewing import services
from lms.catalog.reviewing.errors import AlreadyAsked, NotApproved, NotAsked, OwnWork
from lms.catalog.reviewing.models import ReviewEvent, ReviewStep
from lms.catalog.reviewing.policies import Hands, Standing, may_approve, standing_of
from lms.core.database import db
from lms.people.models import Person
from tests.builders.assessment import make_item
from tests.builders.catalog import NOW
from tests.builders.people import make_person
from tests.pages import PageClient

pytestmark = pytest.mark.in_turn


@pytest.fixture
def draft(lesson: Activity) -> CourseVersion:
    return db.session.get_one(CourseVersion, lesson.version_id)


@pytest.fixture
def writer(app: Any) -> Person:
    return make_person()


@pytest.fixture
def reviewer(app: Any) -> Person:
    return make_person()


def course_of(draft: CourseVersion) -> Course:
    return db.session.get_one(Course, draft.course_id)


def demand_second_person(draft: CourseVersion) -> None:
    services.set_rule(course_of(draft), second_person=True, actor=make_person(), now=NOW)


def edit(lesson: Activity, body: str, actor: Person | None) -> None:
    text = next(text for text in lesson.texts if text.language == "en")
    db.session.refresh(text)
    catalog.edit_lesson(
        lesson, "en", title="T", body=body, row_version=text.row_version, now=NOW, actor=actor
    )


def ask(draft: CourseVersion, actor: Person) -> None:
    services.ask_for_review(draft, message="Please look.", actor=actor, now=NOW)


def approve(draft: CourseVersion, actor: Person) -> None:
    services.approve(draft, message="", actor=actor, now=NOW)


def test_a_draft_goes_from_editing_to_ready_to_approved(
    draft: CourseVersion, writer: Person, reviewer: Person
) -> None:
    standings = [services.present_standing(draft)]
    ask(draft, writer)
    standings.append(services.present_standing(draft))
    approve(draft, reviewer)
    standings.append(services.present_standing(draft))
    assert standings == [Standing.EDITING, Standing.READY, Standing.APPROVED]


def test_changes_asked_for_send_it_back_and_it_can_be_asked_again(
    draft: CourseVersion, writer: Person, reviewer: Person
) -> None:
    ask(draft, writer)
    services.request_changes(draft, message="Shorter.", actor=reviewer, now=NOW)
    assert services.present_standing(draft) is Standing.CHANGES_REQUESTED
    ask(draft, writer)
    assert services.present_standing(draft) is Standing.READY


def test_steps_out_of_turn_are_refused(draft: CourseVersion, writer: Person) -> None:
    with pytest.raises(NotAsked):
        approve(draft, writer)
    with pytest.raises(NotAsked):
        services.request_changes(draft, message="x", actor=writer, now=NOW)
    ask(draft, writer)
    with pytest.raises(AlreadyAsked):
        ask(draft, writer)


def test_a_change_takes_the_approval_away_and_says_so(
    draft: CourseVersion, lesson: Activity, writer: Person, reviewer: Person
) -> None:
    ask(draft, writer)
    approve(draft, reviewer)
    edit(lesson, "Changed.", writer)
    steps = db.session.scalars(sa.select(ReviewEvent.step).order_by(ReviewEvent.id)).all()
    assert steps[-1] is ReviewStep.LAPSED
    assert services.present_standing(draft) is Standing.EDITING


def test_a_changed_question_takes_the_approval_away(
    draft: CourseVersion, writer: Person, reviewer: Person
) -> None:
    demand_second_person(draft)
    ask(draft, writer)
    approve(draft, reviewer)
    create_item(
        course_of(draft), make_item(ItemKind.TRUE_FALSE, topic="greeting"), actor=writer, now=NOW
    )
    assert services.present_standing(draft) is Standing.EDITING
    with pytest.raises(NotApproved):
        services.check_approved(draft, services.fingerprint(draft))


def test_with_the_rule_neither_who_asked_nor_who_edited_last_approves(
    draft: CourseVersion, lesson: Activity, writer: Person, reviewer: Person
) -> None:
    demand_second_person(draft)
    edit(lesson, "By the reviewer.", reviewer)
    ask(draft, writer)
    for own in (writer, reviewer):
        with pytest.raises(OwnWork):
            approve(draft, own)
    approve(draft, make_person())


def test_who_wrote_the_last_question_edited_last(draft: CourseVersion, reviewer: Person) -> None:
    demand_second_person(draft)
    create_item(
        course_of(draft), make_item(ItemKind.TRUE_FALSE, topic="greeting"), actor=reviewer, now=NOW
    )
    ask(draft, make_person())
    with pytest.raises(OwnWork):
        approve(draft, reviewer)


def test_the_database_itself_refuses_an_approval_by_the_same_person(
    draft: CourseVersion, writer: Person
) -> None:
    event = ReviewEvent(
        version_id=draft.id,
        step=ReviewStep.APPROVED,
        actor_id=writer.id,
        asked_by_id=writer.id,
        second_person=True,
        digest="0" * 64,
        happened_at=NOW,
    )
    db.session.add(event)
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_nothing_is_published_without_the_approval_that_the_course_wants(
    draft: CourseVersion, writer: Person, reviewer: Person
) -> None:
    demand_second_person(draft)
    with pytest.raises(NotApproved):
        catalog.publish(draft, now=NOW, actor=writer)
    ask(draft, writer)
    approve(draft, reviewer)
    catalog.publish(draft, now=NOW, actor=writer)
    assert whole_version(draft.id).status is VersionStatus.PUBLISHED


def test_an_approval_from_before_the_rule_does_not_count(
    draft: CourseVersion, writer: Person
) -> None:
    ask(draft, writer)
    approve(draft, writer)
    demand_second_person(draft)
    with pytest.raises(NotApproved):
        catalog.publish(draft, now=NOW, actor=writer)


def test_who_did_what_stands_in_the_audit_log(
    draft: CourseVersion, writer: Person, reviewer: Person
) -> None:
    ask(draft, writer)
    approve(draft, reviewer)
    statement = sa.select(AuditEntry.action, AuditEntry.actor_key).where(
        AuditEntry.action.like("catalog.review_%")
    )
    assert [tuple(row) for row in db.session.execute(statement)] == [
        ("catalog.review_requested", writer.public_id),
        ("catalog.review_approved", reviewer.public_id),
    ]


def test_the_rules_alone() -> None:
    published = standing_of(VersionStatus.PUBLISHED, [])
    assert published is Standing.PUBLISHED
    assert may_approve(1, Hands(asked_by=1, edited_by=1, second_person=False))
    assert not may_approve(1, Hands(asked_by=2, edited_by=1, second_person=True))
    assert may_approve(3, Hands(asked_by=2, edited_by=1, second_person=True))


def test_two_authors_review_and_publish_on_the_pages(
    author: PageClient, other: PageClient, draft: CourseVersion
) -> None:
    slug = course_of(draft).slug
    review = f"/authoring/drafts/{draft.public_id}/review"
    author.post(f"/authoring/courses/{slug}/second-person", {"second_person": "yes"})
    assert "has to approve" in author.get(f"/authoring/drafts/{draft.public_id}/publish").text
    author.post(f"/authoring/drafts/{draft.public_id}/publish", status=409)
    author.post(review, {"step": "ask", "note": "Ready?"})
    author.post(review, {"step": "approve"}, status=403)
    assert "waits for a reviewer" in other.get("/authoring").text
    page = other.get(review)
    assert page.select("a[href*='/history/compare']")
    other.post(review, {"step": "return"}, status=422)
    other.post(review, {"step": "approve", "note": "<b>Fine</b>"})
    assert "<b>Fine" not in author.get(review).html
    author.post(f"/authoring/drafts/{draft.public_id}/publish")
    assert draft_of(course_of(draft)) is None


def test_an_author_can_not_drop_the_rule_that_binds_them(
    author: PageClient, draft: CourseVersion
) -> None:
    demand_second_person(draft)
    db.session.commit()
    path = f"/authoring/courses/{course_of(draft).slug}/second-person"
    author.post(path, {"second_person": "no"}, status=403)
    author.post(path, {}, status=403)


def test_an_unknown_step_changes_nothing(author: PageClient, draft: CourseVersion) -> None:
    path = f"/authoring/drafts/{draft.public_id}/review"
    author.post(path, {"step": "publish"}, status=422)
    author.post(path, {"step": "ask", "note": "x" * 4001}, status=422)
    assert db.session.scalars(sa.select(ReviewEvent)).all() == []
