"""The objects that the walk over all routes tries with everyone: one trainee's, of one centre.

``addresses(world)`` gives for each endpoint with objects in its address the values to fill in. A
new route gets its line here; ``test_access`` names the ones that have none.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import current_app

from lms.assessment.examining.appeals.services import make_appeal
from lms.assessment.examining.models import CorrectionKind
from lms.assessment.examining.receipts.services import issue_receipt
from lms.assessment.examining.regrades.services import open_regrade
from lms.assessment.grading.models import GradingTask
from lms.assessment.grading.services import grade
from lms.assessment.models import Attempt, Item, ItemBank, ItemKind
from lms.assessment.queries import attempt_for, paper
from lms.assessment.rules.codes import make_code
from lms.assessment.rules.granting import grant_allowance
from lms.assessment.rules.models import AllowanceKind
from lms.assessment.services import submit
from lms.assessment.services.closing import score_again
from lms.assessment.uploads.services import take_file
from lms.catalog.coauthoring.models import CoAuthorship
from lms.catalog.commenting.services import comment
from lms.catalog.media.queries import draft_for
from lms.catalog.models import (
    FINAL_EXAM,
    Activity,
    ActivityKind,
    Course,
    CourseFile,
    CourseModule,
    CourseVersion,
    Rendition,
)
from lms.catalog.queries import draft_of, lesson_for, version_outline
from lms.catalog.services import open_draft
from lms.certification.designs.pictures import add_picture, taken
from lms.certification.feeds import addresses as addresses_of_calendars
from lms.certification.models import Certificate
from lms.certification.register import services as register
from lms.certification.reviews.services import raise_review
from lms.certification.schemes.records.leaves import LeaveDesk
from lms.certification.staffing.services import say_days
from lms.core import clock
from lms.core.database import db
from lms.core.identifiers import public_id
from lms.core.signing import KeyUse, key_ring
from lms.learning.models import Enrolment
from lms.learning.services import complete_activity, enrol
from lms.people.models import AccessRole, Account, AccountSession, JobRole, Person, RoleGrant
from lms.reporting.resources import OPERATIONS
from lms.standards.api.tokens.scopes import Scope
from lms.standards.webhooks.services import send_test
from tests.builders.api import make_hook, make_token
from tests.builders.assessment import (
    answer_event,
    make_attempt,
    make_exam,
    make_item,
    make_place,
    save,
    settings,
)
from tests.builders.batches import make_batches
from tests.builders.catalog import make_course
from tests.builders.certification import ISSUED, make_certificate
from tests.builders.coauthors import make_co_author
from tests.builders.deltas import give, make_changed_fact, make_training, publish
from tests.builders.designs import make_design, png_file
from tests.builders.erasure import ask as ask_erasure
from tests.builders.erasure import leave
from tests.builders.imports import make_upload
from tests.builders.learning import lessons_of
from tests.builders.lists import make_saved_list, make_schedule, name_colleague
from tests.builders.media import begun
from tests.builders.merging import ask as ask_merge
from tests.builders.merging import tell_apart
from tests.builders.notifications import mail_of, make_file, make_message
from tests.builders.outline import begin_drill, on_mixed, part
from tests.builders.people import (
    NOW,
    PASSWORD,
    make_account,
    make_head,
    make_person,
    make_unit,
)
from tests.builders.planned import plan_post
from tests.builders.practice import begin, make_reader
from tests.builders.programmes import make_programme
from tests.builders.schemes import award, make_equivalent, make_rule, make_scheme
from tests.builders.staffing import make_group, plan_centre
from tests.pages import PageClient

MISSING = "0" * 16
# Forms that some routes read before they look for the object.
BODIES = {"learning.record_place": {"place": "1", "furthest": "1", "at": "1772442000000"}}


@dataclass
class World:
    """What exists: ``clients`` by viewer, and the owner's objects by endpoint's need."""

    clients: dict[str, PageClient] = field(default_factory=dict)
    keys: dict[str, Any] = field(default_factory=dict)


def make_world(app: Any) -> World:
    """Make the owner's objects and a signed-in client for each viewer."""
    centre, other = make_unit(), make_unit()
    accounts = {
        "owner": make_account(unit=centre, over=centre),
        "trainee": make_account(unit=centre, over=centre),
        "instructor": make_account(AccessRole.INSTRUCTOR),
        "hr": make_account(AccessRole.HR),
        "administrator": make_account(AccessRole.ADMINISTRATOR),
        "hr_centre": make_account(AccessRole.HR, unit=other, over=other),
        "auditor": make_account(AccessRole.AUDITOR),
        "head": make_account(person=make_head(centre)),
    }
    world = World(keys=_objects(accounts["owner"], centre))
    accounts["external"] = make_co_author(world.keys["course"])
    world.keys["invitation"] = db.session.scalars(sa.select(CoAuthorship.public_id)).one()
    world.keys["media upload"] = _media_upload(world.keys["draft"], accounts["instructor"])
    world.keys["upload"] = make_upload(accounts["administrator"]).public_id
    world.keys |= make_batches(accounts["hr"], world.keys["certificate"])
    world.keys |= _saved_list(accounts["administrator"], accounts["hr"])
    hook = make_hook(account=accounts["administrator"])
    world.keys["webhook"] = hook.public_id
    world.keys["delivery"] = send_test(hook=hook, now=clock.now()).public_id
    gone, waiting = (leave(make_person()) for _ in range(2))
    world.keys["gone"] = gone.public_id
    world.keys["erasure"] = ask_erasure(waiting).public_id
    world.keys["second record"] = make_person().public_id
    world.keys["merge"] = ask_merge(make_person(), make_person()).public_id
    world.keys["post"] = db.session.scalars(sa.select(JobRole.public_id).limit(1)).one()
    world.keys["planned"] = plan_post(make_person(), make_unit()).public_id
    world.keys["different"] = tell_apart(make_person(), make_person()).public_id
    db.session.commit()
    world.clients["anonymous"] = PageClient(app)
    for viewer, account in accounts.items():
        world.clients[viewer] = PageClient(app).sign_in(account.username, PASSWORD)
    world.keys["password note"] = "used"
    world.keys["session"] = db.session.scalars(
        sa.select(AccountSession.public_id).where(AccountSession.account_id == accounts["owner"].id)
    ).one()
    return world


