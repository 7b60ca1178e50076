"""Who looks after one centre is answered about another one's records as about none at all."""

from typing import Any

import pytest
from flask import Flask

from lms.people.models import AccessRole, OrganisationUnit
from lms.people.services import grant_role
from lms.reporting.resources import OPERATIONS
from lms.standards.api.frame.openapi import document
from lms.standards.api.frame.operations import Operation
from tests.architecture.world import MISSING, addresses, make_world
from tests.builders.api import Caller
from tests.builders.people import NOW, make_account, make_unit

pytestmark = pytest.mark.in_turn
NO_NUMBER = "0" * 27
# What everybody with the scope may read, wherever they are: the same in the whole network.
SHARED = {
    "certification_id", "day", "equivalent_id", "first_on", "group_id", "part_key", "post_id",
    "rule_id", "shift", "slug",
}  # fmt: skip
BODIES = {
    "person": "person", "unit": "unit", "parent": "unit", "enrolment": "completed",
    "kept": "person", "ended": "second record", "one": "person", "other": "second record",
}  # fmt: skip


def keeper_of(app: Flask, unit: OrganisationUnit) -> Caller:
    """A token with every scope of who has each right over one centre."""
    account = make_account(AccessRole.ADMINISTRATOR, unit=unit, over=unit)
    grant_role(now=NOW, actor_key=None, account=account, role=AccessRole.HR, unit=unit)
    return Caller(app, account=account)


def body_of(operation: Operation) -> dict[str, Any]:
    if operation.body is None:
        return {}
    described = document("https://x")["paths"][operation.path][operation.method.lower()]
    body: dict[str, Any] = described["requestBody"]["content"]["application/json"]["example"]
    return body


def test_no_operation_knows_another_centres_records(app: Flask) -> None:
    world = make_world(app)
    places, caller = addresses(world), keeper_of(app, make_unit())

    def answer(operation: Operation, *, foreign: bool) -> tuple[int, bytes, str | None]:
        values = {
            name: value
            if foreign or name in SHARED
            else (NO_NUMBER if name == "number" else MISSING)
            for name, value in places.get(f"api.{operation.name}", {}).items()
        }
        body = body_of(operation)
        body |= {
            name: world.keys[key] if foreign else MISSING
            for name, key in BODIES.items()
            if name in body
        }
        options = {} if operation.body is None else {"json": body}
        sent = caller.send(
            operation.method,
            operation.path.format(**values),
            status=None,
            headers={"If-Match": "*"} if operation.versioned else {},
            **options,
        )
        return sent.status_code, sent.get_data(), sent.headers.get("Location")

    compared = 0
    for operation in OPERATIONS:
        if set(operation.parameters) - SHARED or BODIES.keys() & body_of(operation):
            foreign = answer(operation, foreign=True)
            assert foreign == answer(operation, foreign=False), operation.name
            assert foreign[0] in (403, 404, 422), operation.name
            compared += 1
    assert compared > 60
