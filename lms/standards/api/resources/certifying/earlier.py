"""Letting results count that are older than what asks for them: a preview, and asking for it."""

from datetime import date

from pydantic import Field

from lms.certification.batches.certifying import EarlierPlan, EarlierRow, plan_earlier
from lms.certification.batches.issuing import Verdict
from lms.certification.batches.models import BatchKind
from lms.certification.batches.services import Certifying
from lms.certification.batches.views.issuing import SHOWN
from lms.certification.schemes.models import CertificationScheme
from lms.people.models import OrganisationUnit
from lms.people.permissions import Permission
from lms.people.queries import unit_for
from lms.standards.api.frame.faults import unknown
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import Digest, Key, Received, Sent, Why, person_ref
from lms.standards.api.resources.certifying.proposals import (
    ASKED,
    OPTIONS,
    PlanOut,
    RowOut,
    as_shown,
    asked,
    usable_scheme,
)


class EarlierWish(Received):
    """A certification whose parts were shown before it asked for them."""

    certification: Key
    unit: Key | None = Field(None, description="Only of the people in this part of the network.")


class EarlierIn(EarlierWish):
    """The same as it was previewed, and the reason."""

    plan: Digest = Field(description="That of the preview.")
    reason: Why


class ResultOut(Sent):
    """A completed course or a passed exam that would count."""

    part: str
    shown_on: date


class EarlierRowOut(RowOut):
    """One person with a result, and what it would lead to."""

    results: list[ResultOut] = Field(description="Of each part that lacks evidence the latest.")
    is_awarded: bool
    valid_from: date | None = Field(description="Null: nothing is awarded by itself.")
    valid_until: date | None = Field(description="Null with `is_awarded`: without an end.")
    lacking: list[str] = Field(description="Keys of parts that would still lack evidence.")


class EarlierPlanOut(PlanOut):
    """Whose results would count, and whose not and why."""

    awards: int = Field(description="How many would get the certification.")
    rows: list[EarlierRowOut] = Field(  # type: ignore[assignment]  # each says more than a RowOut
        description=f"Those that count first; {SHOWN} at most, though all of them count."
    )


@operation(
    "POST",
    "/batches/earlier/preview",
    summary="Preview letting earlier results count",
    body=EarlierWish,
    answer=EarlierPlanOut,
    **OPTIONS,
)
def preview_earlier(call: Call) -> Answer:
    """Whose courses and exams, done before the certification asked for them, would count within its
    look-back, and for what award. Writes nothing.
    """
    return Answer(_plan_out(_plan(call, usable_scheme(call))))


@operation(
    "POST",
    "/batches/earlier",
    summary="Ask to let earlier results count",
    body=EarlierIn,
    refusals=(409,),
    **ASKED,
)
def propose_earlier(call: Call) -> Answer:
    """Ask a second person to agree to letting them count, as it was previewed; 409 when it isn't
    the same now.
    """
    scheme = usable_scheme(call)
    plan = as_shown(call, _plan(call, scheme))
    return asked(
        call,
        BatchKind.EARLIER,
        people=plan.people,
        certifying=Certifying(scheme),
        reason=call.body.reason,
    )


def _plan(call: Call, scheme: CertificationScheme) -> EarlierPlan:
    return plan_earlier(call.viewer, scheme, now=call.now, today=call.today, unit=_unit(call))


def _unit(call: Call) -> OrganisationUnit | None:
    key: str | None = call.body.unit
    if key is None:
        return None
    found = unit_for(call.viewer, Permission.MANAGE_CERTIFICATES, key)
    if found is None:
        raise unknown("body.unit")
    return found


def _plan_out(plan: EarlierPlan) -> EarlierPlanOut:
    return EarlierPlanOut(
        plan=plan.digest,
        people=len(plan.people),
        awards=plan.awards,
        verdicts={verdict.value: count for verdict, count in plan.counts.items()},
        rows=[_row_out(row) for row in plan.rows[:SHOWN]],
    )


def _row_out(row: EarlierRow) -> EarlierRowOut:
    is_counted, earlier = row.verdict is Verdict.ISSUE, row.earlier
    award = earlier.award if is_counted else None
    results = earlier.results if is_counted else ()
    return EarlierRowOut(
        personnel_number=row.number,
        verdict=row.verdict,
        person=person_ref(row.person) if row.person else None,
        results=[ResultOut(part=one.part, shown_on=one.on) for one in results],
        is_awarded=award is not None,
        valid_from=award.from_on if award else None,
        valid_until=award.until_on if award else None,
        lacking=list(earlier.lacking) if is_counted else [],
    )
