"""The order of a draft's outline: moves by button, by select and by drag.

Each answers with a redirect or, to the page's script, with the outline alone; a move that came
after someone else's is refused with the outline as it stands now.
"""

from collections.abc import Callable
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.catalog import services
from lms.catalog.errors import OrderChanged
from lms.catalog.models import CourseVersion
from lms.catalog.views.base import AUTHOR, blueprint, loaded_activity, loaded_draft, loaded_module
from lms.catalog.views.courses import outline_page, outline_values
from lms.catalog.views.outline import to_outline
from lms.core import clock
from lms.web import access

STEPS = {"up": -1, "down": 1}


def _moved(version: CourseVersion, anchor: str, move: Callable[..., None]) -> ResponseReturnValue:
    """Move, then show where it went; ``move`` takes who moves, when, and the order's stamp."""
    refusal = None
    try:
        move(now=clock.now(), actor=current_user.person, stamp=request.form.get("stamp"))
    except OrderChanged as error:
        refusal = error
    if request.headers.get("X-Part") == "outline":
        values: dict[str, Any] = outline_values(loaded_draft(version.public_id))
        status = refusal.status if refusal else 200
        return render_template("catalog/_outline.html", refusal=refusal, **values), status
    if refusal is not None:
        return outline_page(loaded_draft(version.public_id), refusal)
    return to_outline(version, anchor)


@blueprint.post("/authoring/modules/<public_id>/move/<direction>")
@access.requires(AUTHOR, guests=True)
def move_module(public_id: str, direction: str) -> ResponseReturnValue:
    """Move a module up or down by one place."""
    found, steps = loaded_module(public_id), STEPS.get(direction, 0)
    return _moved(
        found.version,
        f"module-{public_id}",
        lambda **by: services.move_module(found, steps, **by),
    )


@blueprint.post("/authoring/modules/<public_id>/place")
@access.requires(AUTHOR, guests=True)
def place_module(public_id: str) -> ResponseReturnValue:
    """Put a module before another one, or at the end."""
    found, before = loaded_module(public_id), request.form.get("before", "")
    return _moved(
        found.version,
        f"module-{public_id}",
        lambda **by: services.place_module(found, before=before, **by),
    )


@blueprint.post("/authoring/lessons/<public_id>/move/<direction>")
@access.requires(AUTHOR, guests=True)
def move_lesson(public_id: str, direction: str) -> ResponseReturnValue:
    """Move a lesson, or another activity, up or down by one place within its module."""
    found, steps = loaded_activity(public_id), STEPS.get(direction, 0)
    return _moved(
        found.version,
        f"lesson-{public_id}",
        lambda **by: services.move_activity(found, steps, **by),
    )


@blueprint.post("/authoring/activities/<public_id>/place")
@access.requires(AUTHOR, guests=True)
def place_activity(public_id: str) -> ResponseReturnValue:
    """Put an activity into a module, before another one or at its end."""
    found = loaded_activity(public_id)
    module, before = request.form.get("module", ""), request.form.get("before", "")
    return _moved(
        found.version,
        f"lesson-{public_id}",
        lambda **by: services.place_activity(found, module=module, before=before, **by),
    )
