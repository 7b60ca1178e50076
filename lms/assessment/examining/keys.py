"""The scoring key that is in force: an item version's own, or what the last correction made of it.

For scoring, results and examiners, never for delivery.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.assessment.examining.models import CorrectionKind, Regrade
from lms.assessment.models import ItemKey
from lms.core.database import db, execute


@dataclass(frozen=True)
class KeyInForce:
    """How an item version is scored now."""

    answers: tuple[dict[str, Any], ...]  # each earns all points; the first is the one shown
    explanations: dict[str, Any]
    correction: CorrectionKind | None = None
    first: dict[str, Any] | None = None  # the version's own answer, where it was corrected

    @property
    def turned(self) -> frozenset[str]:
        """The options that a correction made right or wrong: what is noted of them is outdated."""
        if self.first is None or "correct" not in self.first:
            return frozenset()
        now = {option for one in self.answers for option in one["correct"]}
        return frozenset(now ^ set(self.first["correct"]))

    @property
    def answer(self) -> dict[str, Any]:
        """The answer that is shown as the right one."""
        return self.answers[0]


def _in_force(explanations: sa.ColumnElement[Any], told: Any) -> sa.Select[Any]:
    later = aliased(Regrade)
    is_last = sa.and_(
        Regrade.item_version_id == ItemKey.item_version_id,
        Regrade.number.is_not(None),
        Regrade.kind != CorrectionKind.REMARKED,
        ~sa.exists().where(
            later.item_version_id == Regrade.item_version_id,
            later.number > Regrade.number,
            later.kind != CorrectionKind.REMARKED,
        ),
    )
    versions = sa.bindparam("versions", expanding=True, type_=sa.Integer)
    return (
        sa.select(
            ItemKey.item_version_id,
            ItemKey.answer,
            explanations,
            Regrade.kind,
            Regrade.new_answers,
            told.label("told"),
        )
        .outerjoin(Regrade, is_last)
        .where(ItemKey.item_version_id.in_(versions))
    )


def _told() -> Any:
    """Return what the last correction of a version that said something says of the question."""
    said = aliased(Regrade)
    return (
        sa.select(said.explanation)
        .where(
            said.item_version_id == ItemKey.item_version_id,
            said.number.is_not(None),
            said.explanation.is_not(None),
        )
        .order_by(said.number.desc())
        .limit(1)
        .scalar_subquery()
    )


# Made once: everybody who hands in asks the first.
IN_FORCE = _in_force(sa.null(), sa.null())
EXPLAINED = _in_force(ItemKey.explanations.expression, _told())


def keys_in_force(version_ids: Collection[int], *, explained: bool = True) -> dict[int, KeyInForce]:
    """Return how these item versions are scored now, in one statement.

    Not ``explained``, for scoring alone: explanations, long as they are, are left where they are.
    """
    asked = {"versions": list(version_ids)}
    return {
        version_id: KeyInForce(
            (own,) if answers is None else tuple(answers),
            (texts or {}) if told is None else {**texts, "item": told},
            kind,
            None if answers is None else own,
        )
        for version_id, own, texts, kind, answers, told in execute(
            EXPLAINED if explained else IN_FORCE, asked
        )
    }


def corrections_of(version_ids: Collection[int]) -> list[Regrade]:
    """Return the corrections of these versions' keys that are in force, in the order they came."""
    statement = (
        sa.select(Regrade)
        .where(
            Regrade.item_version_id.in_(version_ids),
            Regrade.applied_at.is_not(None),
            Regrade.kind != CorrectionKind.REMARKED,
        )
        .order_by(Regrade.item_version_id, Regrade.number)
    )
    return list(db.session.scalars(statement))
