"""One person's whole record."""

from typing import Any

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.audit.models import AuditEntry
from lms.certification.schemes.records.leaves import leaves_of
from lms.core import clock
from lms.core.clock import local_date
from lms.learning.deltas.queries import record_of
from lms.learning.policies import may_change_enrolment
from lms.learning.queries import standings_of
from lms.notifications.refusals.noticing import bounces
from lms.people.audit_words import ACTIONS, names_in
from lms.people.models import Person
from lms.people.permissions import Permission
from lms.people.planned.queries import newcomer_for, open_ends, open_plans, unmended
from lms.people.planned.words import failure_words
from lms.people.policies import may_dismiss, may_see_all, may_see_newcomer, may_see_person
from lms.people.queries import names_by_key, person_for
from lms.reporting import queries
from lms.reporting.views.base import blueprint, found
from lms.web import access
from lms.web.paging import Page, paginate

SEE, KEEP = Permission.SEE_PEOPLE, Permission.KEEP_PEOPLE


@blueprint.get("/hr/people/<public_id>")
@access.requires(SEE)
def person_record(public_id: str) -> ResponseReturnValue:
    """Show everything on one person: courses, exams, certificates, and who did what and when."""
    person = found(
        person_for(current_user, SEE, public_id) or newcomer_for(current_user, SEE, public_id)
    )
    history = _history(person)
    post = person.employment
    return render_template(
        "reporting/person_record.html",
        person=person,
        posts=queries.posts_of(person),
        **_ahead(person),
        leaves=leaves_of([person.id]).get(person.id, []),
        standings=standings_of(person.id),
        sittings=queries.sittings_of(person),
        certificates=queries.certificates_of(person),
        deltas=record_of(person),
        today=local_date(clock.now(), current_app.config["SETTINGS"].time_zone),
        history=history,
        is_refused=bounces(person),
        names=names_by_key({entry.actor_key for entry in history.rows if entry.actor_key}),
        named=names_in(entry.details for entry in history.rows),
        actions=ACTIONS,
        may_change=may_change_enrolment(current_user, post.unit.path if post else None),
        may_keep=may_see_person(current_user, KEEP, person),
        may_erase=may_see_all(current_user, KEEP),
        may_see=may_see_person(current_user, Permission.SEE_CERTIFICATES, person),
        notice_days=current_app.config["SETTINGS"].certificate_notice_days,
    )


def _ahead(person: Person) -> dict[str, Any]:
    """Return what is planned, what couldn't be done on its day, and what the viewer may do."""
    planned, ends = open_plans([person.id]).get(person.id), open_ends([person.id]).get(person.id)
    keeps = may_see_person(current_user, KEEP, person)
    return {
        "planned": planned,
        "ends": ends,
        "unmended": unmended(person.id),
        "failure_words": failure_words,
        "may_call_off": keeps
        or (planned is not None and may_see_newcomer(current_user, KEEP, planned)),
        "may_dismiss": keeps and may_dismiss(current_user, person),
    }


def _history(person: Person) -> Page:
    return paginate(
        queries.history_of(person),
        columns=(AuditEntry.id,),
        readers=(int,),
        key=lambda entry: (entry.id,),
        cursor=request.args.get("page"),
        size=30,
        descending=True,
    )
