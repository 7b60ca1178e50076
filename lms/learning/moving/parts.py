"""Which parts of two versions are the same: by key, and by what they say, show and ask."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from lms.catalog.kinds.checklist import ChecklistDetails
from lms.catalog.kinds.registry import restore
from lms.catalog.models import Activity, ActivityKind, CourseFile
from lms.core.database import db


@dataclass(frozen=True)
class Part:
    """An activity of a version, with the digest of what it consists of."""

    activity_id: int
    key: str
    kind: ActivityKind
    titles: dict[str, Any]
    digest: str
    steps: dict[str, dict[str, str]] = field(default_factory=dict)  # a checklist's, by key

    def is_same(self, other: "Part | None") -> bool:
        """Whether what was done in ``other`` is done here."""
        return other is not None and (self.kind, self.digest) == (other.kind, other.digest)


@dataclass(frozen=True)
class SharedSteps:
    """A checklist that changed, and which of its steps are as they were."""

    earlier_id: int
    later_id: int
    kept: frozenset[str]
    steps: frozenset[str]  # all of the later version's


@dataclass(frozen=True)
class PartChanges:
    """What becomes of parts between two versions; the titles are the later version's.

    Exams stand apart: one that was passed stays passed, whatever it asks by now; a further exam is
    told where it is new or gone.
    """

    same: dict[int, int]  # activity of the earlier version → of the later one
    exams: dict[int, int]
    checklists: list[SharedSteps]
    unchanged: list[dict[str, Any]]
    changed: list[dict[str, Any]]
    added: list[dict[str, Any]]
    removed: list[dict[str, Any]]


def parts_of(version_id: int) -> dict[str, Part]:
    """Return a version's parts by key, in their order."""
    statement = (
        sa.select(Activity)
        .where(Activity.version_id == version_id)
        .order_by(Activity.position, Activity.id)
        .options(selectinload(Activity.texts))
    )
    shown = sa.select(CourseFile.path, CourseFile.blob).where(CourseFile.version_id == version_id)
    files = {row.path: row.blob for row in db.session.execute(shown)}
    return {activity.key: _part(activity, files) for activity in db.session.scalars(statement)}


def _part(activity: Activity, files: dict[str, str]) -> Part:
    said = _lesson(activity, files) if activity.texts else _other(activity, files)
    digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
    details = restore(activity.kind, activity.details)
    steps = details.substance() if isinstance(details, ChecklistDetails) else {}
    return Part(activity.id, activity.key, activity.kind, activity.titles, digest, steps)


def _lesson(activity: Activity, files: dict[str, str]) -> list[Any]:
    bodies = "\n".join(text.body for text in activity.texts)
    # `figures/queue.svg` in a text means figures/queue.ru.svg or .en.svg too.
    shown = sorted((path, blob) for path, blob in files.items() if path.split(".")[0] in bodies)
    return [[[text.language, text.title, text.body] for text in activity.texts], shown]


def _other(activity: Activity, files: dict[str, str]) -> list[Any]:
    details = restore(activity.kind, activity.details)
    if details is None:
        return []
    shown = sorted(files.get(path, "") for path in details.files())
    return [details.substance(), activity.pass_percent, shown]


def compare_parts(earlier_id: int, later_id: int) -> PartChanges:
    """Return what becomes of the parts of version ``earlier_id`` in ``later_id``."""
    earlier, later = parts_of(earlier_id), parts_of(later_id)
    exams = {key for one in (earlier, later) for key in one if one[key].kind is ActivityKind.EXAM}
    parts = [one for one in later.values() if one.key not in exams]
    same = [one for one in parts if one.is_same(earlier.get(one.key))]
    changed = [one for one in parts if one.key in earlier and one not in same]
    return PartChanges(
        same={earlier[one.key].activity_id: one.activity_id for one in same},
        exams={
            earlier[key].activity_id: later[key].activity_id
            for key in exams
            if key in earlier and key in later and earlier[key].kind is later[key].kind
        },
        checklists=[_shared(earlier[one.key], one) for one in changed if one.steps],
        unchanged=[one.titles for one in same],
        changed=[one.titles for one in changed],
        added=[one.titles for one in later.values() if one.key not in earlier and one.titles],
        removed=[one.titles for one in earlier.values() if one.key not in later and one.titles],
    )


def _shared(earlier: Part, later: Part) -> SharedSteps:
    kept = {key for key, text in later.steps.items() if earlier.steps.get(key) == text}
    return SharedSteps(
        earlier.activity_id, later.activity_id, frozenset(kept), frozenset(later.steps)
    )
