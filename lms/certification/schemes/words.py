"""How a person stands, in sentences: what is required and why, what is held, what is lacking."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from lms.certification.lifecycle.facts import FactKind, Required, Route
from lms.certification.lifecycle.state import IN_FORCE, Holding, Label, Obligation, State
from lms.certification.lifecycle.terms import Period
from lms.certification.lifecycle.work import Work
from lms.certification.schemes.models import CertificationFact
from lms.certification.schemes.rules.spells import BY_RULE
from lms.web.i18n import localised, show_date

LABELS = {
    Label.SUSPENDED: lazy_pgettext("certification", "Suspended"),
    Label.REVOKED: _l("Taken away"),
    Label.IN_GRACE: _l("In grace"),
    Label.EXPIRING: _l("Expiring"),
    Label.WINDOW_OPEN: _l("Renewal open"),
    Label.CERTIFIED: _l("Certified"),
    Label.WAIVED: _l("Waived"),
    Label.AWAITING_DECISION: _l("Awaiting a decision"),
    Label.EXPIRED: _l("No longer valid"),
    Label.OVERDUE: _l("Overdue"),
    Label.IN_PROGRESS: _l("In progress"),
    Label.REQUIRED: _l("Required"),
    Label.NONE: _l("Not required"),
}
TONES = {
    Label.SUSPENDED: "bad",
    Label.REVOKED: "bad",
    Label.IN_GRACE: "warn",
    Label.EXPIRING: "warn",
    Label.WINDOW_OPEN: "info",
    Label.CERTIFIED: "good",
    Label.EXPIRED: "bad",
    Label.OVERDUE: "bad",
    Label.AWAITING_DECISION: "info",
    Label.IN_PROGRESS: "info",
}
FACTS = {
    FactKind.REQUIRED: _l("Became required"),
    FactKind.REQUIREMENT_LIFTED: _l("No longer required"),
    FactKind.STARTED: _l("Renewal opened"),
    FactKind.EVIDENCE_ACCEPTED: _l("Evidence accepted"),
    FactKind.EVIDENCE_WITHDRAWN: _l("Evidence withdrawn"),
    FactKind.DECISION_REQUESTED: _l("Decision asked for"),
    FactKind.ROUTE_FAILED: _l("Not passed"),
    FactKind.AWARDED: _l("Awarded"),
    FactKind.EQUIVALENT_ENDED: _l("Equivalent ended"),
    FactKind.EXTENDED: _l("Extended"),
    FactKind.SUSPENDED: _l("Put on hold"),
    FactKind.REINSTATED: _l("Reinstated"),
    FactKind.REVOKED: _l("Withdrawn from the holder"),
    FactKind.WAIVED: _l("Requirement waived"),
    FactKind.WAIVER_ENDED: _l("Waiver ended"),
    FactKind.LEAVE_BEGAN: _l("Leave began"),
    FactKind.LEAVE_ENDED: _l("Back from leave"),
    FactKind.LEFT: _l("Left the network"),
    FactKind.RETURNED: _l("Came back to the network"),
}


def sentences(
    state: State, rows: Iterable[CertificationFact], parts: Mapping[str, Mapping[str, str]]
) -> list[str]:
    """Return what is true of the person on the state's date, each in a sentence.

    ``rows`` are the person's facts with their rules; ``parts`` the titles of the scheme's parts.
    """
    by_key = {row.key: row for row in rows}
    has_equivalent = any(row.details.get("is_equivalent") for row in by_key.values())
    required = [_required(one, by_key.get(one.key)) for one in state.requirements]
    return [
        *required,
        *_obligation(state),
        *_holding(state, has_equivalent=has_equivalent),
        *_work(state, parts),
    ]


def _required(requirement: Required, row: CertificationFact | None) -> str:
    since = show_date(requirement.effective_on)
    if row is None and requirement.key.startswith(BY_RULE):
        return str(
            _("Required from %(date)s by a rule, with the post that is planned.", date=since)
        )
    if row is None or row.rule is None:
        return str(_("Required since %(date)s by a decision about this person.", date=since))
    unit = localised(row.rule.unit)
    if row.rule.job_role is None:
        text = _(
            "Required since %(date)s: the rule for everyone in “%(unit)s”.", date=since, unit=unit
        )
    else:
        post = localised(row.rule.job_role)
        text = _(
            "Required since %(date)s: the rule for the post “%(post)s” in “%(unit)s”.",
            date=since,
            post=post,
            unit=unit,
        )
    return str(text)


def _obligation(state: State) -> Iterable[str]:
    if state.obligation is Obligation.WAIVED and state.waived_until_on:
        until = show_date(state.waived_until_on)
        if state.may_serve and state.holding not in {*IN_FORCE, Holding.IN_GRACE}:
            yield _("Nothing is asked until %(date)s, and the person may serve.", date=until)
        else:
            yield _("Nothing is asked until %(date)s.", date=until)
    elif state.obligation is Obligation.OVERDUE and state.due_on:
        yield _("The term ended on %(date)s.", date=show_date(state.due_on))
    elif state.obligation is Obligation.REQUIRED and state.holding is Holding.NONE:
        if state.due_on is None:
            yield _("The term stands still while the person is on leave.")
        else:
            yield _("To be met by %(date)s.", date=show_date(state.due_on))


def _holding(state: State, *, has_equivalent: bool) -> Iterable[str]:
    period = state.period
    if state.holding is Holding.NONE:
        return
    if state.holding is Holding.SUSPENDED:
        yield _("Suspended: it doesn’t count until it is reinstated.")
    if state.holding is Holding.REVOKED:
        yield _("Taken away: only a new award leads out of this.")
        if has_equivalent:
            yield _("What counted in its place doesn’t give it back before it is newly awarded.")
    if period is None or (state.holding is Holding.SUSPENDED and period.until_on is None):
        return
    yield _held(state.holding, period)
    if state.holding is Holding.IN_GRACE and period.grace_until_on:
        yield _("Grace runs to %(date)s.", date=show_date(period.grace_until_on))


def _held(holding: Holding, period: Period) -> str:
    if period.until_on is None:
        return str(_("Held without an end."))
    until, is_past = show_date(period.until_on), holding in (Holding.IN_GRACE, Holding.EXPIRED)
    if period.is_equivalent and is_past:
        return str(_("Something else counted in its place until %(date)s.", date=until))
    if period.is_equivalent:
        return str(_("Something else counts in its place until %(date)s.", date=until))
    if is_past:
        return str(_("Held until %(date)s.", date=until))
    if holding is Holding.SUSPENDED:
        return str(_("That doesn’t prolong it: the last day is %(date)s.", date=until))
    return str(_("Held, the last day is %(date)s.", date=until))


def _work(state: State, parts: Mapping[str, Mapping[str, str]]) -> Iterable[str]:
    names = ", ".join(
        _("“%(title)s”", title=localised(parts[key])) for key in state.lacking if key in parts
    )
    if state.work is Work.AWAITING_DECISION:
        yield _("The evidence is complete: a person decides.")
    elif state.work is Work.ROUTE_FAILED:
        yield _failed(state.retry_on)
    elif state.obligation is Obligation.NONE and state.work is Work.NOT_STARTED:
        return  # nobody asks for it
    elif names and state.route is Route.SHORT:
        yield _("For the short renewal is lacking: %(parts)s.", parts=names)
    elif names:
        yield _("Still lacking: %(parts)s.", parts=names)


def _failed(retry_on: date | None) -> str:
    if retry_on is None:
        return str(_("Not passed: a further attempt has to be allowed."))
    day = show_date(retry_on)
    return str(_("Not passed: the next attempt is possible from %(date)s.", date=day))


def part_titles(parts: Sequence[Any]) -> dict[str, Mapping[str, str]]:
    """Return the titles of parts by their keys."""
    return {part.key: part.title for part in parts}
