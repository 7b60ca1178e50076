"""The OpenAPI 3.1 document, made of the declared operations and the models that validate them."""

import json
import re
from functools import cache
from http import HTTPStatus
from typing import Any, cast

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from lms.standards.api.frame.examples import example_of
from lms.standards.api.frame.operations import OPERATIONS, Operation
from lms.standards.api.frame.schemas import FieldFault, Problem
from lms.standards.api.frame.serving import VERSION
from lms.standards.api.tokens.scopes import Scope

MODULES = re.compile(r"\blms__\w+")
REFERENCE = "#/components/schemas/{model}"
# What every operation may answer; those with a body may also refuse its type and size.
ALWAYS = (400, 401, 403, 422, 429)
OF_BODIES = (413, 415)
ABOUT = (
    "Reads and changes records of the training centre as the owner of a token may. Lists are paged "
    "by key: send `next` as `cursor` until it is null. Errors are `application/problem+json` "
    "(RFC 9457). A POST with an `Idempotency-Key` can be repeated safely for 24 hours. A record "
    "with a version is changed with `If-Match` and the `ETag` it was read with. Sentences and "
    "messages are in the language of `Accept-Language` (`ru`, `en`; without it `en`), which "
    "`Content-Language` names; `type`, `status`, `field` and `title` are the same in all. "
    "Beyond a token's rate the answer is 429 with "
    "`Retry-After`."
)


@cache
def document(server: str) -> dict[str, Any]:
    """Return the document; ``server`` is the site's address."""
    models, components = _schemas()
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(
            operation, models, components
        )
    return {
        "openapi": "3.1.0",
        "info": {"title": "Training centre API", "version": "1", "description": ABOUT},
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "servers": [{"url": server + VERSION}],
        "security": [{"token": []}],
        "tags": [{"name": tag} for tag in dict.fromkeys(one.tag for one in OPERATIONS)],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A token with scopes: "
                    + ", ".join(f"`{scope.value}`" for scope in Scope),
                }
            },
        },
    }


Models = dict[tuple[type[BaseModel], JsonSchemaMode], dict[str, Any]]


def _schemas() -> tuple[Models, dict[str, Any]]:
    wanted: dict[tuple[type[BaseModel], JsonSchemaMode], None] = {}
    for operation in OPERATIONS:
        if operation.body is not None:
            wanted[operation.body, "validation"] = None
        if operation.answer is not None:
            wanted[operation.answer, "serialization"] = None
    for model in (Problem, FieldFault):
        wanted[model, "serialization"] = None
    models, schemas = models_json_schema(list(wanted), ref_template=REFERENCE)
    values, components = list(models.values()), schemas["$defs"]
    values, kinds = json.loads(MODULES.sub(_short, json.dumps([values, components])))
    if len(kinds) < len(components):
        raise ValueError("two schemas have one name")
    # Generators of clients take two schemas with one title for one.
    titled = {
        name: {**kind, "title": name} if name.endswith(kind.get("title", " ")) else kind
        for name, kind in kinds.items()
    }
    return cast(Models, dict(zip(models, values, strict=True))), titled


def _short(found: re.Match[str]) -> str:
    """Return ``BatchesOutcome`` for ``lms__certification__batches__models__Outcome``.

    Pydantic puts modules before names that stand twice: no client shall be bound to our folders.
    """
    *modules, name = found[0].split("__")
    return next(one for one in reversed(modules) if one != "models").title() + name


def _operation(operation: Operation, models: Models, components: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": operation.summary,
        "description": _description(operation),
        "parameters": [
            *(_path_parameter(name) for name in operation.parameters),
            *_query_parameters(operation),
            *_header_parameters(operation),
        ],
        "responses": _responses(operation, models, components),
    }
    if operation.body is not None:
        schema = models[operation.body, "validation"]
        example = example_of(schema, components)
        found["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema, "example": example}},
        }
    return found


def _description(operation: Operation) -> str:
    scope = "any token" if operation.scope is None else f"scope `{operation.scope.value}`"
    return f"{operation.description} Needs {scope}."


def _path_parameter(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,60}$"}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _query_parameters(operation: Operation) -> list[dict[str, Any]]:
    schema = operation.query.model_json_schema(ref_template="{model}")
    kinds = schema.get("$defs", {})
    found = []
    for name, value in schema.get("properties", {}).items():
        plain = _plain(value, kinds)
        description = plain.pop("description", None)
        parameter = {"name": name, "in": "query", "required": False, "schema": plain}
        found.append(parameter | ({"description": description} if description else {}))
    return found


def _plain(schema: dict[str, Any], kinds: dict[str, Any]) -> dict[str, Any]:
    """Return a parameter's schema on its own: without references and the null of an absent one."""
    rest = {key: value for key, value in schema.items() if key not in ("anyOf", "$ref", "title")}
    if rest.get("default", ...) is None:
        del rest["default"]
    if "$ref" in schema:
        return _plain(kinds[schema["$ref"]], kinds) | rest
    for option in schema.get("anyOf", ()):
        if option.get("type") != "null":
            return _plain(option, kinds) | rest
    return rest


def _header_parameters(operation: Operation) -> list[dict[str, Any]]:
    found = []
    if operation.method == "POST":
        found.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": False,
                "schema": {"type": "string", "pattern": "^[\\x21-\\x7e]{1,200}$"},
                "description": "The same key and request: the same answer, nothing done twice.",
            }
        )
    if operation.versioned:
        found.append(
            {
                "name": "If-Match",
                "in": "header",
                "required": True,
                "schema": {"type": "string"},
                "description": "The `ETag` of the record as it was read.",
            }
        )
    return found


def _responses(operation: Operation, models: Models, components: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for status in (operation.status, *operation.also):
        answer: dict[str, Any] = {"description": HTTPStatus(status).phrase}
        if operation.answer is not None:
            schema = models[operation.answer, "serialization"]
            example = example_of(schema, components)
            answer["content"] = {"application/json": {"schema": schema, "example": example}}
            answer["headers"] = {"ETag": {"schema": {"type": "string"}}}
        if operation.files:
            answer["content"] = {kind: {} for kind in operation.files}
        found[str(status)] = answer
    for status in sorted({*ALWAYS, *_refusals(operation)}):
        schema = {"$ref": REFERENCE.format(model="Problem")}
        found[str(status)] = {
            "description": HTTPStatus(status).phrase,
            "content": {"application/problem+json": {"schema": schema}},
        }
    return found


def _refusals(operation: Operation) -> set[int]:
    found = set(operation.refusals)
    if operation.parameters:
        found.add(404)
    if operation.body is not None:
        found |= set(OF_BODIES)
    if operation.versioned:
        found |= {412, 428, 409}
    return found
