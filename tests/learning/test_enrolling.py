"""Enrolling people, due dates, withdrawal."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.audit.models import AuditEntry
from lms.catalog import services as catalog
from lms.core.database import db
from lms.learning import services
from lms.learning.errors import ChangedMeanwhile, EnrolmentEnded, NothingPublished
from lms.learning.models import Enrolment
from lms.learning.services import EnrolmentWish
from tests.builders.catalog import make_course
from tests.builders.learning import NOW, course_of, make_enrolment
from tests.builders.people import make_person
from tests.support.statements import counted_statements

pytestmark = pytest.mark.usefixtures("app")


def audit(action: str) -> list[AuditEntry]:
    statement = sa.select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)
    return list(db.session.scalars(statement))


def test_an_enrolment_pins_the_version_that_is_published_now() -> None:
    version = make_course("pinned")
    enrolment = make_enrolment(version=version)
    changed = {"lessons/queue.en.md": CHANGED_LESSON}
    newer = make_course("pinned", **changed)
    assert newer.number == 2
    assert enrolment.version_id == version.id
    assert make_enrolment(version=newer).version_id == newer.id


CHANGED_LESSON = "---\nschema: lms-lesson/1\ntitle: The queue\n---\nSay how long the wait is, and why.\n\n| Step | Minutes |\n|---|---:|\n| Ticket | 1 |\n| Waiting | 10 |\n"


def test_enrolling_again_returns_the_open_enrolment_and_its_due_date() -> None:
    person, version = make_person(), make_course()
    first = make_enrolment(person, version, due_on=date(2026, 4, 1))
    again = make_enrolment(person, version, due_on=date(2026, 5, 1))
    assert again.id == first.id
    assert again.due_on == date(2026, 4, 1)
    assert len(audit("learning.enrolled")) == 1


def test_after_withdrawal_or_completion_a_person_can_be_enrolled_anew() -> None:
    person, version = make_person(), make_course()
    first = make_enrolment(person, version, withdrawn_at=NOW)
    second = make_enrolment(person, version, completed_at=NOW)
    third = make_enrolment(person, version)
    assert len({first.id, second.id, third.id}) == 3


def test_the_database_refuses_a_second_open_enrolment_in_the_course() -> None:
    enrolment = make_enrolment()
    twin = Enrolment(
        learner_id=enrolment.learner_id,
        course_id=enrolment.course_id,
        version_id=enrolment.version_id,
        enrolled_at=NOW,
    )
    db.session.add(twin)
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_a_course_without_a_published_version_takes_nobody() -> None:
    draft = catalog.create_course(
        slug="draft-only", title={"en": "Draft"}, languages=["en"], actor=None, now=NOW
    )
    with pytest.raises(NothingPublished):
        services.enrol(
            learner=make_person(), course=course_of(draft), due_on=None, actor=None, now=NOW
        )


def test_a_retired_course_takes_nobody() -> None:
    version = make_course()
    course_of(version).retired_at = NOW
    db.session.flush()
    with pytest.raises(NothingPublished):
        make_enrolment(version=version)


def test_who_enrolled_whom_in_what_is_on_record() -> None:
    hr, person, version = make_person(), make_person(), make_course("recorded")
    services.enrol(
        learner=person, course=course_of(version), due_on=date(2026, 4, 1), actor=hr, now=NOW
    )
    [entry] = audit("learning.enrolled")
    assert (entry.actor_key, entry.person_key) == (hr.public_id, person.public_id)
    assert entry.details == {"course": "recorded", "version": 1, "due_on": "2026-04-01"}


def test_a_list_enrols_each_person_once_and_leaves_those_enrolled_as_they_are() -> None:
    version, people = make_course(), [make_person() for _ in range(3)]
    make_enrolment(people[0], version)
    wishes = [EnrolmentWish(p.id, p.public_id, None) for p in [*people, people[1]]]
    made = services.enrol_many(wishes=wishes, course=course_of(version), actor=None, now=NOW)
    assert made == 2
    assert len(audit("learning.enrolled")) == 3


def test_a_long_list_costs_a_few_statements_for_each_thousand() -> None:
    version = make_course()
    people = [make_person() for _ in range(40)]
    wishes = [EnrolmentWish(p.id, p.public_id, None) for p in people]
    with counted_statements() as few:
        services.enrol_many(wishes=wishes[:2], course=course_of(version), actor=None, now=NOW)
    with counted_statements() as many:
        services.enrol_many(wishes=wishes, course=course_of(version), actor=None, now=NOW)
    assert len(many) <= len(few) <= 8


def test_a_changed_due_date_is_on_record_with_the_previous_one() -> None:
    enrolment, hr = make_enrolment(due_on=date(2026, 4, 1)), make_person()
    services.set_due(
        enrolment=enrolment,
        due_on=date(2026, 5, 1),
        row_version=enrolment.row_version,
        actor=hr,
        now=NOW,
    )
    assert enrolment.due_on == date(2026, 5, 1)
    [entry] = audit("learning.due_set")
    assert entry.details["previous"] == "2026-04-01"


def test_a_form_opened_before_someone_elses_change_changes_nothing() -> None:
    enrolment, hr = make_enrolment(), make_person()
    opened = enrolment.row_version
    services.set_due(
        enrolment=enrolment, due_on=date(2026, 5, 1), row_version=opened, actor=hr, now=NOW
    )
    with pytest.raises(ChangedMeanwhile):
        services.withdraw(enrolment=enrolment, reason="left", row_version=opened, actor=hr, now=NOW)
    assert enrolment.withdrawn_at is None


def test_withdrawal_keeps_the_reason_and_happens_once() -> None:
    enrolment, hr = make_enrolment(), make_person()
    services.withdraw(
        enrolment=enrolment,
        reason="Wrong course",
        row_version=enrolment.row_version,
        actor=hr,
        now=NOW,
    )
    [entry] = audit("learning.withdrawn")
    assert (entry.reason, enrolment.withdrawn_at) == ("Wrong course", NOW)
    with pytest.raises(EnrolmentEnded):
        services.set_due(
            enrolment=enrolment,
            due_on=NOW.date() + timedelta(days=5),
            row_version=enrolment.row_version,
            actor=hr,
            now=NOW,
        )


def test_the_audit_chain_holds_after_a_bulk_enrolment(app: Flask) -> None:
    from lms.audit.chain import check_chain

    version = make_course()
    wishes = [EnrolmentWish(p.id, p.public_id, None) for p in (make_person() for _ in range(5))]
    services.enrol_many(wishes=wishes, course=course_of(version), actor=None, now=NOW)
    make_enrolment(version=version)
    db.session.commit()
    db.session.expire_all()
    report = check_chain()
    assert report.holds
    assert report.entries >= 6