def _objects(owner: Account, centre: Any) -> dict[str, Any]:
    version = make_course("taught-in-full")
    course = db.session.get_one(Course, version.course_id)
    enrolment = enrol(learner=owner.person, course=course, due_on=None, actor=None, now=NOW)
    certificate = make_certificate(owner.person)
    register.seal(now=ISSUED, settings=current_app.config["SETTINGS"])
    return {
        "account": owner.public_id,
        "person": owner.person.public_id,
        "accountless": make_person(unit=centre).public_id,
        "unit": centre.public_id,
        "token": make_token(owner, Scope.PEOPLE_READ)[0].public_id,
        "grant": db.session.scalars(
            sa.select(RoleGrant.public_id).where(RoleGrant.account_id == owner.id)
        ).one(),
        "course": course.slug,
        **_changed_facts(owner.person),
        **_examined(owner.person),
        "essay": _written_essay(owner.person),
        "graded essay": _graded_essay(owner.person),
        "file": _handed_in_file(owner.person),
        **_practising(owner.person),
        **_mixed(owner.person),
        **_parts(version, "published"),
        **_parts(open_draft(course, now=NOW, actor=None), "draft"),
        "comment": _comment(course),
        "enrolment": enrolment.public_id,
        "certificate": certificate.number,
        **_design(owner.person),
        "credential key": _credential_key(),
        "taught course": db.session.get_one(Course, certificate.course_id).slug,
        "review": _review(certificate),
        "message": make_message(owner.person).public_id,
        "mail": mail_of(make_message(owner.person)).public_id,
        **_filed_message(owner.person),
        "calendar": _calendar(owner.person),
        **_scheme(certificate.holder_id),
        **_staffing(owner.person, centre),
        **_programme(),
        "completed": db.session.get_one(Enrolment, certificate.enrolment_id).public_id,
    }


def _media_upload(draft: str, account: Account) -> str:
    person, version = db.session.get_one(Person, account.person_id), draft_for(draft)
    assert version is not None
    return begun(version, person).public_id


def _saved_list(owner: Account, account: Account) -> dict[str, str]:
    """The keys of a list that is mailed, and of a colleague who is named for it."""
    row, colleague = make_saved_list(owner.person_id), db.session.get_one(Person, account.person_id)
    make_schedule(row)
    name_colleague(row, colleague)
    return {"list": row.public_id, "colleague": colleague.public_id}


