"""Whom a rule may have something new to say about: the others aren't even read at night.

Left out is who has one post that the rule covers, in one place, and one requirement that began with
it, if both are over already, or if post and rule both go on. That nobody left out lacks anything is
tested against looking at everybody.
"""

from datetime import date
from typing import Any

import sqlalchemy as sa

from lms.certification.lifecycle.facts import FactKind
from lms.certification.schemes.models import CertificationFact, RequirementRule
from lms.certification.schemes.rules.spells import coverage_of, covered_stretches
from lms.core.database import db


def changed_people(rule: RequirementRule, today: date) -> list[int]:
    """Return the ids of those to look at; load the rule's ``unit``."""
    posts, facts = _posts(rule), _facts(rule)
    is_over = rule.ended_on is not None and rule.ended_on <= today
    goes_on = sa.false() if is_over else sa.and_(posts.c.over == 0, facts.c.lifted == 0)
    is_done = sa.and_(facts.c.lifted == 1, sa.true() if is_over else posts.c.over == 1)
    settled = sa.and_(
        posts.c.number == 1,
        facts.c.required == 1,
        facts.c.begun_on == posts.c.begins_on,
        sa.or_(is_done, goes_on),
    )
    covered = (
        sa.select(posts.c.person_id)
        .outerjoin(facts, facts.c.person_id == posts.c.person_id)
        .where(sa.not_(sa.func.coalesce(settled, sa.false())))
    )
    no_longer = sa.select(facts.c.person_id).where(
        facts.c.person_id.not_in(sa.select(posts.c.person_id)),
        facts.c.required > facts.c.lifted,
    )
    return sorted({*db.session.scalars(covered), *db.session.scalars(no_longer)})


def _posts(rule: RequirementRule) -> Any:
    """By person: how many posts the rule covers, how many have an end, when the first begins.

    A post whose unit was moved counts as one in each place that the rule covers.
    """
    post = covered_stretches(coverage_of(rule)).subquery("post").c
    began = sa.case((post.started_on > rule.in_force_on, post.started_on), else_=rule.in_force_on)
    return (
        sa.select(
            post.person_id,
            sa.func.count().label("number"),
            sa.func.count(post.ended_on).label("over"),
            sa.type_coerce(sa.func.min(began), sa.Date()).label("begins_on"),
        )
        .group_by(post.person_id)
        .cte("posts")
    )


def _facts(rule: RequirementRule) -> Any:
    """By person: how many requirements the rule led to, how many of them it lifted."""
    row = CertificationFact
    is_requirement = row.kind == FactKind.REQUIRED
    return (
        sa.select(
            row.person_id,
            sa.func.sum(sa.case((is_requirement, 1), else_=0)).label("required"),
            sa.func.sum(sa.case((is_requirement, 0), else_=1)).label("lifted"),
            sa.type_coerce(sa.func.min(row.effective_on), sa.Date()).label("begun_on"),
        )
        .where(row.rule_id == rule.id)
        .group_by(row.person_id)
        .cte("facts")
    )
