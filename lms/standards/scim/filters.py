"""Filters of SCIM as conditions of SQL, for the attributes that are kept here."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from scim2_models import InvalidFilterException, InvalidPathException
from scim2_models.path import (
    AttrPath,
    CompareOperator,
    Comparison,
    FilterNode,
    FilterVisitor,
    LogicalExpr,
    LogicalOperator,
    Not,
    Present,
    ValuePath,
)

from lms.core.database import db, fold
from lms.people.queries.matching import begins_with

Operator = CompareOperator
UNSTORABLE = re.compile("[\0\ud800-\udfff]")  # what JSON can write and no database looks for


class Attribute:
    """A filterable attribute: its column, and how values are made comparable."""

    def __init__(self, column: Any, prepare: Callable[[Any], Any], kind: type = str) -> None:
        self.column, self.prepare, self.kind = column, prepare, kind

    def compare(self, operator: Operator, value: Any) -> sa.ColumnElement[bool]:
        """Return the condition that the attribute's value satisfies the comparison."""
        if value is None and operator in (Operator.eq, Operator.ne):
            is_empty: sa.ColumnElement[bool] = self.column.is_(None)
            return is_empty if operator == Operator.eq else sa.not_(is_empty)
        if not isinstance(value, self.kind):
            raise InvalidFilterException(detail="The value is of another type than the attribute")
        if isinstance(value, str) and UNSTORABLE.search(value):
            raise InvalidFilterException(detail="The value holds a character that no text has")
        ready, column = self.prepare(value), self.column
        if operator == Operator.ne:
            return sa.or_(column.is_(None), column != ready)
        if self.kind is bool:
            if operator != Operator.eq:
                raise InvalidFilterException(detail="Truth values are equal or not")
            return column == ready  # type: ignore[no-any-return]
        conditions: dict[Operator, Callable[[], Any]] = {
            Operator.eq: lambda: column == ready,
            Operator.co: lambda: column.contains(ready, autoescape=True),
            Operator.sw: lambda: begins_with(column, ready),
            Operator.ew: lambda: column.endswith(ready, autoescape=True),
            Operator.gt: lambda: column > ready,
            Operator.ge: lambda: column >= ready,
            Operator.lt: lambda: column < ready,
            Operator.le: lambda: column <= ready,
        }
        return conditions[operator]()  # type: ignore[no-any-return]


def exact(column: Any) -> Attribute:
    """Return an attribute whose case counts."""
    return Attribute(column, lambda value: value)


def caseless(column: Any) -> Attribute:
    """Return an attribute whose case doesn't count, Cyrillic letters included."""
    if db.session.get_bind().dialect.name == "sqlite":
        return Attribute(sa.func.fold(column, type_=sa.String), fold)
    folded = sa.func.replace(sa.func.lower(column), "ё", "е", type_=sa.String)
    return Attribute(folded, fold)


def folded(column: Any) -> Attribute:
    """Return an attribute whose case doesn't count and whose column is kept folded.

    Its index stays of use: users in the order of their names are read as far as the page.
    """
    return Attribute(column, fold)


class Moment(Attribute):
    """A filterable instant: it comes before, at or after another one, and has no letters."""

    def __init__(self, column: Any) -> None:
        super().__init__(column, _instant)

    def compare(self, operator: Operator, value: Any) -> sa.ColumnElement[bool]:
        """Return the condition; raise InvalidFilterException for a comparison of letters."""
        if operator in (Operator.co, Operator.sw, Operator.ew):
            raise InvalidFilterException(detail="Instants are compared by time alone")
        return super().compare(operator, value)


def _instant(text: str) -> datetime:
    """Return what an XSD dateTime names; one without a zone is in UTC."""
    try:
        instant = datetime.fromisoformat(text)
        return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidFilterException(detail=f"{text[:40]!r} is not an instant") from error


class Conditions(FilterVisitor[sa.ColumnElement[bool]]):
    """Turns a filter into a condition; ``attributes`` by their path in lower case."""

    def __init__(self, attributes: Mapping[str, Attribute], within: str = "") -> None:
        self.attributes, self.within = attributes, within

    def _find(self, path: AttrPath) -> Attribute:
        names = [self.within, path.attr, path.sub_attr]
        name = ".".join(part.lower() for part in names if part)
        found = self.attributes.get(name)
        if found is None:
            raise InvalidFilterException(detail=f"{name} can't be filtered by")
        return found

    def visit_comparison(self, node: Comparison) -> sa.ColumnElement[bool]:
        """Compare a column."""
        return self._find(node.attr_path).compare(node.op, node.value)

    def visit_present(self, node: Present) -> sa.ColumnElement[bool]:
        """Ask for a value."""
        attribute = self._find(node.attr_path)
        if attribute.kind is bool:
            return sa.true()
        return sa.and_(attribute.column.is_not(None), attribute.column != "")

    def visit_not(self, node: Not) -> sa.ColumnElement[bool]:
        """Turn a condition round; what is unknown isn't met."""
        return sa.not_(sa.func.coalesce(self.visit(node.expr), sa.false(), type_=sa.Boolean))

    def visit_logical_expr(self, node: LogicalExpr) -> sa.ColumnElement[bool]:
        """Join conditions."""
        joined = sa.and_ if node.op == LogicalOperator.and_ else sa.or_
        return joined(*(self.visit(term) for term in node.terms))

    def visit_value_path(self, node: ValuePath) -> sa.ColumnElement[bool]:
        """Ask of one value of a list: of the lists here at most one value is kept."""
        if self.within:
            raise InvalidFilterException(detail="Selections can't be nested")
        return Conditions(self.attributes, node.attr_path.attr).visit(node.val_filter)


def condition_of(node: FilterNode, attributes: Mapping[str, Attribute]) -> sa.ColumnElement[bool]:
    """Return the condition for a filter."""
    return Conditions(attributes).visit(node)


def order_by(
    path: str, attributes: Mapping[str, Attribute], *, falls: bool
) -> sa.ColumnElement[Any]:
    """Return the order by an attribute; who lacks it comes last, or first when it falls.

    Raises InvalidPathException for what can't be sorted by (RFC 7644, 3.4.2.3).
    """
    found = attributes.get(path.rpartition(":")[2].lower())
    if found is None or isinstance(found.column, sa.Select):
        raise InvalidPathException(detail=f"{path} can't be sorted by")
    column = found.column
    ordered: sa.ColumnElement[Any] = (
        sa.nulls_first(sa.desc(column)) if falls else sa.nulls_last(sa.asc(column))
    )
    return ordered
