"""Issuing, revoking and reissuing: the records, the dates, the log."""

import threading
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, current_app

from lms.audit.models import AuditEntry
from lms.catalog.models import CourseVersion
from lms.certification import jobs as certification_jobs
from lms.certification import numbers, queries, services
from lms.certification.errors import AlreadyReplaced, AlreadyRevoked, NotReissuable
from lms.certification.home import earned_by, ending_among
from lms.certification.models import Certificate, CertificateDocument
from lms.core.database import db
from lms.core.jobs import Job
from lms.core.storage import blobs
from lms.core.unit_of_work import unit_of_work
from lms.learning import events
from lms.people.services import rename_person
from tests.builders.certification import (
    ISSUED,
    make_certificate,
    make_completed_enrolment,
    make_taught_course,
)
from tests.builders.people import make_person, make_unit

LATER = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)


def reissue(certificate: Certificate, **overrides: Any) -> Certificate:
    values = {
        "certificate": queries.certificate(certificate.number),
        "actor": make_person("Кадрова"),
        "reason": "A change of name",
        "now": LATER,
        "settings": current_app.config["SETTINGS"],
    }
    return services.reissue(**{**values, **overrides})


def revoke(certificate: Certificate) -> None:
    services.revoke(
        certificate=queries.certificate(certificate.number),
        actor=make_person("Кадрова"),
        reason="Issued by mistake",
        now=LATER,
    )
    db.session.expire_all()


def actions(certificate: Certificate) -> list[str]:
    return list(
        db.session.scalars(
            sa.select(AuditEntry.action)
            .where(AuditEntry.subject_key == certificate.number)
            .order_by(AuditEntry.id)
        )
    )


def test_completing_an_enrolment_issues_its_certificate(app: Flask) -> None:
    holder = make_person("Соколова", unit=make_unit("arbat"))
    enrolment = make_completed_enrolment(holder)
    events.enrolment_completed.send(enrolment, now=ISSUED, basis={"percent": 87.5})
    (certificate,) = queries.certificates_of(holder)
    assert numbers.parse(certificate.number) == certificate.number
    assert certificate.snapshot == {
        "holder": {"family_name": "Соколова", "given_name": "Мария", "patronymic": "Петровна"},
        "unit": {"ru": "Центр arbat", "en": "Centre arbat"},
        "course": {"ru": "Искренний сервис", "en": "Sincere service"},
        "version": 1,
        "hours": "16.0",
        "percent": 87.5,
        "issuer": {
            "ru": "Учебный центр сети центров госуслуг (демонстрация)",
            "en": "Training Centre of the Government Services Network (demonstration)",
        },
    }
    assert (certificate.issued_on, certificate.valid_until_on) == (
        date(2026, 3, 10),
        date(2028, 3, 10),
    )
    assert actions(certificate) == ["certification.issued"]


def test_the_same_completion_twice_issues_one_certificate(app: Flask) -> None:
    enrolment = make_completed_enrolment()
    for _ in range(2):
        events.enrolment_completed.send(enrolment, now=ISSUED, basis={})
    assert db.session.scalar(sa.select(sa.func.count(Certificate.id))) == 1
    assert db.session.scalar(sa.select(sa.func.count(Job.id))) == 1


