"""What a publication asks about the people on the course, and does with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from lms.catalog.models import CourseVersion
from lms.catalog.publishing import Section
from lms.catalog.queries import published_version
from lms.core.errors import Invalid
from lms.learning.moving import jobs
from lms.learning.moving.queries import effect_of, version_before
from lms.learning.moving.services import order_move
from lms.people.models import Person

__all__ = ["MovingPart", "jobs"]  # with the question comes the job that moves people


FINISH, MOVE = "finish", "move"


def _choose() -> str:
    return str(_("Choose whether people finish the version they began or are moved."))


@dataclass(frozen=True)  # two are equal: registered twice, it counts once
class MovingPart:
    """Let people finish the version they are on, or move them to the new one."""

    def before(self, draft: CourseVersion, sent: Mapping[str, str] | None) -> Section | None:
        """Return who is touched and how, with the question: it wants an answer."""
        published = published_version(draft.course)
        effect = effect_of(published, draft) if published else None
        if effect is None:
            return None
        choice = FINISH if sent is None else sent.get("people")
        values = {"effect": effect, "choice": choice}
        fault = "" if choice in (FINISH, MOVE) else _choose()
        return Section("learning/moving/_question.html", values, fault)

    def after(
        self, version: CourseVersion, sent: Mapping[str, str], *, actor: Person, now: datetime
    ) -> None:
        """Order the move if that was chosen; where nobody was asked, people finish.

        Raises Invalid for a choice that isn't offered: the publication is undone with it.
        """
        choice = sent.get("people", FINISH)
        if choice not in (FINISH, MOVE):
            raise Invalid(_choose())
        if choice == MOVE:
            order_move(version, actor=actor, now=now)

    def later(self, version: CourseVersion) -> Section | None:
        """Return how many people are still on earlier versions."""
        before = version_before(version) if version.number > 1 else None
        effect = effect_of(before, version) if before else None
        if effect is None:
            return None
        return Section("learning/moving/_later.html", {"effect": effect, "version": version})
