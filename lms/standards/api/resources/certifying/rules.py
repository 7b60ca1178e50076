"""Who must hold a certification: rules, what one would mean, making, changing and ending them."""

from datetime import date, datetime
from functools import partial

from pydantic import Field

from lms.certification.following.foreseeing import enrolments_of
from lms.certification.following.switching import switch_enrolling
from lms.certification.schemes import defining, queries
from lms.certification.schemes.bounds import check_in_force
from lms.certification.schemes.models import RequirementRule
from lms.certification.schemes.rules.consequences import Consequence, consequence
from lms.certification.schemes.rules.spells import Coverage
from lms.core.database import db
from lms.core.errors import Missing
from lms.people.models import JobRole, OrganisationUnit
from lms.people.permissions import Permission
from lms.people.queries import unit_for
from lms.standards.api.frame.faults import check_all, unknown
from lms.standards.api.frame.lists import page_of
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import (
    Day,
    Key,
    PageOf,
    Paging,
    PostRef,
    Received,
    Sent,
    UnitRef,
    Why,
    post_ref,
    unit_ref,
)
from lms.standards.api.resources.certifying.certifications import certification
from lms.standards.api.resources.standings import TAG, CertificationRef, certification_ref
from lms.standards.api.tokens.scopes import Scope

MANAGE = Permission.MANAGE_CERTIFICATES


class RuleOut(Sent):
    """Everyone in a post within a part of the network must hold a certification."""

    id: Key
    certification: CertificationRef
    unit: UnitRef = Field(description="The part of the network, with all beneath it.")
    post: PostRef | None = Field(description="Null: every post.")
    days: int = Field(
        description="From the first day in the post, of the rule, or of the centre in that part"
        " of the network: the latest."
    )
    enrols: bool = Field(description="Whom it requires is enrolled in the courses they lack.")
    in_force_on: date
    ended_on: date | None = Field(description="The first day without it.")
    made_at: datetime


class RuleIn(Received):
    """Who must hold it, from when, within how many days."""

    unit: Key
    post: Key | None = Field(None, description="Left out: every post.")
    days: int = Field(ge=0, le=3660)
    in_force_on: Day
    enrols: bool = True


class RuleChange(Received):
    """Whether it enrols. Nothing else changes: another rule is made, and this one ended."""

    enrols: bool


class RuleEnding(Received):
    """From when a rule no longer holds, and why."""

    on: Day = Field(description="The first day without the rule.")
    reason: Why


class ShortfallOut(Sent):
    """People of one centre whom it touches, who lack it, and who would be late at once."""

    unit: UnitRef
    people: int
    lacking: int
    late: int


class RuleMeaning(Sent):
    """What a rule would mean on its first day, or today when that is past."""

    on: date
    people: int = Field(description="Whom it touches.")
    holding: int = Field(description="Of them, who may serve already.")
    lacking: int = Field(description="Of them, who need a seat of training.")
    late: int = Field(description="Of those, whose term is over on day one.")
    first_due_on: date | None = Field(description="The first term of those who aren't late.")
    enrolments: int = Field(description="Which it makes by itself.")
    centres: list[ShortfallOut] = Field(description="Where somebody lacks it, the worst first.")
    beside: list[RuleOut] = Field(description="Rules that ask it of some of the same people.")


class EnrollingMeaning(Sent):
    """What it would mean to let a rule enrol."""

    enrolments: int = Field(description="Places that would be made; 0 where it enrols already.")


@operation(
    "GET",
    "/certifications/{certification_id}/rules",
    tag=TAG,
    scope=Scope.STANDINGS_READ,
    summary="List rules",
    query=Paging,
    answer=PageOf[RuleOut],
)
def list_rules(call: Call, certification_id: str) -> Answer:
    """Who must hold a certification: the rules over the token's part of the network, or above it,
    also those that have ended, the oldest first.
    """
    scheme = certification(certification_id)
    return Answer(
        page_of(
            queries.rules_seen(call.viewer).where(RequirementRule.scheme_id == scheme.id),
            call.query,
            _shown,
            columns=(RequirementRule.id,),
            readers=(int,),
            key=lambda rule: (rule.id,),
        )
    )


@operation(
    "POST",
    "/certifications/{certification_id}/rules/preview",
    tag=TAG,
    scope=Scope.CERTIFICATIONS_WRITE,
    summary="Preview a rule",
    body=RuleIn,
    answer=RuleMeaning,
)
def preview_rule(call: Call, certification_id: str) -> Answer:
    """What a rule would mean: whom it touches, who is late, which seats it needs. Nothing is
    written.
    """
    scheme = certification(certification_id)
    unit, post = _place(call)
    coverage = Coverage(
        scheme_id=scheme.id,
        unit_path=unit.path,
        job_role_id=post.id if post else None,
        days=call.body.days,
        in_force_on=call.body.in_force_on,
        enrols=call.body.enrols,
    )
    meant = consequence(coverage, now=call.now, today=call.today)
    return Answer(_meaning(meant, queries.rules_beside(scheme, unit, post)))


