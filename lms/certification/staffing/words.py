"""Staffing in words: parts of the day, reasons, steps."""

from datetime import date, time

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from lms.certification.staffing.attendance import Colleague
from lms.certification.staffing.importing.checking import Flaw
from lms.certification.staffing.seating.plans import Why
from lms.certification.staffing.seating.shifts import Shift
from lms.certification.staffing.training.steps import Block, Step, StepKind
from lms.certification.staffing.weeks import PartPlan
from lms.web.i18n import current_language, localised, show_date

SHIFTS = {Shift.FIRST: _l("First half of the day"), Shift.SECOND: _l("Second half of the day")}
SHORT_SHIFTS = {
    Shift.FIRST: lazy_pgettext("part of a day", "1st half"),
    Shift.SECOND: lazy_pgettext("part of a day", "2nd half"),
}
WEEKDAYS = (
    _l("Monday"),
    _l("Tuesday"),
    _l("Wednesday"),
    _l("Thursday"),
    _l("Friday"),
    _l("Saturday"),
    _l("Sunday"),
)
DAYS_SHIFTS = {
    0: _l("Away all day"),
    1: _l("Works the first half of the day"),
    2: _l("Works the second half of the day"),
    3: _l("Works all day"),
}
WHY = {
    Why.NOBODY_CERTIFIED: _l("Nobody of the centre may serve it on this day."),
    Why.ALL_AWAY: _l("Everyone who may serve it is away or off duty."),
    Why.ALL_TAKEN: _l("Everyone who may serve it and is there sits at another window."),
    Why.NO_WINDOW: _l("No window is free that offers it."),
}
BLOCKS = {
    Block.SUSPENDED: _l("On hold: it must be reinstated first."),
    Block.HELD_UP: _l("Not passed, and it isn’t known when it may be tried again."),
    Block.NOT_TAUGHT: _l("Its course isn’t published."),
    Block.ATTEMPTS_USED: _l("All attempts at the final exam are used up."),
    Block.EXAM_CLOSED: _l("The final exam closes before it could be sat."),
}

FLAWS = {
    Flaw.NO_CENTRE: _l("No such centre among those you may plan."),
    Flaw.NO_GROUP: _l("No such service group."),
    Flaw.NO_PERSON: _l("No such number among the people you may plan."),
    Flaw.BAD_NUMBER: _l("A number is missing, or too small or large."),
    Flaw.BAD_WEEKDAY: _l("The day of the week is a number from 1 (Monday) to 7."),
    Flaw.BAD_PART: _l("The part of the day is 1 or 2."),
    Flaw.BAD_TIMES: _l("Give three times in their order, or none: closed."),
    Flaw.BAD_PATTERN: _l("Write day and part of the day, such as 1/1 1/2 5/2."),
    Flaw.BAD_DATES: _l("Two dates are needed, the first not after the last."),
    Flaw.TWICE: _l("An earlier row says the same thing."),
}


def hours(times: tuple[time, time] | None) -> str:
    """Return the hours of a part of a day."""
    if times is None:
        return str(_("closed"))
    first, last = times
    return f"{first.hour}:{first.minute:02}–{last.hour}:{last.minute:02}"


def weekday(day: date) -> str:
    """Return the name of the day of the week."""
    return str(WEEKDAYS[day.weekday()])


def part_of_day(plan: PartPlan) -> str:
    """Return a part of a day as a heading."""
    day, shift = plan.part.day, SHIFTS[plan.part.shift]
    return str(
        _(
            "%(weekday)s, %(date)s: %(part)s",
            weekday=weekday(day),
            date=show_date(day),
            part=str(shift).lower(),
        )
    )


def post(worker: Colleague) -> str:
    """Return a person's post in the reader's language."""
    return worker.post_ru if current_language() == "ru" else worker.post_en


def minutes(number: int) -> str:
    """Return a length of study."""
    whole, rest = divmod(number, 60)
    if not whole:
        return str(_("%(minutes)d min", minutes=rest))
    if not rest:
        return str(_("%(hours)d h", hours=whole))
    return str(_("%(hours)d h %(minutes)d min", hours=whole, minutes=rest))


def step(one: Step) -> str:
    """Return one step of a way as a sentence."""
    title = localised(dict(one.title))
    return f"{_step(one, title)} {_opens(one)}".strip()


def _step(one: Step, title: str) -> str:
    match one.kind:
        case StepKind.COURSE:
            return str(
                _(
                    "Course “%(title)s”: %(length)s of study and its exam.",
                    title=title,
                    length=minutes(one.minutes),
                )
            )
        case StepKind.REST:
            return str(
                _(
                    "Enrolled in “%(title)s”: %(length)s of study left.",
                    title=title,
                    length=minutes(one.minutes),
                )
            )
        case StepKind.EXAM:
            return str(_("Enrolled in “%(title)s”: only the final exam is left.", title=title))
        case StepKind.OTHER_EXAM:
            exam = localised(dict(one.exam)) if one.exam else _("Final exam")
            return str(_("Exam of “%(title)s”: %(exam)s.", title=title, exam=exam))
        case StepKind.SESSION:
            return str(_("Attend the session “%(title)s”.", title=title))
        case StepKind.OBSERVATION:
            return str(_("Be observed at work: “%(title)s”.", title=title))
        case StepKind.DOCUMENT:
            return str(_("Bring the document “%(title)s”.", title=title))
        case StepKind.DECISION:
            return str(_("Somebody decides on “%(title)s”.", title=title))


def _opens(one: Step) -> str:
    if one.from_on is None:
        return ""
    return str(_("The final exam can be sat from %(date)s.", date=show_date(one.from_on)))