def _filed_message(owner: Person) -> dict[str, str]:
    """The keys of a message and of the file that came with it."""
    file = make_file()
    message = make_message(owner, files=[file])
    return {"filed message": message.public_id, "message file": file.public_id}


def _staffing(owner: Person, centre: Any) -> dict[str, str]:
    """The keys of a service group that the centre needs, and of days of the owner's."""
    group = make_group()
    plan_centre(centre, group)
    day = clock.now().date()
    days = say_days(person=owner, first_on=day, last_on=day, shifts=0, now=NOW, actor=None)
    return {"group": group.public_id, "days": days.public_id}


def _calendar(owner: Person) -> str:
    """What stands in the owner's calendar address."""
    feed = addresses_of_calendars.renew(owner=owner, now=NOW)
    return addresses_of_calendars.token_of(feed, settings())


def _changed_facts(owner: Person) -> dict[str, str]:
    """The keys of a changed fact without a training, and of a training and who has it."""
    training = make_training(make_changed_fact("other-limit"))
    publish(training)
    return {
        "fact": make_changed_fact().key,
        "training": training.public_id,
        "assignment": give(owner, training).public_id,
    }


def _comment(course: Course) -> str:
    """The key of a thread about the draft's first lesson."""
    draft = draft_of(course)
    assert draft is not None
    lesson = lesson_for(version_outline(draft.id).activities[0].public_id)
    assert lesson is not None
    return comment(lesson, "en", quote="", body="Well?", author=make_person(), now=NOW).public_id


def _exam_part(enrolment: Enrolment) -> str:
    """The key of the enrolment's exam in its outline."""
    exam = sa.select(Activity.public_id).where(
        Activity.version_id == enrolment.version_id, Activity.kind == ActivityKind.EXAM
    )
    return db.session.scalars(exam).one()


def _examined(owner: Person) -> dict[str, str]:
    """The keys of an open attempt, its enrolment and course, and of one item."""
    settled = make_attempt(enrolment=make_place(make_exam(), owner), at=clock.now())
    submit(attempt=settled, now=clock.now(), settings=settings())
    sat = attempt_for(owner, settled.public_id)
    assert sat is not None
    issue_receipt(attempt=sat, now=clock.now(), settings=settings())
    enrolment = make_place(make_exam(), owner)
    attempt = make_attempt(enrolment=enrolment, at=clock.now())
    item = (
        sa.select(Item.public_id)
        .join(ItemBank, ItemBank.id == Item.bank_id)
        .where(ItemBank.course_id == enrolment.course_id)
    )
    return {
        "attempt": attempt.public_id,
        "settled": settled.public_id,
        "regrade": _regrade(settled),
        "appeal": make_appeal(
            attempt=sat,
            position=1,
            reason="Both answers are right.",
            now=clock.now(),
            settings=settings(),
        ).public_id,
        "examined": enrolment.public_id,
        "exam part": _exam_part(enrolment),
        "examined course": db.session.get_one(Course, enrolment.course_id).slug,
        "item": db.session.scalars(item).all()[0],
        **_held(enrolment),
    }


def _written_essay(owner: Person) -> str:
    """The key of an answer of the owner's that waits for an examiner."""
    version = make_exam([make_item(ItemKind.ESSAY)])
    attempt = make_attempt(enrolment=make_place(version, owner), at=clock.now())
    save(attempt, answer_event(1, {"text": "An essay."}), at=clock.now())
    submit(attempt=attempt, now=clock.now(), settings=settings())
    return db.session.scalars(
        sa.select(GradingTask.public_id).where(GradingTask.attempt_id == attempt.id)
    ).one()


def _graded_essay(owner: Person) -> str:
    """The key of an answer of the owner's that an examiner judged."""
    key = _written_essay(owner)
    task = db.session.scalars(sa.select(GradingTask).where(GradingTask.public_id == key)).one()
    grade(
        task=task,
        marks={"facts": 1, "tone": 1},
        comment="Well said.",
        examiner=make_person(),
        examiners=1,
        now=clock.now(),
    )
    score_again(attempt=db.session.get_one(Attempt, task.attempt_id), now=clock.now())
    return key


