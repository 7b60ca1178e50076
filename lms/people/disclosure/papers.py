"""The record as a document for people."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from flask_babel import gettext as _

from lms.core.pdf import Document
from lms.core.settings import PROJECT, Settings
from lms.people.audit_words import DETAILS, details_in_words
from lms.people.disclosure.parts import Part
from lms.people.disclosure.telling import Loaded, acts_of
from lms.people.disclosure.words import FIELDS, TABLES
from lms.people.models import Person
from lms.web.i18n import (
    LANGUAGES,
    in_language,
    localised,
    show_date,
    show_datetime,
    show_number,
)

FOLDER = PROJECT / "templates" / "documents" / "person_record"
PRINTED = 150  # rows of a part; all of them stand in the JSON file
LONGEST = 600  # characters of a value


def document_of(
    person: Person, loaded: Loaded, *, language: str, now: datetime, settings: Settings
) -> Document:
    """Return what the PDF is made from: texts only, in ``language``."""
    with in_language(language):
        return Document(
            FOLDER,
            "person_record.html",
            language,
            {
                "issuer": getattr(settings, f"issuer_{language}"),
                "name": person.full_name,
                "number": person.personnel_number,
                "made_at": show_datetime(now),
                "sections": [_section(part, rows, language) for part, rows in loaded if rows],
                "empty": [str(part.title) for part, rows in loaded if not rows],
                "acts": _acts(person),
            },
        )


def _section(part: Part, rows: Sequence[dict[str, Any]], language: str) -> dict[str, Any]:
    newest = rows[-PRINTED:]
    return {
        "title": str(part.title),
        "count": len(rows),
        "omitted": len(rows) - len(newest),
        "rows": [
            [
                {"name": str(FIELDS[name]), "value": text}
                for name, value in row.items()
                if name not in part.unprinted
                and (text := _text(value, part.words.get(name, {}), language))
            ]
            for row in newest
        ],
    }


def _acts(person: Person) -> list[dict[str, str]]:
    counted: Counter[str] = Counter(fact["table"] for fact in acts_of(person))
    return [{"name": str(TABLES[table]), "count": str(count)} for table, count in counted.items()]


def _text(value: Any, words: Mapping[Any, Any], language: str) -> str:
    if value is None or value in ("", {}, [], date.max):
        return ""
    if isinstance(value, str | Enum) and value in words:
        return str(words[value])
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, date):
        return show_datetime(value) if isinstance(value, datetime) else show_date(value)
    if isinstance(value, float | Decimal):
        return show_number(value, 2)
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, Mapping) and set(value) <= set(LANGUAGES):
        return localised(dict(value), language)
    if isinstance(value, Mapping) and words is DETAILS:
        return "; ".join(f"{name}: {text}" for name, text in details_in_words(dict(value), {}))
    if isinstance(value, Mapping | list):
        value = json.dumps(value, ensure_ascii=False, default=str)
    text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
