"""The pages that document the API: the same operations, with an example of each."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lms.standards.api.frame.examples import COURSE, DAY, KEY, NUMBER
from lms.standards.api.frame.openapi import document
from lms.standards.api.frame.operations import OPERATIONS, Operation
from lms.standards.api.frame.serving import VERSION

# What stands in the paths of examples; else a key.
IN_PATHS = {
    "slug": COURSE,
    "number": NUMBER,
    "first_on": DAY,
    "class_key": "messages",
    "day": DAY,
    "shift": "first",
}


@dataclass(frozen=True)
class Shown:
    """An operation as its page shows it."""

    operation: Operation
    parameters: list[dict[str, Any]]
    fields: list[tuple[str, str, bool, str]]  # of the body: name, kind, required, description
    example: str  # a command line
    answer: str  # in JSON; empty without one
    answers: list[tuple[str, str]]


@dataclass(frozen=True)
class Section:
    """Operations about one thing, in the order of their declaration."""

    title: str
    operations: tuple[Operation, ...]

    @property
    def key(self) -> str:
        """What stands in the address of its page."""
        return self.title.lower().replace(" ", "-")


def sections() -> list[Section]:
    """Return the operations by what they are about, in the order of their declaration."""
    found: dict[str, list[Operation]] = {}
    for one in OPERATIONS:
        found.setdefault(one.tag, []).append(one)
    return [Section(tag, tuple(operations)) for tag, operations in found.items()]


def shown(section: Section, server: str) -> list[Shown]:
    """Return the operations of a section as its page shows them."""
    made = document(server)
    return [_shown(one, made, server) for one in section.operations]


def _shown(operation: Operation, made: dict[str, Any], server: str) -> Shown:
    described = made["paths"][operation.path][operation.method.lower()]
    body = _body(described)
    schema = _resolved(body.get("schema", {}), made)
    return Shown(
        operation=operation,
        parameters=described["parameters"],
        fields=list(_fields(schema, made)),
        example=_example(operation, body.get("example"), server),
        answer=_answer(described["responses"][str(operation.status)]),
        answers=[
            (code, ": ".join([one["description"], *_files(one)]))
            for code, one in described["responses"].items()
        ],
    )


def _body(described: dict[str, Any]) -> dict[str, Any]:
    content = described.get("requestBody", {}).get("content", {})
    found: dict[str, Any] = content.get("application/json", {})
    return found


def _answer(response: dict[str, Any]) -> str:
    content = response.get("content", {}).get("application/json")
    if not content:  # nothing, or a file
        return ""
    return json.dumps(content["example"], ensure_ascii=False, indent=2)


def _files(response: dict[str, Any]) -> list[str]:
    """Return the media types of an answer that is a file."""
    return [kind for kind in response.get("content", {}) if "json" not in kind]


def _resolved(schema: dict[str, Any], made: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in schema:
        return schema
    found: dict[str, Any] = made["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found


def _options(schema: dict[str, Any], made: dict[str, Any]) -> list[dict[str, Any]]:
    resolved = _resolved(schema, made)
    return [_resolved(one, made) for one in resolved.get("anyOf", [resolved])]


def _fields(
    body: dict[str, Any], made: dict[str, Any], within: str = ""
) -> Iterator[tuple[str, str, bool, str]]:
    """Yield the fields of a body, each with those directly within it (``parts[].key``)."""
    required = body.get("required", [])
    for name, schema in body.get("properties", {}).items():
        kind = kind_of(schema, made)
        yield within + name, kind, name in required, schema.get("description", "")
        for option in () if within else _options(schema, made):
            inner = _resolved(option.get("items", option), made)
            yield from _fields(inner, made, f"{name}{'[]' if 'items' in option else ''}.")


def kind_of(schema: dict[str, Any], made: dict[str, Any] | None = None) -> str:
    """Return what a value is, in a word or as its choices."""
    options = _options(schema, made or {})
    words = []
    for option in options:
        if "enum" in option:
            words.append(" | ".join(map(str, option["enum"])))
        elif "items" in option:
            words.append(f"[{kind_of(option['items'], made)}]")
        else:
            words.append(str(option.get("format") or option.get("type", "any")))
    return " | ".join(words)


LINE = 100  # characters of a body that are read without scrolling


def _example(operation: Operation, body: Any, server: str) -> str:
    path = operation.path
    for name in operation.parameters:
        path = path.replace(f"{{{name}}}", IN_PATHS.get(name, KEY))
    lines = [f"curl {'' if operation.method == 'GET' else f'-X {operation.method} '}"]
    lines[0] += f"'{server}{VERSION}{path}'"
    lines.append('-H "Authorization: Bearer $LMS_TOKEN"')
    if operation.files:
        lines[0] = lines[0].replace("curl ", "curl -OJ ", 1)  # kept under the name it comes with
    if operation.versioned:
        lines.append("-H 'If-Match: \"…\"'")
    if body is not None:
        if operation.method == "POST":
            lines.append('-H "Idempotency-Key: $(uuidgen)"')
        lines.append("-H 'Content-Type: application/json'")
        text = json.dumps(body, ensure_ascii=False)
        if len(text) > LINE:
            text = json.dumps(body, ensure_ascii=False, indent=2)
        lines.append(f"-d '{text}'")
    return " \\\n  ".join(lines)
