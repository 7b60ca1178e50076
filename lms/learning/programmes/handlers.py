"""Reactions: a new post brings its programme; the home page tells how far one is."""

from datetime import date, datetime
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l

from lms.core.clock import local_date
from lms.learning import home_sections
from lms.learning.programmes import jobs  # noqa: F401 - its jobs
from lms.learning.programmes.paths.own import has_programme, path_of
from lms.learning.programmes.rule.applying import apply_to_people
from lms.people.audit_words import ACTIONS, DETAILS
from lms.people.events import posts_changed
from lms.people.identity import Viewer
from lms.people.models import Person
from lms.people.permissions import Permission


def _today(now: datetime) -> date:
    return local_date(now, current_app.config["SETTINGS"].time_zone)


def give_programmes(people: tuple[Person, ...], *, now: datetime, **_: Any) -> None:
    """Enrol people as their new posts ask, in the transaction that changes them."""
    apply_to_people(people, now=now, today=_today(now))


def programme_section(viewer: Viewer, now: datetime) -> home_sections.Section | None:
    """Tell how far one is in the programme of one's post, and what comes next."""
    learns = viewer.post and viewer.may(Permission.LEARN)
    path = path_of(viewer.person, _today(now)) if learns else None
    if path is None:
        return None
    return home_sections.Section("learning/programmes/home.html", 10, {"path": path})


posts_changed.connect(give_programmes)
home_sections.register(programme_section, when=has_programme(home_sections.PERSON))

ACTIONS.update(
    {
        "learning.programme_defined": _l("Programme defined"),
        "learning.programme_changed": _l("Programme changed"),
        "learning.due_moved": _l("Due date moved by a changed programme"),
        "learning.programme_retired": _l("Programme taken out of use"),
    }
)
DETAILS.update({"moved": _l("Due dates moved"), "programme": _l("Programme")})
