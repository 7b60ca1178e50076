"""Each operation is documented with examples that what validates the real thing accepts."""

import json

import pytest

from lms.reporting.resources import OPERATIONS
from lms.standards.api.documentation import sections, shown
from lms.standards.api.frame.openapi import document
from lms.standards.api.frame.operations import Operation

SERVER = "https://lms.example.org"


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
def test_the_examples_of_an_operation_are_valid(operation: Operation) -> None:
    described = document(SERVER)["paths"][operation.path][operation.method.lower()]
    given = [described["responses"][str(operation.status)]] if operation.answer else []
    models = [operation.answer] if operation.answer else []
    if operation.body is not None:
        given.append(described["requestBody"])
        models.append(operation.body)
    for model, one in zip(models, given, strict=True):
        example = one["content"]["application/json"]["example"]
        assert model.model_validate_json(json.dumps(example))


def test_the_page_shows_them() -> None:
    every = {one.operation.name: one for own in sections() for one in shown(own, SERVER)}
    assert len(every) == len(OPERATIONS)
    moved = every["transfer_person"]
    assert all(name in moved.example for name in ('"unit"', '"post"', '"on"', "If-Match"))
    assert "parts[].in_short" in {name for name, *_rest in every["define_certification"].fields}
    assert every["get_batch_file"].example.startswith("curl -OJ 'https:")
    assert json.loads(moved.answer)["post"]["since"] == "2026-03-31"


def test_clients_made_of_the_document_get_types_by_their_own_names() -> None:
    kinds = document(SERVER)["components"]["schemas"]
    titles = [kind["title"] for kind in kinds.values()]
    assert len(set(titles)) == len(titles)
    assert all("__" not in name for name in kinds)