def test_two_completions_at_once_issue_one_certificate(app: Flask) -> None:
    enrolment = make_completed_enrolment()
    identifier = enrolment.id
    db.session.commit()
    ready, numbers_seen, errors = threading.Barrier(4), [], []

    def complete() -> None:
        with app.app_context():
            ready.wait()
            try:
                with unit_of_work():
                    found = db.session.get_one(type(enrolment), identifier)
                    numbers_seen.append(
                        services.issue(
                            enrolment=found,
                            percent=90,
                            now=ISSUED,
                            settings=app.config["SETTINGS"],
                        ).number
                    )
            except Exception as error:  # noqa: BLE001 - asserted below
                errors.append(error)

    threads = [threading.Thread(target=complete) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(numbers_seen) == 4
    assert len(set(numbers_seen)) == 1
    assert db.session.scalar(sa.select(sa.func.count(Certificate.id))) == 1


def test_the_day_of_issue_is_the_networks_day(app: Flask) -> None:
    # 22:30 UTC on the 31st of January is already the 1st of February in Moscow.
    certificate = make_certificate(issued_at=datetime(2026, 1, 31, 22, 30, tzinfo=UTC))
    assert certificate.issued_on == date(2026, 2, 1)
    assert certificate.valid_until_on == date(2028, 2, 1)


def test_a_course_without_a_term_gives_a_certificate_for_ever(app: Flask) -> None:
    certificate = make_certificate(version=make_taught_course(months=None))
    assert certificate.valid_until_on is None
    assert certificate.sort_until_on == date.max


def test_someone_without_a_post_still_gets_the_certificate(app: Flask) -> None:
    certificate = make_certificate(make_person(employed=False))
    assert certificate.snapshot["unit"] is None


def test_a_record_keeps_the_name_of_the_day_of_issue(app: Flask) -> None:
    holder = make_person("Белова")
    certificate = make_certificate(holder)
    rename_person(
        now=LATER,
        actor_key=None,
        person=holder,
        family_name="Чернова",
        given_name="Мария",
        patronymic="",
    )
    db.session.expire_all()
    assert queries.certificate(certificate.number).snapshot["holder"]["family_name"] == "Белова"


def test_a_reissue_names_the_old_one_and_bears_the_present_name(app: Flask) -> None:
    holder = make_person("Белова")
    old = make_certificate(holder)
    rename_person(
        now=LATER,
        actor_key=None,
        person=holder,
        family_name="Чернова",
        given_name="Мария",
        patronymic="",
    )
    new = reissue(old)
    db.session.expire_all()
    new, old = queries.certificate(new.number), queries.certificate(old.number)
    assert new.replaces.number == old.number
    assert old.replaced_by.number == new.number
    assert new.number != old.number
    assert new.snapshot["holder"]["family_name"] == "Чернова"
    assert old.snapshot["holder"]["family_name"] == "Белова"
    assert new.snapshot["percent"] == old.snapshot["percent"]
    assert new.issued_on == date(2026, 6, 1)
    assert new.valid_until_on == old.valid_until_on
    assert actions(old) == ["certification.issued", "certification.replaced"]
    assert actions(new) == ["certification.issued"]
    assert queries.certificates_of(holder) == [new]


def test_a_replaced_certificate_is_neither_reissued_nor_revoked_again(app: Flask) -> None:
    old = make_certificate()
    reissue(old)
    db.session.expire_all()
    with pytest.raises(AlreadyReplaced):
        reissue(old)
    with pytest.raises(AlreadyReplaced):
        revoke(old)


def test_a_certificate_is_revoked_once(app: Flask) -> None:
    certificate = make_certificate()
    revoke(certificate)
    found = queries.certificate(certificate.number)
    assert found.revocation.reason == "Issued by mistake"
    with pytest.raises(AlreadyRevoked):
        revoke(certificate)
    assert actions(certificate) == ["certification.issued", "certification.revoked"]


def test_a_revoked_certificate_may_be_reissued_and_stays_revoked(app: Flask) -> None:
    certificate = make_certificate()
    revoke(certificate)
    new = reissue(certificate)
    db.session.expire_all()
    assert queries.certificate(certificate.number).revocation is not None
    assert queries.certificate(new.number).revocation is None


def test_an_expired_certificate_is_not_reissued(app: Flask) -> None:
    certificate = make_certificate(valid_until_on=date(2026, 5, 31))
    with pytest.raises(NotReissuable):
        reissue(certificate)


def test_the_last_valid_day_still_allows_a_reissue(app: Flask) -> None:
    certificate = make_certificate(valid_until_on=date(2026, 6, 1))
    assert reissue(certificate).valid_until_on == date(2026, 6, 1)


def test_two_revocations_at_once_are_one(app: Flask) -> None:
    certificate, actor = make_certificate(), make_person("Кадрова")
    number, actor_id = certificate.number, actor.id
    db.session.commit()
    ready, outcomes = threading.Barrier(3), []

    def revoke_now() -> None:
        with app.app_context():
            ready.wait()
            try:
                with unit_of_work():
                    services.revoke(
                        certificate=queries.certificate(number),
                        actor=db.session.get_one(type(actor), actor_id),
                        reason="At once",
                        now=LATER,
                    )
                outcomes.append("revoked")
            except AlreadyRevoked:
                outcomes.append("too late")

    threads = [threading.Thread(target=revoke_now) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["revoked", "too late", "too late"]


def test_the_job_makes_the_document_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = make_certificate(make_person(language="ru"))
    number = certificate.number
    db.session.commit()
    made: list[str] = []
    monkeypatch.setattr(
        "lms.certification.documents.make", lambda wanted, **_: _fake(made, wanted.language)
    )
    for _ in range(2):
        certification_jobs.make_document(number, "ru")
    row = db.session.scalars(sa.select(CertificateDocument)).one()
    assert made == ["ru"]
    assert blobs().get(row.blob) == b"%PDF ru"


def _fake(made: list[str], language: str) -> str:
    made.append(language)
    return blobs().put(f"%PDF {language}".encode())


def test_the_job_for_a_lost_certificate_does_nothing(app: Flask) -> None:
    certification_jobs.make_document("0" * 27, "ru")
    assert db.session.scalar(sa.select(sa.func.count(CertificateDocument.certificate_id))) == 0


def test_expiring_ones_are_found_until_renewed(app: Flask) -> None:
    holder = make_person()
    soon = make_certificate(holder, valid_until_on=date(2026, 7, 1))
    for until in (date(2026, 8, 30), date(2026, 5, 30), None):
        make_certificate(holder, valid_until_on=until)
    today = date(2026, 6, 1)

    def ending(days: int) -> list[str]:
        return [one.number for one in ending_among(earned_by(holder.id, today), days)]

    assert ending(60) == [soon.number]
    assert ending(29) == []
    version = db.session.get_one(CourseVersion, soon.version_id)
    renewed = make_certificate(holder, version=version, valid_until_on=date(2028, 6, 1))
    assert ending(60) == []
    revoke(renewed)
    assert ending(60) == [soon.number]


def test_the_database_refuses_a_second_original(app: Flask) -> None:
    first = make_certificate()
    copy = Certificate(
        **{
            column.key: getattr(first, column.key)
            for column in Certificate.__table__.columns
            if column.key not in ("id", "number")
        },
        number=numbers.new_number(),
    )
    db.session.add(copy)
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()
    db.session.rollback()
