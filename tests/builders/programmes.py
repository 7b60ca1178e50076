"""Builders of programmes. Each adds to the session and flushes."""

from datetime import date, datetime
from typing import Any

from lms.catalog.models import Course
from lms.core.database import db
from lms.learning.programmes.defining import define
from lms.learning.programmes.definitions import ProgrammeDefinition, StepDefinition
from lms.learning.programmes.models import Coverage, Programme
from lms.learning.programmes.queries import whole_programme
from lms.learning.programmes.rule.applying import apply_programme
from tests.builders.catalog import make_course
from tests.builders.people import NOW, make_job_role

TODAY = date(2026, 3, 2)


def make_courses(count: int) -> list[str]:
    """Slugs of ``count`` new published courses, valid for twelve months."""
    return [db.session.get_one(Course, make_course().course_id).slug for _number in range(count)]


def definition(*steps: Any, **changed: Any) -> ProgrammeDefinition:
    """What a programme says: each step a slug or a tuple of them, by day 10, 20, …"""
    made = tuple(
        StepDefinition((step,) if isinstance(step, str) else tuple(step), number * 10)
        for number, step in enumerate(steps, start=1)
    )
    values: dict[str, Any] = {
        "key": "the-path",
        "title": {"ru": "Путь", "en": "The path"},
        "summary": {"ru": "Куда он ведёт", "en": "Where it leads"},
        "post": make_job_role().code,
        "coverage": Coverage.EVERYONE,
        "steps": made,
        "in_force_on": date(2026, 1, 1),
    }
    return ProgrammeDefinition(**{**values, **changed})


def make_programme(*steps: Any, **changed: Any) -> Programme:
    """A programme in use for the post of the builders' people (default: two courses, a choice)."""
    if not steps:
        first, second, third = make_courses(3)
        steps = (first, (second, third))
    return define(definition(*steps, **changed), now=NOW, today=TODAY, actor=None)


def apply(programme: Programme, *, now: datetime = NOW, today: date = TODAY) -> int:
    """Give everyone what the programme says."""
    return apply_programme(whole_programme(programme.id), now=now, today=today)