def _handed_in_file(owner: Person) -> dict[str, Any]:
    """The keys of a file of the owner's that waits for an examiner."""
    version = make_exam([make_item(ItemKind.FILE)])
    attempt = make_attempt(enrolment=make_place(version, owner), at=clock.now())
    said = take_file(
        attempt=attempt,
        item=paper(attempt)[0],
        name="plan.txt",
        content=b"A plan.",
        received_at=clock.now(),
        settings=settings(),
    )
    save(attempt, answer_event(1, {"files": [said]}), at=clock.now())
    submit(attempt=attempt, now=clock.now(), settings=settings())
    task = sa.select(GradingTask.public_id).where(GradingTask.attempt_id == attempt.id)
    return {
        "task_id": db.session.scalars(task).one(),
        "attempt_id": attempt.public_id,
        "position": 1,
        "sha256": said["sha256"],
    }


def _practising(owner: Person) -> dict[str, str]:
    """The key of a session of practice."""
    make_reader(learner=owner)
    session = begin(owner, now=clock.now())
    assert session is not None
    return {"practice": session.public_id}


def _scheme(holder_id: int) -> dict[str, str]:
    """The keys of a certification and of the rule by which the holder must have it."""
    scheme = make_scheme()
    rule = make_rule(scheme)
    holder = db.session.get_one(Person, holder_id)
    award(holder, scheme)
    desk = LeaveDesk(person=holder, actor=holder, now=NOW, reason="Leave")
    desk.enter(date(2025, 7, 1), date(2025, 7, 14))
    return {
        "scheme": scheme.public_id,
        "rule": rule.public_id,
        "leave": "2025-07-01",
        "equivalent": make_equivalent(scheme).public_id,
    }


def _programme() -> dict[str, str]:
    """The keys of a programme for everybody's post, and of its step with a choice."""
    programme = make_programme()
    return {"programme": programme.public_id, "choice": programme.steps[1].public_id}


def _mixed(owner: Person) -> dict[str, str]:
    """The keys of a course with a part of each kind, and of a run through its practice."""
    enrolment = on_mixed(owner, slug="mixed-parts")
    complete_activity(enrolment=enrolment, activity=lessons_of(enrolment)[0], now=clock.now())
    kinds = ("practice", "classroom", "document", "checklist")
    parts = {f"mixed {kind}": part(enrolment, ActivityKind(kind)).public_id for kind in kinds}
    return {**parts, "mixed": enrolment.public_id, "run": begin_drill(enrolment).public_id}


def _credential_key() -> str:
    """The id of a key that signs credentials."""
    return key_ring(current_app.config["SETTINGS"], KeyUse.CREDENTIALS).make(ISSUED).kid


def _design(actor: Person) -> dict[str, str]:
    """The keys of a published design and of a picture of it."""
    design = make_design(actor=actor)
    picture = add_picture(design, taken(png_file()), now=NOW, actor=actor)
    return {"design": design.public_id, "design picture": picture.public_id}


def _review(certificate: Certificate) -> str:
    """The key of a certificate that a regrade touched."""
    review = raise_review(
        enrolment=db.session.get_one(Enrolment, certificate.enrolment_id),
        exam=FINAL_EXAM,
        regrade_key="0" * 16,
        passed=False,
        percent_before=82,
        percent_after=78,
        now=NOW,
    )
    assert review is not None
    return review.public_id


def _regrade(settled: Attempt) -> str:
    """The key of a correction of a question that was asked."""
    author = make_person()
    return open_regrade(
        version=paper(settled)[0].item_version,
        kind=CorrectionKind.FULL_POINTS,
        answers=[],
        reason="It asks two things at once.",
        actor=author,
        now=NOW,
    ).public_id


def _held(enrolment: Enrolment) -> dict[str, str]:
    """The keys of an allowance of the enrolment and of a code that opens its exam."""
    examiner, now = make_person(), clock.now()
    allowance = grant_allowance(
        enrolment=enrolment,
        kind=AllowanceKind.MINUTES,
        amount=5,
        reason="Broken arm",
        key=public_id(),
        actor=examiner,
        now=now,
        settings=settings(),
    )
    code = make_code(
        course=db.session.get_one(Course, enrolment.course_id),
        code="open sesame",
        hours=None,
        scope=frozenset({"/network/"}),
        actor=examiner,
        now=now,
        secret="secret",
    )
    return {"allowance": allowance.public_id, "release code": code.public_id}


