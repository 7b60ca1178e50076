"""A form that was sent, or only opened: saved, or shown again with what is wrong."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from wtforms import Field

from lms.catalog.authoring.conflicts import Difference, differences
from lms.catalog.errors import (
    ChangedMeanwhile,
    InUse,
    KeyTaken,
    PathTaken,
    SlugTaken,
    WaitsForItself,
    WrongFile,
)
from lms.catalog.uploading.errors import NotWhole, QuotaReached


@dataclass(frozen=True)
class Submission:
    """What became of a form: ``done``, or a page to show with ``status``.

    ``saved`` is what was saved; ``theirs`` (not None) what someone else wrote in the meantime.
    """

    done: bool = False
    saved: Any = None
    status: int = 200
    theirs: Sequence[Difference] | None = None


def submit(
    form: Any,
    save: Callable[[], Any],
    *,
    stored: Callable[[], Any] | None = None,
    key: Field | None = None,
) -> Submission:
    """Validate ``form`` and ``save`` it; a request that only opens it is no submission.

    ``stored`` makes the form as the database has it now, for a conflict; ``key`` is the field that
    a refused key or file is told at.
    """
    if not form.validate_on_submit():
        return Submission(status=422 if form.errors else 200)
    try:
        saved = save()
    except ChangedMeanwhile:
        if stored is None:
            raise
        return Submission(status=409, theirs=differences(form, stored()))
    except (InUse, KeyTaken, NotWhole, PathTaken, QuotaReached, SlugTaken, WrongFile) as error:
        if key is None:
            raise
        key.errors = [error.message]
        return Submission(status=422)
    except WaitsForItself as error:
        form.after.errors = [form.circle_told(error.details["circle"])]
        return Submission(status=422)
    return Submission(done=True, saved=saved)
