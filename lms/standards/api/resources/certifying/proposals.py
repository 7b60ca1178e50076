"""Asking for work on many certificates: each plan is previewed, and asked for as it was shown."""

from enum import Enum
from typing import Annotated, Any, Literal

from flask_babel import lazy_gettext as _l
from pydantic import Field, StringConstraints

from lms.catalog.models import Course
from lms.certification.batches import issuing, services
from lms.certification.batches.certifying import Shown, plan_certifying
from lms.certification.batches.errors import NothingChosen
from lms.certification.batches.issuing import Plan, Verdict
from lms.certification.batches.models import BatchKind, CertificateBatch
from lms.certification.batches.views.issuing import SHOWN
from lms.certification.queries import registry
from lms.certification.queries.registry import Order, StatusFilter
from lms.certification.schemes import queries as schemes
from lms.certification.schemes.definitions import current_version, parts_of
from lms.certification.schemes.models import CertificationScheme
from lms.core.errors import Conflict
from lms.people.permissions import Permission
from lms.standards.api.frame.faults import fault, unknown
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import (
    Day,
    Digest,
    Key,
    PersonRef,
    Received,
    Sent,
    Slug,
    Why,
    Words,
    person_ref,
)
from lms.standards.api.resources.certificates import filters_of
from lms.standards.api.resources.certifying.batches import TAG, BatchTold, reread, told
from lms.standards.api.tokens.scopes import Scope

Numbers = Annotated[
    list[Annotated[str, StringConstraints(pattern=r"^[\w.\-/]{1,40}$")]],
    Field(max_length=services.MOST, examples=[["N000123"]]),
]


class Way(Enum):
    """To whom certificates of a course are issued."""

    COMPLETED = "completed"  # here, and without a certificate
    OUTSIDE = "outside"  # who showed elsewhere what the course teaches


class RowOut(Sent):
    """One person, or one number that names nobody."""

    personnel_number: str
    verdict: Verdict
    person: PersonRef | None


class PlanOut(Sent):
    """What would be done, and of whom not and why."""

    plan: Digest = Field(description="What it is asked for by.")
    people: int = Field(description="Who gets something.")
    verdicts: dict[str, int] = Field(
        description="How many there are of each: "
        + ", ".join(f"`{one.value}`" for one in Verdict)
        + ".",
        examples=[{Verdict.ISSUE.value: 12}],
    )
    rows: list[RowOut] = Field(
        description=f"Who gets something first; {SHOWN} at most, though all of them count."
    )


class CountOut(Sent):
    """How many certificates match."""

    certificates: int


class IssueWish(Received):
    """Certificates of a course, and to whom."""

    course: Slug
    way: Way = Way.COMPLETED
    personnel_numbers: Numbers = Field([], description="Of who showed it outside.")


class IssueIn(IssueWish):
    """The same as it was previewed, and the reason: what shows it."""

    plan: Digest = Field(description="That of the preview.")
    reason: Why


class CertifyWish(Received):
    """A certification, or evidence for a part of it, of people."""

    certification: Key
    part: str = Field("", max_length=30, description="Empty: the certification is awarded.")
    shown_on: Day | None = Field(None, description="The day of the evidence. Default: today.")
    personnel_numbers: Numbers


class CertifyIn(CertifyWish):
    """The same as it was previewed, and the reason: the document that shows it."""

    plan: Digest = Field(description="That of the preview.")
    reason: Why


class Selection(Received):
    """Certificates, as the registry is narrowed to them."""

    q: Words = Field("", description="Words of the name, a personnel or certificate number.")
    unit: Key | None = None
    course: Slug | None = None
    status: StatusFilter | None = None
    days: int = Field(60, ge=1, le=3650, description="How near an end counts as `expiring`.")
    order: Order = Order.NAME


class RevocationIn(Selection):
    """All of them, and why they no longer count."""

    certificates: int = Field(ge=0, description="How many they are, by the preview.")
    reason: Why


class FilesIn(Selection):
    """All of them, as which file."""

    kind: Literal["originals", "print"] = Field(
        "originals", description="The signed PDFs in a ZIP, or one unsigned PDF to print."
    )
    language: Literal["ru", "en"] = "ru"


OPTIONS: dict[str, Any] = {"tag": TAG, "scope": Scope.BATCHES_WRITE}
ASKED: dict[str, Any] = {**OPTIONS, "answer": BatchTold, "status": 201}


@operation(
    "POST",
    "/batches/issue/preview",
    summary="Preview issuing to many",
    body=IssueWish,
    answer=PlanOut,
    **OPTIONS,
)
def preview_issue(call: Call) -> Answer:
    """To whom certificates of a course would be issued, and to whom not and why. Writes nothing."""
    return Answer(_plan_out(_issue_plan(call, _course(call))))


@operation(
    "POST",
    "/batches/issue",
    summary="Ask to issue to many",
    body=IssueIn,
    refusals=(409,),
    **ASKED,
)
def propose_issue(call: Call) -> Answer:
    """Ask a second person to agree to a plan as previewed; 409 when it isn't the same now."""
    course = _course(call)
    plan = as_shown(call, _issue_plan(call, course))
    return asked(
        call,
        BatchKind.ISSUE,
        people=plan.people,
        course=course,
        is_outside=call.body.way is Way.OUTSIDE,
        reason=call.body.reason,
    )


