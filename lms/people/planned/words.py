"""Planned posts in words."""

from flask_babel import lazy_pgettext

from lms.people.planned.models import PlanOutcome

PLAN_OUTCOMES = {
    PlanOutcome.DONE: lazy_pgettext("planned post", "begun"),
    PlanOutcome.REPLACED: lazy_pgettext("planned post", "replaced by another plan"),
    PlanOutcome.OVERTAKEN: lazy_pgettext("planned post", "overtaken by another change"),
    PlanOutcome.CALLED_OFF: lazy_pgettext("planned post", "called off"),
    PlanOutcome.FAILED: lazy_pgettext("planned post", "couldn’t begin"),
}
