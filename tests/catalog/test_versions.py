"""Published versions never change, drafts are copies, and people finish the version they began."""

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.catalog import services
from lms.catalog.errors import DraftExists, NotADraft, NothingPublished, PublishedIsImmutable
from lms.catalog.models import CourseVersion, LessonText
from lms.catalog.queries import published_version, whole_version
from lms.core.database import db
from lms.people.models import AccessRole
from tests.builders.catalog import NOW, make_course
from tests.builders.learning import course_of, lessons_of, make_enrolment
from tests.builders.people import PASSWORD, make_account
from tests.pages import PageClient
from tests.support.threads import at_once

BY = {"now": NOW, "actor": None}


def publish_changed(version: CourseVersion, body: str = "New text.") -> CourseVersion:
    """Publish the next version, whose second lesson has another English text."""
    draft = services.open_draft(course_of(version), **BY)
    lesson = whole_version(draft.id).activities[1]
    text = next(text for text in lesson.texts if text.language == "en")
    services.edit_lesson(
        lesson, "en", title=text.title, body=body, row_version=text.row_version, **BY
    )
    return services.publish(draft, **BY)


def test_a_draft_is_a_copy_of_the_published_version(app: Flask) -> None:
    version = make_course()
    draft = services.open_draft(course_of(version), **BY)
    draft, version = whole_version(draft.id), whole_version(version.id)
    assert draft.number == 2
    assert [a.key for a in draft.activities] == [a.key for a in version.activities]
    assert {a.public_id for a in draft.activities}.isdisjoint(
        a.public_id for a in version.activities
    )


def test_a_course_has_one_draft_also_when_two_open_it_at_once(app: Flask) -> None:
    version = make_course("taught")
    db.session.commit()
    outcomes = at_once(app, *[lambda: services.open_draft(course_of(version), **BY).number] * 2)
    assert sorted(map(repr, outcomes)) in (["2", "DraftExists()"], ["2", repr(DraftExists())])


def test_a_course_that_was_never_published_has_nothing_to_copy(app: Flask) -> None:
    draft = services.create_course(slug="new", title={"en": "New"}, languages=["en"], **BY)
    services.discard_draft(draft, **BY)
    with pytest.raises(NothingPublished):
        services.open_draft(course_of(draft), **BY)


def test_no_service_changes_a_published_version(app: Flask) -> None:
    version = whole_version(make_course().id)
    module, lesson = version.modules[0], version.activities[0]
    with pytest.raises(NotADraft):
        services.change_module(module, title={"en": "X"}, row_version=1, **BY)
    with pytest.raises(NotADraft):
        services.edit_lesson(lesson, "en", title="X", body="X", row_version=1, **BY)
    with pytest.raises(NotADraft):
        services.remove_lesson(lesson, **BY)
    with pytest.raises(NotADraft):
        services.discard_draft(version, **BY)


def test_the_session_itself_refuses_to_change_a_published_version(app: Flask) -> None:
    version = whole_version(make_course().id)
    db.session.commit()
    version.title = {"en": "Changed"}
    with pytest.raises(PublishedIsImmutable):
        db.session.flush()
    db.session.rollback()
    with pytest.raises(PublishedIsImmutable):
        db.session.execute(sa.update(LessonText).values(body="gone"))
    with pytest.raises(PublishedIsImmutable):
        db.session.execute(sa.delete(CourseVersion))


def test_publishing_leaves_the_version_before_as_it_was(app: Flask) -> None:
    first = make_course()
    before = first.digest
    second = publish_changed(first)
    current = published_version(course_of(first))
    assert current is not None
    assert (current.id, second.number) == (second.id, 2)
    db.session.refresh(first)
    assert (first.digest, second.digest != before) == (before, True)


def test_people_on_the_course_finish_the_version_they_began(app: Flask) -> None:
    first = make_course()
    account = make_account(AccessRole.TRAINEE)
    enrolment = make_enrolment(account.person, first)
    second = publish_changed(first, "Entirely new.")
    trainee = PageClient(app).sign_in(account.username, PASSWORD)
    old = f"/courses/{enrolment.public_id}/lessons/{lessons_of(first)[1].public_id}"
    page = trainee.get(old)
    assert "Say how long the wait is." in page.text
    assert "Entirely new." not in page.text
    trainee.get(
        old.replace(lessons_of(first)[1].public_id, lessons_of(second)[1].public_id), status=404
    )


def test_whoever_begins_later_gets_the_new_version(app: Flask) -> None:
    second = publish_changed(make_course(), "Entirely new.")
    account = make_account(AccessRole.TRAINEE)
    enrolment = make_enrolment(account.person, second)
    trainee = PageClient(app).sign_in(account.username, PASSWORD)
    lesson = lessons_of(enrolment)[1].public_id
    assert "Entirely new." in trainee.get(f"/courses/{enrolment.public_id}/lessons/{lesson}").text


def test_one_of_two_people_who_save_a_lesson_at_the_same_moment_learns_of_the_other(
    app: Flask,
) -> None:
    draft = services.open_draft(course_of(make_course()), **BY)
    public_id = whole_version(draft.id).activities[0].public_id
    db.session.commit()

    def edit(body: str) -> str:
        from lms.catalog.queries import lesson_for

        lesson = lesson_for(public_id)
        assert lesson is not None
        text = next(text for text in lesson.texts if text.language == "en")
        services.edit_lesson(lesson, "en", title="T", body=body, row_version=text.row_version, **BY)
        return body

    outcomes = at_once(app, lambda: edit("One."), lambda: edit("Two."))
    saved = [outcome for outcome in outcomes if isinstance(outcome, str)]
    db.session.expire_all()
    text = db.session.scalars(
        sa.select(LessonText.body).where(
            LessonText.activity_id == whole_version(draft.id).activities[0].id,
            LessonText.language == "en",
        )
    ).one()
    # SQLite lets the second begin only after the first: it read what the first wrote.
    assert text.strip() in saved
    assert all(isinstance(o, str) or o.status == 409 for o in outcomes)


def test_edits_and_publication_take_turns(app: Flask) -> None:
    draft = services.open_draft(course_of(make_course("taught")), **BY)
    module = whole_version(draft.id).modules[0]
    services.change_module(
        module, title={"ru": "Имя", "en": "Name"}, row_version=module.row_version, **BY
    )
    services.publish(draft, **BY)
    with pytest.raises(NotADraft):
        services.change_module(
            module, title={"ru": "Х", "en": "X"}, row_version=module.row_version, **BY
        )
