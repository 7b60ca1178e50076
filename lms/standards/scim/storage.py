"""What the library's operations read and write: one storage for each request."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import sqlalchemy as sa
from scim2_models import (
    ForbiddenException,
    NotImplementedException,
    Resource,
    ResourceType,
    ResponseParameters,
    SearchRequest,
)
from scim2_server.storage import ScimStorage, SearchPage

from lms.core.database import db
from lms.standards.scim import groups, users
from lms.standards.scim.attributes import attributes
from lms.standards.scim.filters import condition_of, order_by
from lms.standards.scim.schemas import MOST
from lms.standards.scim.users import Desk

UNITS_ELSEWHERE = "Units are made and closed elsewhere"


class Records(ScimStorage):
    """People and units as SCIM resources."""

    def __init__(self, desk: Desk, *, in_bulk: bool = False) -> None:
        self.desk, self.in_bulk = desk, in_bulk

    @contextmanager
    def operation(self) -> Iterator[None]:
        """Enclose one operation: of several in one request a refused one leaves nothing."""
        with db.session.begin_nested() if self.in_bulk else nullcontext():
            yield

    def get(
        self,
        resource_type: ResourceType,
        resource_id: str,
        *,
        response_parameters: ResponseParameters[Any] | None = None,  # noqa: ARG002 - the library cuts
    ) -> Resource[Any]:
        """Return one resource."""
        if resource_type.name == "User":
            return users.shown(self.desk, users.found(self.desk, resource_id))  # type: ignore[no-any-return]
        return groups.shown(self.desk, [groups.found(self.desk, resource_id)])[0]  # type: ignore[no-any-return]

    def search(
        self,
        resource_types: list[ResourceType],
        search_request: SearchRequest[Any],
        *,
        position: Any = None,  # noqa: ARG002 - pages are counted by index
    ) -> SearchPage:
        """Return one page of what matches, and how much does."""
        if len(resource_types) != 1:
            raise NotImplementedException(detail="Search users or groups")
        is_user = resource_types[0].name == "User"
        statement, order = self._selection(is_user=is_user)
        known = attributes() if is_user else groups.attributes(self.desk)
        if search_request.filter is not None:
            statement = statement.where(condition_of(search_request.filter.ast, known))
        if search_request.sort_by is not None:
            falls = search_request.sort_order is SearchRequest.SortOrder.descending
            order = (order_by(str(search_request.sort_by), known, falls=falls), order[-1])
        counted = statement.with_only_columns(sa.func.count())
        total = db.session.scalar(counted) or 0
        page = statement.order_by(*order).offset(min(search_request.start_index_0 or 0, total))
        count = MOST if search_request.count is None else min(search_request.count, MOST)
        rows = db.session.execute(page.limit(count)).all() if count else []
        if is_user:
            return SearchPage(total, [users.shown(self.desk, row) for row in rows])
        return SearchPage(total, groups.shown(self.desk, [row[0] for row in rows]))

    def _selection(self, *, is_user: bool) -> tuple[sa.Select[Any], tuple[Any, ...]]:
        if is_user:
            return users.selection(self.desk), users.ORDER
        return groups.selection(self.desk), groups.ORDER

    def create(self, resource_type: ResourceType, resource: Resource[Any]) -> Resource[Any]:
        """Add a user."""
        if resource_type.name != "User":
            raise ForbiddenException(detail=UNITS_ELSEWHERE)
        return users.create(self.desk, resource)  # type: ignore[no-any-return]

    def update(
        self,
        resource_type: ResourceType,
        resource: Resource[Any],
        *,
        expected_version: str | None = None,
    ) -> Resource[Any]:
        """Change a user, or move people into a unit."""
        change = users.update if resource_type.name == "User" else groups.update
        return change(self.desk, resource, expected_version)  # type: ignore[no-any-return]

    def delete(
        self,
        resource_type: ResourceType,
        resource_id: str,
        *,
        expected_version: str | None = None,
    ) -> None:
        """End a user's employment."""
        if resource_type.name != "User":
            raise ForbiddenException(detail=UNITS_ELSEWHERE)
        users.delete(self.desk, resource_id, expected_version)
