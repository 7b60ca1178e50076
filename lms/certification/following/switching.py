"""Switching on or off that a rule enrols by itself."""

from datetime import datetime

import sqlalchemy as sa

from lms.audit.services import record as audit
from lms.certification.following.asking import ask_to_follow
from lms.certification.schemes.models import CertificationFact, RequirementRule
from lms.core.database import db
from lms.people.models import Person


def switch_enrolling(*, rule: RequirementRule, enrols: bool, actor: Person, now: datetime) -> bool:
    """Let a rule enrol, or no longer; jobs enrol whom it requires now. False: it was so before.

    Places that were made stay. Load the rule's ``scheme``.
    """
    if rule.enrols == enrols:
        return False
    rule.enrols = enrols
    db.session.flush()
    audit(
        now=now,
        actor_key=actor.public_id,
        action="certification.rule_enrolling",
        subject_kind="certification_scheme",
        subject_key=rule.scheme.public_id,
        enrols=enrols,
    )
    statement = sa.select(CertificationFact.person_id).where(CertificationFact.rule_id == rule.id)
    ask_to_follow(sorted(set(db.session.scalars(statement))))
    return True
