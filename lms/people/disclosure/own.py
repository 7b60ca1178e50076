"""What people, their accounts and the audit log hold about a person."""

from datetime import timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from lms.audit.models import AuditEntry
from lms.people.audit_words import ACTIONS, DETAILS, SUBJECTS
from lms.people.disclosure.parts import (
    Act,
    Part,
    Row,
    leave_untold,
    of_account,
    of_person,
    tell,
    tell_acts,
    the,
)
from lms.people.erasure.models import Erasure, RetentionChange
from lms.people.forms import LANGUAGE_NAMES, ROLE_NAMES
from lms.people.importing.models import ImportHeading, PeopleImport
from lms.people.merging.models import DifferentPeople
from lms.people.models import (
    Account,
    AccountSession,
    Employment,
    JobRole,
    OrganisationUnit,
    Person,
    RoleGrant,
)
from lms.people.planned.models import PlannedPost
from lms.people.planned.words import PLAN_OUTCOMES
from lms.people.second_factor.models import SecondFactor
from lms.people.second_person.models import SecondPersonRequest


def _about(person: Person) -> sa.ColumnElement[bool]:
    return AuditEntry.person_key == person.public_id


def _by(person: Person) -> sa.ColumnElement[bool]:
    return AuditEntry.actor_key == person.public_id


def _planned(row: Row) -> Row:
    """Tell an end of work by the last day rather than by the first one without a post."""
    if row["unit"] is not None:
        return row
    last_on = row["starts_on"] - timedelta(days=1)
    told = {"last_day_at_work": last_on, "outcome": row["outcome"]}
    return {**told, "ended_at": row["ended_at"], "reason": row["reason"]}


tell(
    Part(
        "person",
        _l("About you"),
        Person,
        of_person(Person.id),
        {
            "personnel_number": Person.personnel_number,
            "family_name": Person.family_name,
            "given_name": Person.given_name,
            "patronymic": Person.patronymic,
            "email": Person.email,
            "language": Person.language,
            "created_at": Person.created_at,
        },
        words={"language": LANGUAGE_NAMES},
    ),
    Part(
        "posts",
        _l("Posts"),
        Employment,
        of_person(Employment.person_id),
        {
            "unit": the(OrganisationUnit.code, Employment.unit_id),
            "unit_name": the(OrganisationUnit.name_ru, Employment.unit_id),
            "post": the(JobRole.code, Employment.job_role_id),
            "post_name": the(JobRole.name_ru, Employment.job_role_id),
            "started_on": Employment.started_on,
            "ended_on": Employment.ended_on,
        },
    ),
    Part(
        "planned_posts",
        _l("Planned posts"),
        PlannedPost,
        of_person(PlannedPost.person_id),
        {
            "unit": the(OrganisationUnit.code, PlannedPost.unit_id),
            "unit_name": the(OrganisationUnit.name_ru, PlannedPost.unit_id),
            "post": the(JobRole.code, PlannedPost.job_role_id),
            "post_name": the(JobRole.name_ru, PlannedPost.job_role_id),
            "starts_on": PlannedPost.starts_on,
            "outcome": PlannedPost.outcome,
            "ended_at": PlannedPost.ended_at,
            "reason": PlannedPost.reason,
        },
        words={"outcome": PLAN_OUTCOMES},
        refine=_planned,
    ),
    Part(
        "account",
        _l("Account"),
        Account,
        of_person(Account.person_id),
        {
            "username": Account.username,
            "created_at": Account.created_at,
            "suspended_at": Account.suspended_at,
            "must_change_password": Account.must_change_password,
            "password_ends_at": Account.password_ends_at,
            "is_demonstration": Account.is_demonstration,
        },
    ),
    Part(
        "second_factor",
        _l("Second factor"),
        SecondFactor,
        of_account(SecondFactor.account_id),
        {"begun_at": SecondFactor.begun_at, "confirmed_at": SecondFactor.confirmed_at},
    ),
    Part(
        "roles",
        _l("Roles"),
        RoleGrant,
        of_account(RoleGrant.account_id),
        {
            "role": RoleGrant.role,
            "unit": the(OrganisationUnit.code, RoleGrant.unit_id),
            "granted_at": RoleGrant.granted_at,
            "ended_at": RoleGrant.ended_at,
        },
        words={"role": ROLE_NAMES},
    ),
    Part(
        "sessions",
        _l("Signed-in devices"),
        AccountSession,
        of_account(AccountSession.account_id),
        {
            "device": AccountSession.device,
            "started_at": AccountSession.started_at,
            "expires_at": AccountSession.expires_at,
            "ended_at": AccountSession.ended_at,
        },
    ),
    Part(
        "uploads",
        _l("Lists of people uploaded in the last day"),
        PeopleImport,
        of_account(PeopleImport.account_id),
        {
            "file_name": PeopleImport.file_name,
            "uploaded_at": PeopleImport.uploaded_at,
            "applied_at": PeopleImport.applied_at,
        },
    ),
    Part(
        "headings",
        _l("Headings remembered for uploads"),
        ImportHeading,
        of_account(ImportHeading.account_id),
        {"heading": ImportHeading.heading, "field": ImportHeading.field},
    ),
    Part(
        "erasures",
        _l("Erasures asked for"),
        Erasure,
        of_person(Erasure.person_id),
        {
            "at": the(SecondPersonRequest.asked_at, Erasure.request_id),
            "answered_at": the(SecondPersonRequest.answered_at, Erasure.request_id),
            "ended_at": Erasure.closed_at,
        },
    ),
    Part(
        "audit_about",
        _l("What was done to the record"),
        AuditEntry,
        _about,
        {
            "at": AuditEntry.recorded_at,
            "action": AuditEntry.action,
            "reason": AuditEntry.reason,
            "details": AuditEntry.details,
            # By whom isn't told: others stay unnamed. Whether it was the person is.
            "by_yourself": sa.func.coalesce(
                AuditEntry.actor_key == AuditEntry.person_key, sa.false()
            ),
        },
        words={"action": ACTIONS, "subject_kind": SUBJECTS, "details": DETAILS},
    ),
    Part(
        "audit_by",
        _l("What the person did"),
        AuditEntry,
        _by,
        {
            "at": AuditEntry.recorded_at,
            "action": AuditEntry.action,
            "subject_kind": AuditEntry.subject_kind,
        },
        words={"action": ACTIONS, "subject_kind": SUBJECTS},
    ),
)
leave_untold(
    {
        "recovery_code": "keys; the log of audit tells when one was used",
        "due_erasure": "that the time of records is over: a working list, made every night",
        "person_merge": "that two records were merged: told with what was done to the record",
        "different_people": "that somebody else has a like record: told with what was done to it",
        "erasure_step": "what an erasure did to which kind of records: told with the erasure",
    }
)
tell_acts(
    Act(PlannedPost.planned_by_id, PlannedPost.planned_at),
    Act(PlannedPost.called_off_by_id, PlannedPost.ended_at, PlannedPost.reason),
    Act(DifferentPeople.marked_by_id, DifferentPeople.marked_at, DifferentPeople.reason),
    Act(
        DifferentPeople.taken_back_by_id,
        DifferentPeople.taken_back_at,
        DifferentPeople.taken_back_reason,
    ),
    Act(RetentionChange.changed_by_id, RetentionChange.changed_at),
    Act(SecondPersonRequest.asked_by_id, SecondPersonRequest.asked_at, SecondPersonRequest.reason),
    Act(
        SecondPersonRequest.answered_by_id,
        SecondPersonRequest.answered_at,
        SecondPersonRequest.word,
    ),
)
