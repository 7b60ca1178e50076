"""Which parts of two versions are the same: by key, and by what they say, show and ask."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from lms.catalog.kinds.checklist import ChecklistDetails
from lms.catalog.kinds.registry import restore
from lms.catalog.models import Activity, ActivityKind, CourseFile, LessonText
from lms.core.database import db

VARIANT = re.compile(r"\.(ru|en)\.[^./]+\Z")  # of a figure in one language


@dataclass(frozen=True)
class Part:
    """An activity of a version, with the digest of what it consists of."""

    activity_id: int
    key: str
    kind: ActivityKind
    titles: dict[str, Any]
    digest: str  # of a lesson: none, each of its texts has its own
    texts: dict[str, str] = field(default_factory=dict)  # a lesson's digests, by language
    steps: dict[str, dict[str, str]] = field(default_factory=dict)  # a checklist's, by key

    def is_same(self, other: "Part | None") -> bool:
        """Whether what was done in ``other`` is done here, in whichever language."""
        return (
            other is not None
            and (self.kind, self.digest) == (other.kind, other.digest)
            and not self.changed_languages(other)
        )

    def changed_languages(self, other: "Part") -> list[str]:
        """Return the languages of ``other`` whose text says or shows something else here.

        A language that is new here changes nothing for who read the other one.
        """
        return [
            language for language, text in other.texts.items() if self.texts.get(language) != text
        ]


@dataclass(frozen=True)
class SharedSteps:
    """A checklist that changed, and which of its steps are as they were."""

    earlier_id: int
    later_id: int
    kept: frozenset[str]
    steps: frozenset[str]  # all of the later version's


@dataclass(frozen=True)
class PartlyChanged:
    """A lesson that is another one for those who read it in some of its languages only."""

    earlier_id: int
    later_id: int
    titles: dict[str, Any]
    languages: Sequence[str]  # that changed


@dataclass(frozen=True)
class PartChanges:
    """What becomes of parts between two versions; the titles are the later version's.

    Exams stand apart: one that was passed stays passed, whatever it asks by now; a further exam is
    told where it is new or gone.
    """

    same: dict[int, int]  # activity of the earlier version → of the later one
    exams: dict[int, int]
    checklists: list[SharedSteps]
    partly: list[PartlyChanged]
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
    texts = {text.language: _digest(_said(text, files)) for text in activity.texts}
    digest = "" if texts else _digest(_other(activity, files))
    details = restore(activity.kind, activity.details)
    steps = details.substance() if isinstance(details, ChecklistDetails) else {}
    return Part(activity.id, activity.key, activity.kind, activity.titles, digest, texts, steps)


def _digest(said: list[Any]) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _said(text: LessonText, files: dict[str, str]) -> list[Any]:
    """Return what one language variant of a lesson consists of, with the files that it shows."""
    shown = sorted(
        (path, blob)
        for path, blob in files.items()
        if path.split(".")[0] in text.body and _is_for(path, text.language)
    )
    return [text.title, text.body, shown]


def _is_for(path: str, language: str) -> bool:
    """`figures/queue.svg` in a text means figures/queue.ru.svg to who reads Russian."""
    variant = VARIANT.search(path)
    return variant is None or variant[1] == language


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
    others = [one for one in parts if one.key in earlier and one not in same]
    partly = [found for one in others if (found := _partly(earlier[one.key], one))]
    changed = [one for one in others if one.activity_id not in {part.later_id for part in partly}]
    return PartChanges(
        same={earlier[one.key].activity_id: one.activity_id for one in same},
        exams={
            earlier[key].activity_id: later[key].activity_id
            for key in exams
            if key in earlier and key in later and earlier[key].kind is later[key].kind
        },
        checklists=[_shared(earlier[one.key], one) for one in changed if one.steps],
        partly=partly,
        unchanged=[one.titles for one in same],
        changed=[one.titles for one in changed],
        added=[one.titles for one in later.values() if one.key not in earlier and one.titles],
        removed=[one.titles for one in earlier.values() if one.key not in later and one.titles],
    )


def _partly(earlier: Part, later: Part) -> PartlyChanged | None:
    """Return the lesson as one that changed in some languages; None where it did in all."""
    languages = later.changed_languages(earlier)
    if earlier.kind is not later.kind or len(languages) == len(earlier.texts):
        return None
    return PartlyChanged(earlier.activity_id, later.activity_id, later.titles, languages)


def _shared(earlier: Part, later: Part) -> SharedSteps:
    kept = {key for key, text in later.steps.items() if earlier.steps.get(key) == text}
    return SharedSteps(
        earlier.activity_id, later.activity_id, frozenset(kept), frozenset(later.steps)
    )
