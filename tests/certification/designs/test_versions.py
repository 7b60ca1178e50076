"""Versions: frozen once published; a certificate keeps the one it was issued with."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, current_app

from lms.audit.models import AuditEntry
from lms.catalog.models import Course
from lms.certification import documents, queries
from lms.certification import services as certificates
from lms.certification.designs import services
from lms.certification.designs.choosing import NETWORK, Place, choices, choose, version_for
from lms.certification.designs.models import CertificateDesign, DesignChoice, DesignVersion
from lms.certification.designs.sheet.faces import face_of
from lms.certification.designs.sheet.styles import Accent
from lms.certification.errors import (
    ChoiceChanged,
    DesignChanged,
    DesignInUse,
    DesignIsFrozen,
    DesignNameTaken,
    DesignRetired,
    NothingToPublish,
    NotPublished,
)
from lms.certification.models import Certificate
from lms.certification.schemes.definitions import EvidenceKind, Part
from lms.core.database import db
from lms.core.pdf import Document
from lms.core.settings import Settings
from lms.people.models import Person
from tests.builders.certification import ISSUED, make_certificate, make_taught_course
from tests.builders.designs import choose_for_network, make_design, make_face
from tests.builders.people import NOW, make_person
from tests.builders.schemes import make_scheme


@pytest.fixture
def hr(app: Flask) -> Person:
    return make_person()


def edit(version: DesignVersion) -> None:
    version.note = "another"
    db.session.flush()


def remove(version: DesignVersion) -> None:
    db.session.delete(version)
    db.session.flush()


CHANGES: dict[str, Callable[[DesignVersion], Any]] = {
    "object": edit,
    "removal": remove,
    "statement": lambda _: db.session.execute(sa.update(DesignVersion).values(note="another")),
}


def change(design: CertificateDesign, hr: Person, heading: str = "Диплом") -> None:
    face, seen = make_face(heading=heading), design.row_version
    services.save_draft(design, name=design.name, face=face, seen=seen, now=NOW, actor=hr)


def publish(design: CertificateDesign, hr: Person) -> DesignVersion:
    return services.publish(design, note="", seen=design.row_version, now=NOW, actor=hr)


def document(certificate: Certificate) -> Document:
    settings = certificate_settings()
    return documents.printable(certificate, "ru", settings).document


def certificate_settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def read(number: str) -> Certificate:
    """The certificate with what a page loads beside it."""
    db.session.expire_all()
    found = queries.certificate(number)
    assert found is not None
    return found


def heading(certificate: Certificate) -> str:
    texts = document(certificate).data["texts"]
    return str(next(one["text"] for one in texts if one["key"] == "heading"))


def test_publishing_numbers_the_versions(hr: Person) -> None:
    design = make_design(actor=hr)
    change(design, hr)
    assert publish(design, hr).number == 2
    with pytest.raises(NothingToPublish):
        publish(design, hr)


def test_a_draft_changes_no_version(hr: Person) -> None:
    design = make_design(actor=hr)
    change(design, hr)
    version = db.session.scalars(sa.select(DesignVersion)).one()
    assert version.face != design.draft


@pytest.mark.parametrize("how", CHANGES)
def test_a_published_version_is_frozen(hr: Person, how: str) -> None:
    make_design(actor=hr)
    version = db.session.scalars(sa.select(DesignVersion)).one()
    with pytest.raises(DesignIsFrozen):
        CHANGES[how](version)


def test_two_who_save_at_once_do_not_overwrite(hr: Person) -> None:
    design = make_design(actor=hr)
    seen = design.row_version
    change(design, hr)
    with pytest.raises(DesignChanged):
        services.save_draft(design, name="x", face=make_face(), seen=seen, now=NOW, actor=hr)
    with pytest.raises(DesignChanged):
        services.publish(design, note="", seen=seen, now=NOW, actor=hr)


def test_a_name_is_taken_once(hr: Person) -> None:
    design = make_design(actor=hr)
    with pytest.raises(DesignNameTaken):
        services.create_design(name=design.name, face=make_face(), now=NOW, actor=hr)


def test_an_old_version_begins_the_draft_anew(hr: Person) -> None:
    design = make_design(make_face(accent=Accent.PLUM), actor=hr)
    first = db.session.scalars(sa.select(DesignVersion)).one()
    change(design, hr)
    publish(design, hr)
    services.use_again(design, first, seen=design.row_version, now=NOW, actor=hr)
    assert face_of(design.draft).accent is Accent.PLUM
    assert publish(design, hr).number == 3


def test_without_a_choice_certificates_are_the_built_in_ones(app: Flask) -> None:
    certificate = make_certificate()
    assert certificate.design_version_id is None
    assert document(certificate).template == documents.TEMPLATE
    assert document(certificate).folder == documents.BUILT_IN


def test_a_certificate_keeps_the_version_it_was_issued_with(hr: Person) -> None:
    before = make_certificate()
    design = make_design(actor=hr)
    choose_for_network(design)
    first = make_certificate()
    change(design, hr, "Диплом")
    publish(design, hr)
    second = make_certificate()
    assert document(before).template == documents.TEMPLATE
    assert (heading(first), heading(second)) == ("Свидетельство", "Диплом")


def chosen_for(course_id: int) -> int | None:
    version = version_for(course_id, on=NOW.date())
    return version.design_id if version else None


def test_a_courses_choice_goes_before_the_networks(hr: Person) -> None:
    own, key = make_design(actor=hr), make_taught_course().course_id
    choose_for_network(make_design(actor=hr))
    place = Place(course_id=key)
    choose(place=place, design=own, seen=0, now=NOW, actor=hr)
    assert chosen_for(key) == own.id
    choose(place=place, design=None, seen=1, now=NOW, actor=hr)
    assert chosen_for(key) is None
    choose(place=place, design=None, follows_network=True, seen=2, now=NOW, actor=hr)
    assert chosen_for(key) not in {own.id, None}


def test_a_schemes_choice_goes_before_the_courses(hr: Person) -> None:
    course = make_taught_course()
    taught = db.session.get_one(Course, course.course_id)
    part = Part("exam", EvidenceKind.COURSE, {"ru": "Экзамен", "en": "Exam"}, taught.slug)
    of_scheme, of_course, of_network = (make_design(actor=hr) for _ in range(3))
    scheme, foreign = make_scheme(parts=(part,)), make_scheme()
    choose_for_network(of_network)
    choose(place=Place(course_id=taught.id), design=of_course, seen=0, now=NOW, actor=hr)
    choose(place=Place(scheme_id=foreign.id), design=None, seen=0, now=NOW, actor=hr)
    assert chosen_for(taught.id) == of_course.id
    place = Place(scheme_id=scheme.id)
    choose(place=place, design=of_scheme, seen=0, now=NOW, actor=hr)
    assert chosen_for(taught.id) == of_scheme.id
    services.retire(of_scheme, seen=of_scheme.row_version, now=NOW, actor=hr)
    assert chosen_for(taught.id) == of_course.id
    services.take_back(of_scheme, seen=of_scheme.row_version, now=NOW, actor=hr)
    choose(place=place, design=None, follows_network=True, seen=1, now=NOW, actor=hr)
    services.retire(of_course, seen=of_course.row_version, now=NOW, actor=hr)
    assert chosen_for(taught.id) == of_network.id


def test_a_retired_design_makes_no_new_certificates_and_old_ones_keep_it(hr: Person) -> None:
    design = make_design(actor=hr)
    choose_for_network(design)
    old = make_certificate()
    with pytest.raises(DesignInUse):
        services.retire(design, seen=design.row_version, now=NOW, actor=hr)
    choose_for_network(None, seen=1)
    services.retire(design, seen=design.row_version, now=NOW, actor=hr)
    assert heading(old) == "Свидетельство"
    with pytest.raises(DesignRetired):
        choose_for_network(design, seen=2)
    with pytest.raises(DesignRetired):
        publish(design, hr)
    with pytest.raises(DesignRetired):
        change(design, hr)


def test_a_choice_is_appended_and_never_overwritten_unseen(hr: Person) -> None:
    design = make_design(actor=hr)
    choose_for_network(design)
    with pytest.raises(ChoiceChanged):
        choose_for_network(None, seen=0)
    choose_for_network(None, seen=1)
    assert choices()[NETWORK].design is None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(DesignChoice)) == 2


def test_a_design_without_a_version_is_not_chosen(hr: Person) -> None:
    with pytest.raises(NotPublished):
        choose_for_network(make_design(actor=hr, published=False))


def test_a_reissued_certificate_has_the_design_of_its_day(hr: Person) -> None:
    number = make_certificate(valid_until_on=None).number
    choose_for_network(make_design(actor=hr))
    old = read(number)
    new = certificates.reissue(
        certificate=old, actor=hr, reason="x", now=ISSUED, settings=certificate_settings()
    )
    assert old.design_version_id is None
    assert heading(read(new.number)) == "Свидетельство"


def test_what_was_done_is_in_the_audit_log(hr: Person) -> None:
    design = make_design(actor=hr)
    change(design, hr)
    choose_for_network(design)
    actions = set(db.session.scalars(sa.select(AuditEntry.action)))
    assert actions >= {
        "certification.design_created",
        "certification.design_changed",
        "certification.design_published",
        "certification.design_chosen",
    }
