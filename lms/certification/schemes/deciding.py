"""The decisions that HR can take on a person's page, and what each asks for."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms.validators import ValidationError

from lms.certification.errors import AwardOver
from lms.certification.schemes.records.decisions import Desk
from lms.certification.schemes.records.evidence import accept, over_on
from lms.core.calendar import add_months
from lms.core.identifiers import public_id
from lms.people.models import Person


class Decision(Enum):
    """What can be decided."""

    ACCEPT = "accept"
    WITHDRAW = "withdraw"
    AWARD = "award"
    REQUIRE = "require"
    LIFT = "lift"
    WAIVE = "waive"
    END_WAIVER = "end_waiver"
    EXTEND = "extend"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    REVOKE = "revoke"


@dataclass(frozen=True)
class Meaning:
    """How a decision is named, and which fields it needs beside the reason."""

    name: Any  # lazily translated
    needs_part: bool = False
    needs_date: bool = False
    takes_past: bool = False  # whether the date may lie in the past
    # How far ahead the date may lie. An exception that outlives those who made it is a rule: then
    # the rule is to be changed, or its end is a slip of the keyboard (9999).
    most_years: int | None = None


DECISIONS: dict[Decision, Meaning] = {
    Decision.ACCEPT: Meaning(_l("Accept evidence"), needs_part=True, takes_past=True),
    Decision.WITHDRAW: Meaning(_l("Withdraw evidence"), needs_part=True),
    Decision.AWARD: Meaning(_l("Award today")),
    Decision.REQUIRE: Meaning(_l("Require by the date"), needs_date=True),
    Decision.LIFT: Meaning(_l("Take back what was required of this person alone")),
    Decision.WAIVE: Meaning(_l("Waive until the date"), needs_date=True, most_years=3),
    Decision.END_WAIVER: Meaning(_l("End the waiver")),
    Decision.EXTEND: Meaning(_l("Extend to the date"), needs_date=True, most_years=10),
    Decision.SUSPEND: Meaning(_l("Suspend"), takes_past=True),
    Decision.REINSTATE: Meaning(_l("Reinstate")),
    Decision.REVOKE: Meaning(_l("Take away")),
}


def check_date(decision: Decision, on: date | None, today: date) -> None:
    """Refuse a date that the decision can't have. Raises ValidationError."""
    meaning = DECISIONS[decision]
    if on is None:
        if meaning.needs_date:
            raise ValidationError(_l("Enter the date."))
        return
    if meaning.needs_date and on <= today:
        raise ValidationError(_l("Enter a day after today."))
    most = meaning.most_years
    if most is not None and on > add_months(today, 12 * most):
        text = ngettext(
            "Enter a day within %(num)d year from today.",
            "Enter a day within %(num)d years from today.",
            most,
        )
        raise ValidationError(text)
    if meaning.takes_past and on > today:
        raise ValidationError(_l("Enter today or an earlier day."))


@dataclass(frozen=True)
class Decided:
    """What was decided, why, and the values that the decision needs."""

    decision: Decision
    reason: str
    on: date | None = None
    part: str = ""
    enrols: bool = False
    with_authority: bool = False


def decide(
    decided: Decided, *, person: Person, scheme_id: int, actor: Person, now: datetime, today: date
) -> None:
    """Record a decision whose date was checked.

    Raises NotHeld, NothingToEnd and AwardOver, each before anything is written.
    """
    decision, reason, on = decided.decision, decided.reason, decided.on or today
    if decision is Decision.ACCEPT:
        shown: dict[str, Any] = {"part": decided.part, "on": on, "now": now, "today": today}
        ended_on = over_on(person=person, scheme_id=scheme_id, **shown)
        if ended_on is not None:
            raise AwardOver(ended_on)
        accept(
            person=person,
            scheme_id=scheme_id,
            part=decided.part,
            source=f"hr:{public_id()}",
            on=on,
            now=now,
            today=today,
            actor=actor,
            reason=reason,
        )
        return
    desk = Desk(person=person, scheme_id=scheme_id, actor=actor, now=now, today=today)
    more: dict[Decision, dict[str, Any]] = {
        Decision.WITHDRAW: {"part": decided.part},
        Decision.REQUIRE: {"due_on": on, "enrols": decided.enrols},
        Decision.WAIVE: {"until_on": on, "grants_authority": decided.with_authority},
        Decision.EXTEND: {"until_on": on},
        Decision.SUSPEND: {"on": on},
    }
    getattr(desk, decision.value)(reason=reason, **more.get(decision, {}))
