"""Delta trainings: whom a changed fact touches, who gets the training, and how it is completed."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.audit.models import AuditEntry
from lms.catalog.facts.models import Fact
from lms.catalog.facts.queries import fact_for
from lms.certification.models import CertificateRevocation
from lms.core import clock
from lms.core.database import db
from lms.learning.deltas import queries, services, touched
from lms.learning.deltas.audience import Audience, reach
from lms.learning.deltas.errors import (
    AlreadyPublished,
    ChangedAgain,
    RecordIsKept,
    TrainingChanged,
    Unanswered,
)
from lms.learning.deltas.jobs import assign_delta
from lms.learning.deltas.models import DeltaAnswer, DeltaAssignment, DeltaTraining, Whom
from lms.people.identity import Viewer
from lms.people.models import Person
from lms.people.permissions import Permission
from tests.builders.catalog import NOW, make_course
from tests.builders.certification import make_certificate
from tests.builders.deltas import (
    CHANGED,
    DUE,
    change,
    give,
    make_changed_fact,
    make_citing_course,
    make_fresh_fact,
    make_training,
    publish,
    question,
    send,
)
from tests.builders.learning import make_enrolment
from tests.builders.people import make_account, make_person, make_unit

TODAY = date(2026, 3, 4)
LATER = CHANGED + timedelta(days=1)


def viewer_over(*paths: str) -> Viewer:
    """A viewer who sees how people of some units learn."""
    account = make_account()
    scopes = {Permission.SEE_COURSE_RESULTS: frozenset(paths)}
    return Viewer("", 0, account, account.person, scopes)  # type: ignore[arg-type]


def everyone() -> Viewer:
    return viewer_over("/network/")


def touched_now(viewer: Viewer) -> tuple[dict[str, int], int]:
    versions = touched.touching_versions(make_changed_fact())
    counts = touched.counts(viewer, versions, TODAY)
    return {group.name: count for group, count in counts.groups}, counts.everybody


def test_a_change_touches_who_is_on_who_completed_and_who_is_certified(app: Flask) -> None:
    version = make_citing_course()
    make_enrolment(make_person(), version)
    make_enrolment(make_person(), version, completed_at=NOW)
    holder = make_certificate(version=version, issued_at=NOW)
    revoked = make_certificate(version=version, issued_at=NOW)
    db.session.add(CertificateRevocation(certificate_id=revoked.id, revoked_at=NOW, reason="r"))
    make_enrolment(make_person(), make_course("other"))
    db.session.flush()
    groups, everybody = touched_now(everyone())
    assert groups == {"enrolled": 1, "completed": 3, "certified": 1}
    assert everybody == 4
    assert holder.holder_id != revoked.holder_id


def test_who_withdrew_left_or_learnt_the_new_version_is_not_touched(app: Flask) -> None:
    version = make_citing_course()
    make_enrolment(make_person(), version, withdrawn_at=NOW)
    make_enrolment(make_person(employed=False), version)
    groups, everybody = touched_now(everyone())
    assert (groups["enrolled"], everybody) == (0, 0)


def test_counts_keep_to_the_scope(app: Flask) -> None:
    unit = make_unit()
    make_enrolment(make_person(unit=unit), make_citing_course())
    fact = make_changed_fact()
    versions = touched.touching_versions(fact)
    assert touched.counts(viewer_over(unit.path), versions, TODAY).everybody == 1
    assert touched.counts(viewer_over("/network/elsewhere/"), versions, TODAY).everybody == 0


def test_a_fact_that_never_changed_touches_nobody_and_a_later_version_teaches_the_new(
    app: Flask,
) -> None:
    assert touched.touching_versions(make_fresh_fact("calm")) == set()
    fact = make_changed_fact()
    early = make_citing_course("early")
    make_citing_course("late", now=LATER)
    assert touched.touching_versions(fact) == {early.id}


def test_each_touched_person_gets_it_once_however_often_the_job_runs(app: Flask) -> None:
    learner = make_enrolment(version=make_citing_course()).learner
    order = publish(make_training(make_changed_fact()))
    send(order)
    assign_delta(order.public_id)
    (row,) = db.session.scalars(sa.select(DeltaAssignment))
    assert (row.person_id, row.due_on) == (learner.id, order.due_on)
    action = "learning.delta_assigned"
    assert db.session.query(AuditEntry).filter_by(action=action).count() == 1


def test_sending_again_reaches_those_who_came_since(app: Flask) -> None:
    version = make_citing_course()
    fact = make_changed_fact()
    training = make_training(fact)
    send(publish(training))
    make_enrolment(version=version)
    assert lacking(fact, training) == 1
    again = services.send_training(
        training, due_on=date(2099, 2, 1), actor=make_person(), now=clock.now()
    )
    send(again)
    assert lacking(fact, training) == 0


def lacking(fact: Fact, training: DeltaTraining) -> int:
    """How many people whom the change touches weren't sent the training."""
    versions = touched.touching_versions(fact)
    return reach(Audience(), versions, TODAY, training=training).meant