def _parts(version: CourseVersion, prefix: str) -> dict[str, str]:
    """The keys of one module, lesson and figure of a version, and its own."""
    module = db.session.scalars(
        sa.select(CourseModule).where(CourseModule.version_id == version.id)
    ).first()
    assert module is not None
    lesson = sa.select(Activity.public_id).where(
        Activity.module_id == module.id, Activity.kind == ActivityKind.LESSON
    )
    exam = sa.select(Activity.public_id).where(
        Activity.version_id == version.id, Activity.kind == ActivityKind.EXAM
    )
    figure = db.session.scalars(
        sa.select(CourseFile).where(CourseFile.version_id == version.id)
    ).one()
    if prefix == "published":
        small = {"blob": figure.blob, "media_type": "image/webp", "size": figure.size}
        db.session.add(Rendition(source=figure.blob, width=480, **small))
        db.session.flush()
    return {
        prefix: version.public_id,
        f"{prefix} module": module.public_id,
        f"{prefix} lesson": db.session.scalars(lesson).all()[0],
        f"{prefix} exam": db.session.scalars(exam).one(),
        f"{prefix} figure": figure.public_id,
    }


def _of_staffing(keys: dict[str, Any]) -> dict[str, dict[str, str]]:
    unit = {"unit_id": keys["unit"]}
    person = {**unit, "person_id": keys["person"]}
    return {
        "certification.staffing_week": unit,
        "certification.staffing_part": {**unit, "day": "2026-03-02", "shift": "first"},
        "certification.staffing_training": unit,
        "certification.staffing_windows": unit,
        "certification.staffing_needs": unit,
        "certification.staffing_people": unit,
        "certification.staffing_person": person,
        "certification.say_days": person,
        "certification.remove_days": {**person, "days_id": keys["days"]},
        "certification.edit_service_group": {"group_id": keys["group"]},
        "certification.sample_staffing": {"kind": "windows"},
    }