@operation(
    "POST",
    "/certifications/{certification_id}/rules",
    tag=TAG,
    scope=Scope.CERTIFICATIONS_WRITE,
    summary="Make a rule",
    body=RuleIn,
    answer=RuleOut,
    status=201,
    refusals=(409,),
)
def make_rule(call: Call, certification_id: str) -> Answer:
    """Say who must hold a certification. Whom it touches is required to at once, or within minutes
    where they are many; where it enrols, places follow within minutes, too.
    """
    scheme = certification(certification_id)
    unit, post = _place(call)
    made = defining.create_rule(
        scheme=scheme,
        unit=unit,
        job_role=post,
        days=call.body.days,
        in_force_on=call.body.in_force_on,
        enrols=call.body.enrols,
        now=call.now,
        today=call.today,
        actor=call.viewer.person,
    )
    return Answer(_reread(call, made), location=f"/rules/{made.public_id}")


@operation(
    "GET",
    "/rules/{rule_id}",
    tag=TAG,
    scope=Scope.STANDINGS_READ,
    summary="Get a rule",
    answer=RuleOut,
)
def get_rule(call: Call, rule_id: str) -> Answer:
    """One rule over the token's part of the network, or above it."""
    statement = queries.rules_seen(call.viewer).where(RequirementRule.public_id == rule_id)
    rule = db.session.scalars(statement).one_or_none()
    if rule is None:
        raise Missing
    return Answer(_shown(rule))


@operation(
    "POST",
    "/rules/{rule_id}/enrolling/preview",
    tag=TAG,
    scope=Scope.CERTIFICATIONS_WRITE,
    summary="Preview a rule's enrolments",
    answer=EnrollingMeaning,
)
def preview_enrolling(call: Call, rule_id: str) -> Answer:
    """How many places a rule would make today if it enrolled. Writes nothing."""
    rule = _managed(call, rule_id)
    count = 0 if rule.enrols else enrolments_of(rule, call.today)
    return Answer(EnrollingMeaning(enrolments=count))


@operation(
    "PATCH",
    "/rules/{rule_id}",
    tag=TAG,
    scope=Scope.CERTIFICATIONS_WRITE,
    summary="Change a rule",
    body=RuleChange,
    answer=RuleOut,
    versioned=True,
)
def change_rule(call: Call, rule_id: str) -> Answer:
    """Let a rule enrol whom it requires, or no longer. Places that were made stay."""
    rule = _managed(call, rule_id)
    call.match(_shown(rule))
    switch_enrolling(rule=rule, enrols=call.body.enrols, actor=call.viewer.person, now=call.now)
    return Answer(_shown(rule))


@operation(
    "POST",
    "/rules/{rule_id}/end",
    tag=TAG,
    scope=Scope.CERTIFICATIONS_WRITE,
    summary="End a rule",
    body=RuleEnding,
    answer=RuleOut,
    refusals=(409,),
)
def end_rule(call: Call, rule_id: str) -> Answer:
    """End a rule from a day on: what it required is lifted then. A day before its first one counts
    as that.
    """
    rule = _managed(call, rule_id)
    check_all([("body.on", partial(check_in_force, call.body.on))])
    defining.end_rule(
        rule=rule,
        on=call.body.on,
        now=call.now,
        today=call.today,
        actor=call.viewer.person,
        reason=call.body.reason,
    )
    return Answer(_shown(rule))


def _place(call: Call) -> tuple[OrganisationUnit, JobRole | None]:
    """Return the part of the network and the post that a wished rule is about."""
    wish: RuleIn = call.body
    check_all([("body.in_force_on", partial(check_in_force, wish.in_force_on))])
    unit = unit_for(call.viewer, MANAGE, wish.unit)
    if unit is None or unit.closed_on is not None:
        raise unknown("body.unit")
    posts = {post.public_id: post for post in queries.job_roles()}
    if wish.post is not None and wish.post not in posts:
        raise unknown("body.post")
    return unit, posts[wish.post] if wish.post else None


def _managed(call: Call, rule_id: str) -> RequirementRule:
    rule = queries.rule_for(call.viewer, rule_id)
    if rule is None:
        raise Missing
    return rule


def _reread(call: Call, made: RequirementRule) -> RuleOut:
    db.session.expire(made)
    return _shown(_managed(call, made.public_id))


def _shown(rule: RequirementRule) -> RuleOut:
    return RuleOut(
        id=rule.public_id,
        certification=certification_ref(rule.scheme),
        unit=unit_ref(rule.unit),
        post=post_ref(rule.job_role) if rule.job_role else None,
        days=rule.days,
        enrols=rule.enrols,
        in_force_on=rule.in_force_on,
        ended_on=rule.ended_on,
        made_at=rule.made_at,
    )


def _meaning(meant: Consequence, beside: list[RequirementRule]) -> RuleMeaning:
    return RuleMeaning(
        on=meant.on,
        people=meant.people,
        holding=meant.holding,
        lacking=meant.lacking,
        late=meant.late,
        first_due_on=meant.first_due_on,
        enrolments=meant.enrolments,
        centres=[
            ShortfallOut(
                unit=unit_ref(one.unit), people=one.people, lacking=one.lacking, late=one.late
            )
            for one in meant.centres
        ],
        beside=[_shown(rule) for rule in beside],
    )
