"""Examples of bodies and answers, made of their schemas: valid by what validates the real ones."""

from collections.abc import Mapping
from typing import Any

KEY = "0123456789abcdef"
NUMBER = "0123456789ABCDEFGHJKMNPQRST"
COURSE = "sincere-service"
DAY, MOMENT = "2026-03-31", "2026-03-31T09:00:00Z"
# By the name of a text, where its schema has no example of its own.
WORDS: dict[str, str | None] = {
    "action": "people.transferred",
    "certificate": NUMBER,
    "code": "centre-12",
    "course": COURSE,
    "courses": COURSE,
    "email": "maria@example.org",
    "family_name": "Иванова",
    "given_name": "Мария",
    "hash": "0" * 64,
    "key": "exam",
    "language": "ru",
    "languages": "ru",
    "name": "Иванова Мария",
    "next": None,
    "number": NUMBER,
    "patronymic": "",
    "personnel_number": "N000123",
    "previous_hash": "0" * 64,
    "reason": "Issued by mistake",
    "scopes": "people:read",
    "sentences": "To be met by 31 March 2026.",
    "slug": COURSE,
    "steps": "Course “Sincere service”: 45 min of study and its exam.",
    "subject": KEY,
    "subject_kind": "person",
    "verification": "https://lms.example.org/verify/" + NUMBER,
}
TEXTS = {"ru": "По-русски", "en": "In English"}
OF_FORMAT = {"date": DAY, "date-time": MOMENT}
OF_TYPE: dict[str, Any] = {"boolean": True, "integer": 12, "number": 87.5}


def example_of(schema: Mapping[str, Any], components: Mapping[str, Any], name: str = "") -> Any:
    """Return a value that fits the schema; of an object what is required, or else all of it.

    ``name`` is that of the field whose value it is, ``components`` the document's schemas.
    """
    found = _resolved(schema, components)
    for key in ("examples", "enum"):
        if key in found:
            return found[key][0]
    if "const" in found:
        return found["const"]
    match found.get("type"):
        case "object" if "properties" in found:
            wanted = found.get("required") or list(found["properties"])
            own = found["properties"]
            return {one: example_of(own[one], components, one) for one in wanted}
        case "object":
            return dict(TEXTS)
        case "array":
            return [example_of(found["items"], components, name)]
        case "string":
            return OF_FORMAT.get(found.get("format", "")) or WORDS.get(name, KEY)
        case kind:
            return OF_TYPE.get(str(kind))


def _resolved(schema: Mapping[str, Any], components: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" in schema:
        return _resolved(components[schema["$ref"].rpartition("/")[2]], components)
    if "anyOf" in schema and "examples" not in schema:
        return _resolved(schema["anyOf"][0], components)
    return schema