def addresses(world: World) -> dict[str, dict[str, Any]]:
    """Return the values of each endpoint's address."""
    keys = world.keys
    account = {"public_id": keys["account"]}
    lesson = {"enrolment_id": keys["enrolment"], "lesson_id": keys["published lesson"]}
    enrolment = {"enrolment_id": keys["enrolment"]}
    certificate = {"number": keys["certificate"]}
    batch = {"batch_id": keys["revocation"]}
    bank = {"slug": keys["examined course"]}
    scheme = {"scheme_id": keys["scheme"]}
    kept = {"list_id": keys["list"]}
    filed = {"message_id": keys["filed message"], "file_id": keys["message file"]}
    two = {"public_id": keys["person"], "other_id": keys["second record"]}
    return (
        _of_mixed(keys)
        | _of_catalog(keys)
        | _of_assessment(keys)
        | {
            "static": {"filename": "css/tokens.css"},
            "people.end_session": {"public_id": keys["session"]},
            "people.create_account": {"public_id": keys["accountless"]},
            "people.give_passwords": {"kind": "xlsx"},
            "people.choose_password": {"note": keys["password note"]},
            "people.managed_account": account,
            "people.reset_password": account,
            "people.take_second_factor_away": account,
            "people.suspend": account,
            "people.reinstate": account,
            "people.grant_role": account,
            "people.end_role": {**account, "grant_id": keys["grant"]},
            "people.change_email": account,
            "notifications.message_file": filed,
            "notifications.fetch_file": filed,
            "notifications.read": {"public_id": keys["message"]},
            "notifications.send_mail_again": {"mail_id": keys["mail"]},
            "learning.course": enrolment,
            "learning.lesson": lesson,
            "learning.catalogue_course": {"slug": keys["course"]},
            "learning.read_lesson": {"lesson_id": keys["published lesson"]},
            "learning.mark_read": lesson,
            "learning.record_place": lesson,
            "learning.answer_check": {**lesson, "key": "check-1"},
            "learning.answer_exercise": {**lesson, "key": "exercise-1"},
            "learning.keep_ticks": {**lesson, "key": "checklist-1"},
            "learning.glossary": enrolment,
            "learning.enrolment": enrolment,
            "learning.set_due": enrolment,
            "learning.withdraw": enrolment,
            "learning.touched_people": {"key": keys["fact"], "group": "enrolled"},
            "learning.write_training": {"key": keys["fact"]},
            "learning.publish_training": {"key": keys["fact"]},
            "learning.send_training": {"public_id": keys["training"]},
            "learning.delta_training": {"public_id": keys["training"]},
            "learning.delta": {"public_id": keys["assignment"]},
            "learning.answer_delta": {"public_id": keys["assignment"]},
            "learning.programme": {"programme_id": keys["programme"]},
            "learning.programme_people": {"programme_id": keys["programme"]},
            "learning.edit_programme": {"programme_id": keys["programme"]},
            "learning.retire_programme": {"programme_id": keys["programme"]},
            "learning.choose_course": {"step_id": keys["choice"]},
            "learning.moving": {"slug": keys["course"]},
            "learning.move_people": {"slug": keys["course"]},
            "learning.course_results": {"slug": keys["course"]},
            "certification.verification": certificate,
            "certification.confirm_name": certificate,
            "certification.of_enrolment": {"enrolment": keys["completed"]},
            "certification.document": certificate,
            "certification.badge": certificate,
            "certification.badge_document": certificate,
            "certification.proven_badge": certificate,
            "certification.credential_key": {"kid": keys["credential key"]},
            "certification.achievement": {"slug": keys["taught course"], "number": "1"},
            "certification.status_list": {"number": "1"},
            "certification.batch": batch,
            "certification.stop_batch": batch,
            "certification.resume_batch": batch,
            "certification.answer_batch": batch,
            "certification.withdraw_batch": batch,
            "certification.batch_file": {"batch_id": keys["download"]},
            "certification.entry": certificate,
            "certification.revoke": certificate,
            "certification.reissue": certificate,
            "certification.decide_review": {"review_id": keys["review"]},
            "certification.scheme": scheme,
            "certification.edit_scheme": scheme,
            "certification.calendar_file": {"token": keys["calendar"]},
            **_of_designs(keys),
            "certification.edit_reminders": scheme,
            "certification.new_rule": scheme,
            "certification.new_equivalent": scheme,
            "certification.end_equivalent": {"equivalent_id": keys["equivalent"]},
            "certification.certify_many": scheme,
            "certification.plan_certify": scheme,
            "certification.ask_certify": scheme,
            "certification.earlier_results": scheme,
            "certification.ask_earlier": scheme,
            "certification.end_rule": {"rule_id": keys["rule"]},
            "certification.rule_enrolling": {"rule_id": keys["rule"]},
            "certification.person_certifications": {"person_id": keys["person"]},
            "certification.leaves": {"person_id": keys["person"]},
            "certification.enter_leave": {"person_id": keys["person"]},
            "certification.leave": {"person_id": keys["person"], "on": keys["leave"]},
            "certification.correct_leave": {"person_id": keys["person"], "on": keys["leave"]},
            "certification.decide_certification": {"person_id": keys["person"], **scheme},
            **_of_staffing(keys),
            "standards.import_items": bank,
            "standards.confirm_import": bank,
            "standards.export_items": bank,
            "standards.export_file": bank | {"form": "gift"},
            "operations.begin_anew": {"name": "people.remove_files"},
            "api.docs_section": {"key": "certifications"},
            "api.revoke_token": {"public_id": keys["token"]},
            "api.token_made": {"public_id": keys["token"]},
            **{
                f"api.{name}": {"public_id": keys["webhook"]}
                for name in (
                    "webhook",
                    "test_webhook",
                    "disable_webhook",
                    "enable_webhook",
                    "forget_webhook",
                    "renew_webhook_secret",
                    "webhook_secret",
                )
            },
            "api.repeat_delivery": {
                "public_id": keys["webhook"],
                "delivery_id": keys["delivery"],
            },
            **_of_api(keys),
            **{
                f"people.{name}": {"public_id": keys["upload"]}
                for name in (
                    "import_columns",
                    "match_columns",
                    "import_plan",
                    "import_rows",
                    "choose_leaving",
                    "confirm_import",
                )
            },
            "scim.serve": {"path": f"Users/{keys['person']}"},
            "reporting.person_record": {"public_id": keys["person"]},
            "people.whole_record": {"public_id": keys["person"]},
            "people.erasure_plan": {"public_id": keys["gone"]},
            "people.ask_erasure": {"public_id": keys["gone"]},
            "people.erasure": {"public_id": keys["erasure"]},
            "people.erasure_act": {"public_id": keys["erasure"]},
            "people.answer_erasure": {"public_id": keys["erasure"]},
            "people.withdraw_erasure": {"public_id": keys["erasure"]},
            "people.merge_with": {"public_id": keys["person"]},
            "people.corrected_email": {"public_id": keys["person"]},
            "people.correct_email": {"public_id": keys["person"]},
            "people.last_day": {"public_id": keys["person"]},
            "people.end_work": {"public_id": keys["person"]},
            "people.compare": two,
            "people.ask_merge": two,
            "people.planned_post": {"public_id": keys["planned"]},
            "people.call_off_post": {"public_id": keys["planned"]},
            "people.tell_apart": two,
            "people.different_pair": {"public_id": keys["different"]},
            "people.take_mark_back": {"public_id": keys["different"]},
            "people.merge": {"public_id": keys["merge"]},
            "people.answer_merge": {"public_id": keys["merge"]},
            "people.withdraw_merge": {"public_id": keys["merge"]},
            "people.unit_names": {"public_id": keys["unit"]},
            "people.close_unit": {"public_id": keys["unit"]},
            "people.reopen_unit": {"public_id": keys["unit"]},
            "certification.move_unit": {"public_id": keys["unit"]},
            "people.post_names": {"public_id": keys["post"]},
            "people.retention_class": {"key": "identity"},
            "people.change_retention": {"key": "identity"},
            "reporting.save_list": {"kind": "registry"},
            "reporting.narrow_list": {"kind": "registry"},
            "reporting.rename_list": kept,
            "reporting.forget_list": kept,
            "reporting.saved_list_page": kept,
            "reporting.schedule_list": kept,
            "reporting.pause_list": kept,
            "reporting.resume_list": kept,
            "reporting.send_list_now": kept,
            "reporting.name_colleague": kept,
            "reporting.leave_list": kept,
            "reporting.remove_colleague": {**kept, "person_id": keys["colleague"]},
            "reporting.questions": {"slug": keys["examined course"]},
            "reporting.export_list": {"key": "registry", "form": "csv"},
            "reporting.question": {
                "slug": keys["examined course"],
                "public_id": keys["item"],
            },
            "reporting.question_scale": {"slug": keys["examined course"]},
        }
    )