def test_a_training_goes_to_those_its_author_chooses_and_to_nobody_else(app: Flask) -> None:
    here, version = make_unit(), make_citing_course()
    learner = make_enrolment(make_person(unit=here), version).learner
    make_enrolment(make_person(), version)
    make_enrolment(make_person(unit=here), version, completed_at=NOW)
    stranger, fact = make_person(unit=here), make_changed_fact()
    training = make_training(fact, actor=stranger)
    audience = Audience(Whom.CHOSEN, ("enrolled",), here)
    counts = reach(audience, touched.touching_versions(fact), TODAY)
    assert (counts.meant, counts.touched, counts.everybody) == (1, 2, 3)
    send(publish(training, audience=audience))
    assert [row.person_id for row in db.session.scalars(sa.select(DeltaAssignment))] == [learner.id]
    everybody = Audience(Whom.EVERYBODY, (), here)
    send(services.send_training(training, audience=everybody, due_on=DUE, actor=learner, now=LATER))
    assert db.session.query(DeltaAssignment).count() == 3


def test_a_published_training_stays_and_a_late_writer_loses(app: Flask) -> None:
    fact = make_changed_fact()
    training = make_training(fact)
    with pytest.raises(TrainingChanged):
        make_training(fact)
    publish(training)
    with pytest.raises(AlreadyPublished):
        publish(training)


def assigned() -> tuple[DeltaAssignment, Person]:
    learner = make_person()
    training = make_training(make_changed_fact())
    publish(training)
    return give(learner, training), learner


def test_a_wrong_answer_stays_open_and_the_right_one_completes_once(app: Flask) -> None:
    row, learner = assigned()
    assert not services.answer_check(row, [["1"]], now=LATER).is_right
    assert [due.public_id for due in queries.open_for(learner.id)] == [row.public_id]
    done = services.answer_check(row, [["2"]], now=LATER)
    assert services.answer_check(row, [["1"]], now=LATER) is done
    assert queries.open_for(learner.id) == []
    assert [one.done_at for one in queries.record_of(learner)] == [LATER]
    assert db.session.query(DeltaAnswer).count() == 2


@pytest.mark.parametrize("chosen", [[], ["1", "2"], ["9"]])
def test_no_answer_two_answers_and_unknown_ones_are_refused(app: Flask, chosen: list[str]) -> None:
    row, _learner = assigned()
    with pytest.raises(Unanswered) as refusal:
        services.answer_check(row, [chosen], now=LATER)
    assert refusal.value.details["numbers"] == [0]
    assert db.session.query(DeltaAnswer).count() == 0


def test_a_fact_that_changed_again_asks_nothing_of_anybody(app: Flask) -> None:
    row, learner = assigned()
    fact = fact_for("queue-limit")
    assert fact is not None
    change(fact, at=LATER, value={"ru": "5", "en": "5"})
    assert queries.open_for(learner.id) == []
    with pytest.raises(ChangedAgain):
        services.answer_check(row, [["2"]], now=LATER)


def test_answers_and_assignments_are_never_changed(app: Flask) -> None:
    row, _learner = assigned()
    row.due_on = TODAY
    with pytest.raises(RecordIsKept):
        db.session.flush()
    db.session.rollback()
    with pytest.raises(RecordIsKept):
        db.session.execute(sa.delete(DeltaAnswer))


def test_a_certificate_is_confirmed_by_the_training_on_what_it_taught(app: Flask) -> None:
    version, holder = make_citing_course(), make_person()
    make_certificate(holder, version=version, issued_at=NOW)
    training = make_training(make_changed_fact())
    publish(training)
    services.answer_check(give(holder, training), [["2"]], now=LATER)
    (one,) = queries.confirmations(holder.id, version)
    assert (one.changed_at, one.confirmed_at) == (CHANGED, LATER)
    assert queries.confirmations(holder.id, make_course("other")) == []


def test_a_question_with_several_right_options_wants_all_of_them() -> None:
    several = question(
        options=tuple(type(one)(one.key, one.text, is_right=True) for one in question().options)
    )
    assert several.is_multiple
    assert not several.is_met_by(["1"])
    assert several.is_met_by(["2", "1"])
