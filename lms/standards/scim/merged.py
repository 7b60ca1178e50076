"""Records that were merged into another: by their keys one finds the person whose record stayed."""

from typing import Any

import sqlalchemy as sa
from scim2_models import MutabilityException
from scim2_models.path import CompareOperator
from sqlalchemy.orm import aliased

from lms.core.database import db
from lms.people.models import Person as PersonRow
from lms.people.queries.matching import among, goes_by_either
from lms.standards.scim.filters import Attribute


def stays(public_id: str) -> str:
    """Return the id of the record that a merged one leads to; of any other its own."""
    kept = aliased(PersonRow)
    statement = (
        sa.select(kept.public_id)
        .join(PersonRow, PersonRow.merged_into_id == kept.id)
        .where(PersonRow.public_id == public_id)
    )
    return db.session.scalar(statement) or public_id


def refuse_ending(row: Any, asked: str) -> None:
    """Let nobody end the record that stayed by the id of the one that was merged into it."""
    if row[0].public_id != asked:
        raise MutabilityException(
            detail=f"This record was merged: the person has the id {row[0].public_id}"
        )


class Leading(Attribute):
    """An attribute by whose value of a merged record one finds the record that stayed, too.

    ``indexed`` are the columns that have the value, each with that of the person's id beside it.
    """

    def __init__(
        self, own: Attribute, former: Attribute, past: Any, *indexed: tuple[Any, Attribute]
    ) -> None:
        super().__init__(own.column, own.prepare, own.kind)
        self.former, self.past, self.indexed = former, past, indexed

    def compare(self, operator: Any, value: Any) -> sa.ColumnElement[bool]:
        """Return the condition that the value, or for 'equals' a former one, satisfies."""
        own = super().compare(operator, value)
        if operator != CompareOperator.eq or value is None:
            return own
        leads = sa.select(self.past.merged_into_id).where(
            self.past.merged_into_id.is_not(None), self.former.compare(operator, value)
        )
        either = sa.or_(own, PersonRow.id.in_(leads))
        if not self.indexed or not goes_by_either():
            return either
        found = (sa.select(key).where(one.compare(operator, value)) for key, one in self.indexed)
        return sa.and_(among(PersonRow.id, sa.union_all(leads, *found)), either)