def _of_designs(keys: dict[str, Any]) -> dict[str, dict[str, Any]]:
    design = {"design_id": keys["design"]}
    whole = (
        "edit_design preview_design sample_document publish_design design_history design_image "
        "retire_design take_back_design"
    )
    return {
        **{f"certification.{name}": design for name in whole.split()},
        "certification.use_design_again": {**design, "number": 1},
        "certification.design_picture": {**design, "picture_id": keys["design picture"]},
    }


def _of_assessment(keys: dict[str, Any]) -> dict[str, dict[str, Any]]:
    attempt, course = {"attempt_id": keys["attempt"]}, {"slug": keys["examined course"]}
    by_object = {
        "attempt save_form_answers review submit take_over result save_answer send_file": attempt,
        "replay compare_receipt journal read_journal_file import_journal": attempt,
        "sittings regrades course_appeals live": course,
        "correction correct_key": course | {"public_id": keys["item"]},
        "regrade apply_regrade recount_regrade discard_regrade resume_regrade": {
            "regrade_id": keys["regrade"]
        },
        "appeal answer_appeal": {"appeal_id": keys["appeal"]},
        "issue_receipt_ receipt receipt_file receipt_document appeals make_appeal": {
            "attempt_id": keys["settled"]
        },
        "check_answer": attempt,
        "exam start": {"enrolment_id": keys["examined"], "activity_id": keys["exam part"]},
        "allowances_of grant_allowance": {"enrolment_id": keys["examined"]},
        "withdraw_allowance": {
            "enrolment_id": keys["examined"],
            "allowance_id": keys["allowance"],
        },
        "exam_desk extend_exam make_sitting_code set_exam_password": course,
        "withdraw_code": course | {"code_id": keys["release code"]},
        "blueprint preview items new_item": course,
        "grade_answer": {"task_id": keys["essay"]},
        "remark judge_anew": {"task_id": keys["graded essay"]},
        "graded_file": {"task_id": keys["file"]["task_id"], "sha256": keys["file"]["sha256"]},
        "own_file": {name: keys["file"][name] for name in ("attempt_id", "position", "sha256")},
        "create_item": course | {"kind": "single_choice"},
        "practice_session": {"session_id": keys["practice"]},
        "practice_question answer_practice": {"session_id": keys["practice"], "position": 1},
        "item item_history retire_item restore_item mark_item": course
        | {"public_id": keys["item"]},
    }
    return {
        f"assessment.{name}": values
        for names, values in by_object.items()
        for name in names.split()
    }


