"""Reactions to lower domains: publication pins the pool, a draft gets a copy of the exam; words for
audit entries.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from lms.assessment.authoring.desk_forms import KIND_NAMES as ALLOWANCE_NAMES
from lms.assessment.authoring.editors import last_item_editor
from lms.assessment.authoring.facts import ItemFacts, questions_for_checks
from lms.assessment.authoring.results_page import results_section
from lms.assessment.authoring.services import put_exam
from lms.assessment.authoring.words import BEHAVIOUR_NAMES
from lms.assessment.coursework.services import carry_runs
from lms.assessment.delivery.home import has_unsettled_exam, unsettled_section
from lms.assessment.disclosure import held, merged, told  # noqa: F401 - what it tells, how it goes
from lms.assessment.examining.events import answers_graded, result_corrected
from lms.assessment.examining.home import waiting_section
from lms.assessment.examining.section import examining_section
from lms.assessment.examining.telling import tell_changed, tell_graded
from lms.assessment.models import Attempt, PoolEntry, Score
from lms.assessment.practice.home import practice_section
from lms.assessment.practice.results import results_section as practice_results
from lms.assessment.queries import assessments_of
from lms.assessment.rules.difficulty import refresh_facilities
from lms.assessment.rules.models import ReleaseCode
from lms.assessment.source.part import AssessmentPart, in_use, rules_of
from lms.catalog.events import draft_opened, version_published
from lms.catalog.facts import users as fact_users
from lms.catalog.models import CourseVersion
from lms.catalog.reviewing.queries import register_editor_source
from lms.catalog.source import parts
from lms.core.database import db
from lms.learning import course_results, home_sections
from lms.learning.deltas.questions import register_stock
from lms.learning.moving.carrying import register_carrier
from lms.learning.moving.queries import register_stay_rule
from lms.people.audit_words import ACTIONS, DETAILS, SUBJECTS, name_values
from lms.people.events import unit_moved
from lms.people.models import OrganisationUnit
from lms.people.network.moving import follow_paths

parts.register(AssessmentPart())
fact_users.register(ItemFacts())
register_stock(questions_for_checks)
course_results.register(results_section)
course_results.register(practice_results)
home_sections.register(unsettled_section, when=has_unsettled_exam(home_sections.PERSON))
home_sections.register(practice_section)
home_sections.register(waiting_section)
course_results.register(examining_section)
register_editor_source(last_item_editor)
register_carrier(carry_runs)


@register_stay_rule
def sitting() -> "sa.Select[Any]":
    """Select the enrolments with an attempt under way: they stay at the version it was begun in."""
    return sa.select(Attempt.enrolment_id).where(Attempt.settled_at.is_(None))


ACTIONS.update(
    {
        "assessment.started": _l("Exam started"),
        "assessment.scored": _l("Exam scored"),
        "assessment.answer_graded": _l("Answer graded"),
        "assessment.answer_remarked": _l("Answer judged anew"),
        "assessment.exam_changed": _l("Exam’s rules changed"),
        "assessment.allowance_granted": _l("Exam allowance granted"),
        "assessment.allowance_withdrawn": _l("Exam allowance withdrawn"),
        "assessment.exam_extended": _l("More time for all who sit the exam"),
        "assessment.attempt_extended": _l("More time after an incident"),
        "assessment.code_made": _l("Release code made"),
        "assessment.code_withdrawn": _l("Release code withdrawn"),
        "assessment.item_created": _l("Question added"),
        "assessment.item_changed": _l("Question changed"),
        "assessment.item_retired": _l("Question retired"),
        "assessment.item_restored": _l("Question taken up again"),
        "assessment.item_opened": _l("Question opened for practice before the exam"),
        "assessment.item_kept": _l("Question kept for the exam"),
        "assessment.receipt_issued": _l("Exam receipt issued"),
        "assessment.key_corrected": _l("Scoring of a question corrected"),
        "assessment.regraded": _l("Exam scored anew after a correction"),
        "assessment.regrade_done": _l("Correction applied to all sittings"),
        "assessment.appeal_made": _l("Appeal made"),
        "assessment.appeal_answered": _l("Appeal answered"),
        "assessment.journal_imported": _l("Answers imported from a file"),
    }
)
SUBJECTS.update(
    {
        "item": lazy_pgettext("audit", "Question"),
        "item_version": lazy_pgettext("audit", "Version of a question"),
        "attempt": lazy_pgettext("audit", "Attempt"),
        "appeal": lazy_pgettext("audit", "Appeal"),
        "regrade": lazy_pgettext("audit", "Regrade"),
        "release_code": lazy_pgettext("audit", "Release code"),
        "grading_task": lazy_pgettext("audit", "Answer to be graded"),
    }
)


DETAILS.update(
    {
        "correction": _l("Correction"),
        "decision": _l("Decision"),
        "entry": lazy_pgettext("audit detail", "Permission"),
        "exam": _l("Exam"),
        "fair": lazy_pgettext("audit detail", "As hard as asked"),
        "preview": lazy_pgettext("audit detail", "Digest of the preview"),
        "question": _l("Question"),
        "receipt": _l("Exam receipt"),
        "verdict": _l("Decision"),
    }
)
name_values("behaviour", BEHAVIOUR_NAMES)
name_values("kind", ALLOWANCE_NAMES)


def pin_pool(version: CourseVersion, *, now: datetime, **_: Any) -> None:
    """Pin what the bank holds now to each exam of the version that is published."""
    for exam in assessments_of(version.id):
        current = in_use(version.course_id).add_columns(sa.literal(exam.id))
        db.session.execute(
            sa.insert(PoolEntry).from_select(["item_version_id", "assessment_id"], current)
        )
        if exam.fair_band is not None:
            refresh_facilities(exam.id, now=now)


def copy_exams(draft: CourseVersion, *, source: CourseVersion, now: datetime, **_: Any) -> None:
    """Give the draft the exams of the version it was copied from."""
    del now
    for exam in assessments_of(source.id):
        put_exam(draft, rules_of(exam, tuple(source.languages)), exam.activity.key)


def tell_of_grading(attempt: Attempt, *, now: datetime, score: Score, **_: Any) -> None:
    """Tell a candidate, in the transaction of the last grading."""
    tell_graded(attempt, score, now=now, settings=current_app.config["SETTINGS"])


def tell_of_correction(
    attempt: Attempt, *, now: datetime, before: Score, score: Score, **_: Any
) -> None:
    """Tell a candidate, in the transaction that changes the result."""
    tell_changed(attempt, before, score, now=now, settings=current_app.config["SETTINGS"])


def follow_unit(unit: OrganisationUnit, *, former: str, **_: Any) -> None:
    """Let codes made for a centre's people go on letting them in where the centre is now."""
    follow_paths(ReleaseCode, ReleaseCode.scope, former, unit.path)


unit_moved.connect(follow_unit)
answers_graded.connect(tell_of_grading)
result_corrected.connect(tell_of_correction)
version_published.connect(pin_pool)
draft_opened.connect(copy_exams)
