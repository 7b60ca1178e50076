"""Members of groups as they are sent: thousands of plain rows, past the library's models."""

from typing import Any, NamedTuple

from scim2_models import Context, Reference, ResponseParameters

from lms.standards.scim.schemas import Group, GroupMember


class Member(NamedTuple):
    """Who works in a unit: the person's public id and full name."""

    key: str
    name: str


def member(key: str, name: str) -> GroupMember:
    """Return a member as the library knows one."""
    return GroupMember(value=key, ref=Reference(f"Users/{key}"), type="User", display=name)


def member_fields(asked: ResponseParameters[Any]) -> frozenset[str]:
    """Return which fields of members are to be sent; none: members aren't.

    The library tells, of an example: ``attributes`` and ``excludedAttributes`` are its to read.
    """
    example = Group(id="x", display_name="x", members=[member("x", "x")])
    body = example.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE, response_parameters=asked)
    return frozenset(*(body.get("members") or [()]))


def written(one: Member, fields: frozenset[str], base_url: str) -> dict[str, str]:
    """Return a member as it stands in an answer."""
    values = {
        "value": one.key,
        "$ref": f"{base_url}/Users/{one.key}",
        "type": "User",
        "display": one.name,
    }
    return {field: value for field, value in values.items() if field in fields}