def _of_api(keys: dict[str, Any]) -> dict[str, dict[str, Any]]:
    values = {
        "person_id": keys["person"],
        "unit_id": keys["unit"],
        "post_id": keys["post"],
        "group_id": keys["group"],
        "days_id": keys["days"],
        "day": "2026-03-02",
        "shift": "first",
        "slug": keys["course"],
        "enrolment_id": keys["enrolment"],
        "number": keys["certificate"],
        "certification_id": keys["scheme"],
        "first_on": keys["leave"],
        "merge_id": keys["merge"],
        "import_id": keys["upload"],
        "mark_id": keys["different"],
        "erasure_id": keys["erasure"],
        "class_key": "messages",
        "account_id": keys["account"],
        "role_id": keys["grant"],
        "equivalent_id": keys["equivalent"],
        "design_id": keys["design"],
        "picture_id": keys["design picture"],
        "rule_id": keys["rule"],
        "batch_id": keys["revocation"],
        "list_id": keys["list"],
        "review_id": keys["review"],
        "mail_id": keys["mail"],
        "webhook_id": keys["webhook"],
        "delivery_id": keys["delivery"],
    }
    parts = {
        "slug": "mixed-parts",
        "part_key": "hall-day",
        "enrolment_id": keys["mixed"],
        "checklist_id": keys["mixed checklist"],
    }
    return {
        f"api.{operation.name}": {
            name: (parts if parts.keys() & {*operation.parameters} - values.keys() else values)[
                name
            ]
            for name in operation.parameters
        }
        for operation in OPERATIONS
        if operation.parameters
    }


def _of_mixed(keys: dict[str, Any]) -> dict[str, dict[str, Any]]:
    mixed = {"enrolment_id": keys["mixed"]}
    classroom = {"slug": "mixed-parts", "key": "hall-day"}
    checklist = mixed | {"activity_id": keys["mixed checklist"]}
    practice = mixed | {"activity_id": keys["mixed practice"]}
    run = {"run_id": keys["run"], "position": 1}
    return {
        "learning.part": mixed | {"activity_id": keys["mixed classroom"]},
        "learning.open_document": mixed | {"activity_id": keys["mixed document"]},
        "learning.course_part": classroom,
        "learning.mark_attendance": classroom,
        "learning.checklist": checklist,
        "learning.tick_checklist": checklist,
        "learning.name_mentor": checklist,
        "assessment.course_practice": practice,
        "assessment.begin_practice": practice,
        "assessment.run_question": run,
        "assessment.answer_run": run,
    }


def _of_catalog(keys: dict[str, Any]) -> dict[str, dict[str, Any]]:
    draft, module = {"public_id": keys["draft"]}, {"public_id": keys["draft module"]}
    lesson = {"public_id": keys["draft lesson"]}
    by_object = {
        "add_media begin_upload discard_draft draft media media_picker new_module new_source publication publish read_version settings sources topics upload_protocol": draft,
        "continue_upload end_upload finish_upload remove_upload upload": draft
        | {"upload_id": keys["media upload"]},
        "choose_kind module move_module new_lesson place_module remove_module": module,
        "new_activity": module | {"kind": "classroom"},
        "activity place_activity": {"public_id": keys["draft exam"]},
        "edit_lesson lesson_details move_lesson preview_lesson read_lesson remove_lesson save_lesson": lesson,
        "lesson": {"public_id": keys["published lesson"]},
        "answer_comment": {"public_id": keys["comment"]},
        "review take_review_step translation": draft,
        "autosave_lesson compare_lesson lesson_comments lesson_history lesson_languages merge_lesson": {
            "public_id": keys["draft lesson"]
        },
        "lesson_revision restore_lesson": {"public_id": keys["draft lesson"], "key": "v1"},
        "file": {"public_id": keys["published figure"]},
        "co_authors": {"slug": keys["course"]},
        "withdraw_co_author": {"slug": keys["course"], "invitation_id": keys["invitation"]},
        "course open_draft set_review_rule": {"slug": keys["course"]},
        "change_fact fact": {"key": keys["fact"]},
        "source remove_source": draft | {"key": "own-method"},
        "topic remove_topic": draft | {"key": "greeting"},
        "media_captions media_file remove_media rename_media replace_media": draft
        | {"file_id": keys["draft figure"]},
        "package": {"public_id": keys["published"]},
        "rendition": {"public_id": keys["published figure"], "width": 480},
    }
    return {
        f"catalog.{name}": values for names, values in by_object.items() for name in names.split()
    }
