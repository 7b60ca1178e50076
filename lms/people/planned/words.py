"""What is planned for people in words."""

from flask_babel import gettext as _
from flask_babel import lazy_pgettext

from lms.people.planned.models import PlannedPost, PlanOutcome
from lms.web.i18n import localised, show_date

PLAN_OUTCOMES = {
    PlanOutcome.DONE: lazy_pgettext("planned post", "begun"),
    PlanOutcome.REPLACED: lazy_pgettext("planned post", "replaced by another plan"),
    PlanOutcome.OVERTAKEN: lazy_pgettext("planned post", "overtaken by another change"),
    PlanOutcome.CALLED_OFF: lazy_pgettext("planned post", "called off"),
    PlanOutcome.FAILED: lazy_pgettext("planned post", "couldn’t begin"),
}


def failure_words(plan: PlannedPost) -> str:
    """Return what couldn't be done on its day, and what is left to do; its unit is loaded."""
    if plan.unit is None:
        day = show_date(plan.last_on)
        words = _("The work didn’t end with %(day)s as planned. Enter the last day again.", day=day)
        return str(words)
    day, unit = show_date(plan.starts_on), localised(plan.unit)
    if plan.unit.closed_on is not None:
        words = _(
            "The post at %(unit)s didn’t begin on %(day)s: the centre is closed.",
            unit=unit,
            day=day,
        )
        return str(words)
    words = _(
        "The post at %(unit)s didn’t begin on %(day)s: the record had changed.", unit=unit, day=day
    )
    return str(words)
