"""What the library's operations read and write: one storage for each request."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

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
from lms.standards.scim.reading import lists
from lms.standards.scim.reading.members import Member, member_fields, written
from lms.standards.scim.schemas import MOST
from lms.standards.scim.users import Desk

UNITS_ELSEWHERE = "Units are made and closed elsewhere"


class Records(ScimStorage):
    """People and units as SCIM resources."""

    def __init__(self, desk: Desk, *, in_bulk: bool = False) -> None:
        self.desk, self.in_bulk = desk, in_bulk
        self.members: dict[str, list[Member]] = {}  # of the groups that were read, by their ids
        self.fields: frozenset[str] = frozenset()

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
        response_parameters: ResponseParameters[Any] | None = None,
    ) -> Resource[Any]:
        """Return one resource."""
        if resource_type.name == "User":
            return users.shown(self.desk, users.found(self.desk, resource_id))  # type: ignore[no-any-return]
        row = groups.found(self.desk, resource_id)
        if response_parameters is None:  # it is read to be changed
            return groups.complete(self.desk, row)  # type: ignore[no-any-return]
        return self._bare([row], member_fields(response_parameters))[0]  # type: ignore[no-any-return]

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
        known = attributes() if is_user else groups.attributes(self.desk)
        order: tuple[Any, ...] = users.ORDER if is_user else groups.ORDER
        condition = None
        if search_request.filter is not None:
            condition = condition_of(search_request.filter.ast, known)
        if search_request.sort_by is not None:
            falls = search_request.sort_order is SearchRequest.SortOrder.descending
            order = (order_by(str(search_request.sort_by), known, falls=falls), order[-1])
        offset = search_request.start_index_0 or 0
        count = MOST if search_request.count is None else min(search_request.count, MOST)
        if is_user:
            total, rows = lists.page(self.desk, condition, order, offset, count)
            return SearchPage(total, [users.shown(self.desk, row) for row in rows])
        total = groups.total(self.desk, condition)
        if not count or offset >= total:
            return SearchPage(total, [])
        fields = member_fields(search_request)
        units = groups.page(self.desk, condition, order, offset, count)
        if fields:
            units = groups.bounded(units)
        units = groups.with_changes(units)
        return SearchPage(total, self._bare(units, fields))

    def _bare(self, rows: Sequence[Any], fields: frozenset[str]) -> list[Any]:
        """Return groups without their members, which are kept for the answer if it has them."""
        if fields:
            self.members.update(groups.members_of(self.desk, rows))
            self.fields = fields
        return [groups.shown(self.desk, row) for row in rows]

    def complete(self, body: Any, base_url: str) -> None:
        """Put the members of groups into an answer: thousands, which the library would check."""
        for one in (body or {}).get("Resources", [body]) if self.members else ():
            found = self.members.get(one["id"])
            if found:
                one["members"] = [written(member, self.fields, base_url) for member in found]

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
