"""The home page's word to who begins: what an empty network needs, in which order."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.learning.home_sections import Section
from lms.people.identity import Viewer
from lms.people.models import Employment
from lms.people.permissions import Permission

_anyones = aliased(Employment)  # not the viewer's own, of which the asking statement tells
IS_EMPTY = ~sa.exists(sa.select(_anyones.id).where(_anyones.ended_on.is_(None)))


def first_steps_section(viewer: Viewer, _now: datetime) -> Section | None:
    """Tell an administrator of the whole network what to do first, as long as nobody has a post."""
    if not viewer.may_over(Permission.KEEP_NETWORK, None):
        return None
    return Section("learning/_first_steps.html", order=5, urgent=True)