@operation(
    "POST",
    "/batches/certify/preview",
    summary="Preview certifying many",
    body=CertifyWish,
    answer=PlanOut,
    **OPTIONS,
)
def preview_certify(call: Call) -> Answer:
    """Of whom it would be recorded, and of whom not and why. Writes nothing."""
    return Answer(_plan_out(_certify_plan(call, _scheme(call))))


@operation(
    "POST",
    "/batches/certify",
    summary="Ask to certify many",
    body=CertifyIn,
    refusals=(409,),
    **ASKED,
)
def propose_certify(call: Call) -> Answer:
    """Ask a second person to agree to recording evidence from outside, or an award, as it was
    previewed; 409 when it isn't the same now.
    """
    scheme = _scheme(call)
    plan = as_shown(call, _certify_plan(call, scheme))
    return asked(
        call,
        BatchKind.CERTIFY,
        people=plan.people,
        certifying=services.Certifying(scheme, call.body.part, call.body.shown_on),
        reason=call.body.reason,
    )


@operation(
    "POST",
    "/batches/revocation/preview",
    summary="Preview revoking many",
    body=Selection,
    answer=CountOut,
    **OPTIONS,
)
def preview_revocation(call: Call) -> Answer:
    """How many certificates a selection holds. Writes nothing."""
    return Answer(CountOut(certificates=len(_selected(call))))


@operation(
    "POST",
    "/batches/revocation",
    summary="Ask to revoke many",
    body=RevocationIn,
    refusals=(409,),
    **ASKED,
)
def propose_revocation(call: Call) -> Answer:
    """Ask a second person to agree to revoking all certificates of a selection; 409 when it holds
    more or fewer than the preview said.
    """
    chosen = _selected(call)
    if len(chosen) != call.body.certificates:
        raise _changed()
    return asked(call, BatchKind.REVOKE, certificates=chosen, reason=call.body.reason)


@operation("POST", "/batches/files", summary="Ask for the files of many", body=FilesIn, **ASKED)
def ask_files(call: Call) -> Answer:
    """Begin to make the files of all certificates of a selection; a second person isn't needed.
    The batch tells when its file is there; it stays for seven days.
    """
    kind, language = BatchKind(call.body.kind), call.body.language
    return asked(call, kind, certificates=_selected(call), language=language)


def asked(call: Call, kind: BatchKind, **given: Any) -> Answer:
    """Freeze what was chosen as a batch and answer with it."""
    made: CertificateBatch = services.ask(kind=kind, viewer=call.viewer, now=call.now, **given)
    return Answer(told(reread(made)), location=f"/batches/{made.public_id}")


def _selected(call: Call) -> list[int]:
    filters = filters_of(call, call.body, "body", Permission.MANAGE_CERTIFICATES)
    return registry.identifiers(call.viewer, filters, call.today)


def _course(call: Call) -> Course:
    found = {course.slug: course for course, _title in registry.courses()}.get(call.body.course)
    if found is None:
        raise unknown("body.course")
    return found


def usable_scheme(call: Call) -> CertificationScheme:
    """Return the certification that the body names, if it is in use, with its versions."""
    found = schemes.scheme_for(call.body.certification)
    if found is None or found.retired_at is not None:
        raise unknown("body.certification")
    return found


def _scheme(call: Call) -> CertificationScheme:
    wish: CertifyWish = call.body
    found = usable_scheme(call)
    parts = {part.key for part in parts_of(current_version(found, call.today))}
    if wish.part and wish.part not in parts:
        raise unknown("body.part")
    if wish.shown_on is not None and wish.shown_on > call.today:
        raise fault("body.shown_on", _l("must be today or an earlier day"))
    return found


def _issue_plan(call: Call, course: Course) -> Plan:
    wish: IssueWish = call.body
    if wish.way is Way.COMPLETED:
        if wish.personnel_numbers:
            raise fault("body.personnel_numbers", _l("only go with the way `outside`"))
        return issuing.plan_completed(call.viewer, course, call.today)
    return issuing.plan_outside(call.viewer, course, _numbers(call), call.today)


def _certify_plan(call: Call, scheme: CertificationScheme) -> Plan:
    wish: CertifyWish = call.body
    shown = Shown(wish.part, wish.shown_on or call.today, call.today, call.now)
    return plan_certifying(call.viewer, scheme.id, shown, _numbers(call))


def _numbers(call: Call) -> list[str]:
    numbers: list[str] = call.body.personnel_numbers
    if not numbers:
        raise fault("body.personnel_numbers", _l("must name somebody"))
    return numbers


def as_shown(call: Call, plan: Plan) -> Plan:
    """Return the plan if it is the one that was previewed. Raises NothingChosen, Conflict."""
    if not plan.people:
        raise NothingChosen
    if call.body.plan != plan.digest:
        raise _changed()
    return plan


def _changed() -> Conflict:
    return Conflict(_l("Meanwhile something changed. Look at the list again before you ask."))


def _plan_out(plan: Plan) -> PlanOut:
    return PlanOut(
        plan=plan.digest,
        people=len(plan.people),
        verdicts={verdict.value: count for verdict, count in plan.counts.items()},
        rows=[
            RowOut(
                personnel_number=row.number,
                verdict=row.verdict,
                person=person_ref(row.person) if row.person else None,
            )
            for row in plan.rows[:SHOWN]
        ],
    )
