"""The rule on both databases: who is given what, once, and what counts already."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask, current_app

from lms.catalog.models import Course
from lms.certification.models import Certificate, CertificateRevocation
from lms.certification.services import reissue
from lms.core.database import db
from lms.core.jobs import run_due
from lms.learning.models import Enrolment
from lms.learning.programmes.choosing import choose
from lms.learning.programmes.defining import change, define, retire
from lms.learning.programmes.definitions import definition_of
from lms.learning.programmes.errors import NotToChoose, PostTaken, ProgrammeChanged
from lms.learning.programmes.jobs import apply_all
from lms.learning.programmes.models import Basis, Coverage, ProgrammeAssignment
from lms.learning.programmes.paths.own import has_programme, path_of
from lms.learning.programmes.policies import PathState, StepState
from lms.learning.programmes.queries import step_for
from lms.learning.programmes.rule.consequences import consequence
from lms.learning.services import enrol, withdraw
from lms.people.models import Person
from lms.people.services import transfer
from tests.builders.certification import make_certificate
from tests.builders.learning import make_enrolment
from tests.builders.people import NOW, make_job_role, make_person, make_unit
from tests.builders.programmes import TODAY, apply, definition, make_courses, make_programme


def course(slug: str) -> Course:
    return db.session.scalars(sa.select(Course).where(Course.slug == slug)).one()


def given(person: Person) -> list[tuple[str, Basis, date | None]]:
    statement = (
        sa.select(Course.slug, ProgrammeAssignment.basis, Enrolment.due_on)
        .join(Enrolment, Enrolment.id == ProgrammeAssignment.enrolment_id)
        .join(Course, Course.id == Enrolment.course_id)
        .where(ProgrammeAssignment.person_id == person.id)
        .order_by(ProgrammeAssignment.id)
    )
    return [tuple(row) for row in db.session.execute(statement)]


def newcomer(**overrides: object) -> Person:
    return make_person(started_on=date(2026, 2, 20), **overrides)  # type: ignore[arg-type]


def test_a_new_post_brings_its_programme_with_terms_from_its_first_day(app: Flask) -> None:
    first, second, third = make_courses(3)
    make_programme(first, (second, third))
    with time_machine.travel(NOW):
        person = newcomer()
    assert given(person) == [(first, Basis.ENROLLED, date(2026, 3, 2))]


def test_applying_again_changes_nothing(app: Flask) -> None:
    person = newcomer()
    programme = make_programme(*make_courses(2))
    assert apply(programme) == 2
    before = given(person)
    assert apply(programme) == 0
    assert given(person) == before


def test_terms_of_those_in_the_post_before_count_from_the_programmes_first_day(app: Flask) -> None:
    person = make_person()  # since January 2025
    apply(make_programme(*make_courses(1)))
    assert given(person)[0][2] == date(2026, 1, 11)


def test_newcomers_alone_when_the_programme_says_so(app: Flask) -> None:
    old, new = make_person(), newcomer()
    apply(make_programme(*make_courses(1), coverage=Coverage.NEWCOMERS))
    assert given(old) == []
    assert len(given(new)) == 1


@pytest.mark.parametrize("coverage", Coverage)
def test_home_asks_for_the_path_of_those_alone_who_have_one(app: Flask, coverage: Coverage) -> None:
    make_programme(*make_courses(1), coverage=coverage)
    for person in (make_person(), newcomer(), make_person(job_role=make_job_role("cleaner"))):
        is_asked = db.session.scalar(sa.select(has_programme(person.id)))
        assert is_asked is (path_of(person, TODAY) is not None)


@pytest.mark.parametrize(("months_ago", "basis"), [(6, Basis.COUNTED), (13, Basis.ENROLLED)])
def test_a_completed_course_counts_while_it_is_valid(
    app: Flask, months_ago: int, basis: Basis
) -> None:
    (slug,) = make_courses(1)
    person, then = newcomer(), NOW - timedelta(days=30 * months_ago + 10)
    done = enrol(learner=person, course=course(slug), due_on=None, actor=None, now=then)
    done.completed_at = then
    db.session.flush()
    apply(make_programme(slug))
    assert [one[1] for one in given(person)] == [basis]


@pytest.mark.parametrize(("reissued", "basis"), [(False, Basis.ENROLLED), (True, Basis.COUNTED)])
def test_a_completion_counts_with_a_revoked_certificate_once_another_stands_for_it(
    app: Flask, reissued: bool, basis: Basis
) -> None:
    certificate = make_certificate(newcomer())
    person = db.session.get_one(Person, certificate.holder_id)
    slug = db.session.get_one(Course, certificate.course_id).slug
    programme = make_programme(slug)
    revoke(certificate)
    if reissued:
        db.session.refresh(certificate, ["replaced_by"])
        reissue(
            certificate=certificate, actor=make_person(), reason="misspelt", now=NOW,
            settings=current_app.config["SETTINGS"],
        )  # fmt: skip
    apply(programme)
    assert [one[1] for one in given(person)] == [basis]


def revoke(certificate: Certificate) -> None:
    row = CertificateRevocation(
        certificate_id=certificate.id,
        revoked_at=NOW,
        revoked_by_id=make_person(employed=False).id,
        reason="Cheating",
    )
    db.session.add(row)
    db.session.flush()


def test_a_course_under_way_is_kept_with_its_own_due_date(app: Flask) -> None:
    person, (slug,) = newcomer(), make_courses(1)
    due = date(2026, 5, 1)
    enrol(learner=person, course=course(slug), due_on=due, actor=None, now=NOW)
    apply(make_programme(slug))
    assert given(person) == [(slug, Basis.JOINED, due)]


def test_whom_hr_withdrew_is_not_enrolled_again(app: Flask) -> None:
    person, programme = newcomer(), make_programme(*make_courses(1))
    apply(programme)
    enrolment = db.session.scalars(sa.select(Enrolment)).one()
    db.session.refresh(enrolment, ["learner", "course"])
    withdraw(enrolment=enrolment, reason="Ill", row_version=enrolment.row_version, actor=None, now=NOW)  # fmt: skip
    assert apply(programme) == 0
    path = path_of(person, TODAY)
    assert path
    assert path.steps[0].state is StepState.EXCUSED
    assert path.state is PathState.DONE


def test_a_choice_waits_and_is_made_once(app: Flask) -> None:
    first, second = make_courses(2)
    person, programme = newcomer(), make_programme((first, second))
    assert apply(programme) == 0
    step = step_for(programme.steps[0].public_id)
    assert step is not None
    choose(person=person, step=step, course_id=course(second).id, now=NOW, today=TODAY)
    assert given(person) == [(second, Basis.CHOSEN, date(2026, 3, 2))]
    with pytest.raises(NotToChoose):
        choose(person=person, step=step, course_id=course(first).id, now=NOW, today=TODAY)


def test_a_course_outside_the_step_or_the_post_cannot_be_chosen(app: Flask) -> None:
    first, second, other = make_courses(3)
    programme = make_programme((first, second))
    step = step_for(programme.steps[0].public_id)
    assert step is not None
    stranger = make_person(job_role=make_job_role("cleaner"))
    for person, slug in ((newcomer(), other), (stranger, first)):
        with pytest.raises(NotToChoose):
            choose(person=person, step=step, course_id=course(slug).id, now=NOW, today=TODAY)


def test_another_post_takes_back_what_was_not_begun(app: Flask) -> None:
    shared, unbegun, begun, later = make_courses(4)
    person = newcomer()
    apply(make_programme(shared, unbegun, begun))
    started = db.session.scalars(
        sa.select(Enrolment).where(Enrolment.course_id == course(begun).id)
    ).one()
    started.started_at = NOW
    make_programme(shared, later, key="senior", post=make_job_role("senior").code)
    transfer(
        now=NOW, actor_key=None, person=person, unit=make_unit(), job_role=make_job_role("senior"),
        on=TODAY, today=TODAY,
    )  # fmt: skip
    open_now = sa.select(Course.slug).join(Enrolment, Enrolment.course_id == Course.id).where(
        Enrolment.learner_id == person.id, Enrolment.withdrawn_at.is_(None)
    )  # fmt: skip
    assert set(db.session.scalars(open_now)) == {shared, begun, later}
    assert [one[:2] for one in given(person)[-2:]] == [(shared, Basis.JOINED), (later, Basis.ENROLLED)]  # fmt: skip


def test_moving_to_another_centre_in_the_same_post_begins_nothing_anew(app: Flask) -> None:
    person, programme = newcomer(), make_programme(*make_courses(1))
    apply(programme)
    before = given(person)
    transfer(
        now=NOW, actor_key=None, person=person, unit=make_unit(), job_role=make_job_role(),
        on=TODAY, today=TODAY,
    )  # fmt: skip
    assert given(person) == before


def test_the_consequence_is_what_saving_does(app: Flask) -> None:
    first, second, third = make_courses(3)
    person = newcomer()
    make_person()
    done = enrol(learner=person, course=course(first), due_on=None, actor=None, now=NOW)
    done.completed_at = NOW
    db.session.flush()
    planned = definition(first, (second, third))
    meant = consequence(planned, None, today=TODAY)
    assert (meant.people, meant.enrolments, meant.counted, meant.choices) == (2, 1, 1, 2)
    assert meant.late == 1  # the term of whom was in the post before began on 1 January
    programme = define(planned, now=NOW, today=TODAY, actor=None)
    assert apply(programme) == meant.enrolments
    again = consequence(definition_of(programme), programme, today=TODAY)
    assert (again.enrolments, again.counted, again.choices) == (0, 0, 2)


def test_a_step_added_later_counts_from_its_own_day(app: Flask) -> None:
    first, second = make_courses(2)
    programme = make_programme(first)
    changed = change(
        programme, definition(first, second), row_version=programme.row_version, now=NOW,
        today=TODAY, actor=None,
    )  # fmt: skip
    assert [step.since_on for step in changed.steps] == [date(2026, 1, 1), TODAY]
    assert changed.steps[0].id == programme.steps[0].id


def test_a_change_from_an_old_form_and_a_second_programme_for_a_post_are_refused(
    app: Flask,
) -> None:
    (slug,) = make_courses(1)
    programme = make_programme(slug)
    again = {"now": NOW, "today": TODAY, "actor": None}
    before = programme.row_version
    change(programme, definition(slug, title={"ru": "Два", "en": "Two"}), row_version=before, **again)  # type: ignore[arg-type] # fmt: skip
    with pytest.raises(ProgrammeChanged):
        change(programme, definition(slug), row_version=before, **again)  # type: ignore[arg-type]
    with pytest.raises(PostTaken):
        define(definition(slug, key="other"), **again)  # type: ignore[arg-type]


def test_out_of_use_it_gives_nobody_anything(app: Flask) -> None:
    programme = make_programme(*make_courses(1))
    retire(programme, row_version=programme.row_version, now=NOW, actor=make_person())
    newcomer()
    assert apply(programme) == 0
    define(definition(*make_courses(1), key="next"), now=NOW, today=TODAY, actor=None)


def test_jobs_give_it_to_all_and_are_safe_to_repeat(app: Flask) -> None:
    person = newcomer()
    make_programme(*make_courses(2))
    db.session.commit()
    with time_machine.travel(NOW + timedelta(minutes=1)):
        assert run_due() == 1
        before = given(person)
        apply_all()
    assert len(before) == 2
    assert given(person) == before


def test_the_path_names_each_step_with_its_last_day(app: Flask) -> None:
    first, second, third = make_courses(3)
    person = newcomer()
    programme = make_programme(first, (second, third))
    apply(programme)
    path = path_of(person, TODAY)
    assert path is not None
    assert path.begins_on == date(2026, 2, 20)
    assert [(one.state, one.due_on) for one in path.steps] == [
        (StepState.AHEAD, date(2026, 3, 2)),
        (StepState.CHOOSE, date(2026, 3, 12)),
    ]
    assert path_of(make_enrolment(make_person(job_role=make_job_role("cleaner"))).learner, TODAY) is None  # fmt: skip
