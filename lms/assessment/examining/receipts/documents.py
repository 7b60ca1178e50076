"""The receipt as a document for people."""

from datetime import datetime
from typing import Any

from lms.assessment.authoring.words import KIND_NAMES
from lms.assessment.examining.models import AttemptReceipt
from lms.assessment.models import ItemKind
from lms.core.pdf import Document
from lms.core.settings import PROJECT
from lms.web.i18n import (
    in_language,
    localised,
    show_datetime,
    show_number,
    show_percent,
    show_score,
    show_time,
)

FOLDER = PROJECT / "templates" / "documents" / "receipt"


def document_of(receipt: AttemptReceipt, language: str, *, verify_url: str) -> Document:
    """Return what the PDF is made from: texts only, in the reader's language."""
    with in_language(language):  # whatever the page it was asked for on is in
        values = printed(receipt.content, language) | {"url": verify_url}
    return Document(FOLDER, "receipt.html", language, values)


def printed(content: dict[str, Any], language: str) -> dict[str, Any]:
    """Return the receipt's values as they are written for people."""
    attempt, score, exam = content["attempt"], content["score"], content["exam"]
    return {
        "number": content["id"],
        "issuer": localised(content["issuer"]["name"], language),
        "issued_at": _moment(content["issued_at"]),
        "candidate": content["candidate"]["name"],
        "personnel_number": content["candidate"]["personnel_number"],
        "course": localised(exam["course"], language),
        "course_version": exam["course_version"],
        "title": localised(exam["title"], language),
        "attempt": attempt["number"],
        "attempt_id": attempt["id"],
        "started_at": _moment(attempt["started_at"]),
        "ended_at": _moment(attempt["submitted_at"] or attempt["closed_at"]),
        "by_clock": attempt["submitted_at"] is None,
        "pass_percent": show_percent(content["rule"]["pass_percent"]),
        "rules": [
            {"kind": str(KIND_NAMES[ItemKind(kind)]), "rule": rule}
            for kind, rule in content["rule"]["kinds"].items()
        ],
        "corrected": sorted({one["position"] for one in content["rule"]["corrections"]}),
        "points": show_number(score["points"], 2),
        "possible": show_number(score["points_possible"], 2),
        "percent": show_score(score["percent"]),
        "passed": score["passed"],
        "scoring": score["number"],
        "questions": [_question(one) for one in content["questions"]],
        "entries": content["log"]["entries"],
        "head": content["log"]["head"],
    }


def _question(asked: dict[str, Any]) -> dict[str, Any]:
    return {
        "position": asked["position"],
        "prompt": asked["prompt"],
        "item": asked["item"],
        "version": asked["version"],
        "points": asked["points"],
        "answer": asked["answer_in_words"],
        "received_at": show_time(_parsed(asked["received_at"])) if asked["received_at"] else "",
        "late": asked["late"],
        "changes": asked["changes"],
        "rule": asked.get("rule"),  # of the item, where it departs from its kind's
        "earned": show_number(asked["earned"], 2) if "earned" in asked else None,
    }


def _moment(text: str | None) -> str:
    return show_datetime(_parsed(text)) if text else ""


def _parsed(text: str) -> datetime:

    return datetime.fromisoformat(text)
