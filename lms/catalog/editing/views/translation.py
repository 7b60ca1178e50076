"""A lesson's languages side by side, and what of a draft isn't translated yet."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from lms.catalog.editing.queries import draft_lessons
from lms.catalog.editing.translation import Variant, variants_of
from lms.catalog.views.base import (
    AUTHOR,
    blueprint,
    chosen_language,
    loaded_draft,
    loaded_lesson,
)
from lms.web import access


@blueprint.get("/authoring/lessons/<public_id>/languages")
@access.requires(AUTHOR, guests=True)
def lesson_languages(public_id: str) -> ResponseReturnValue:
    """Show a lesson's languages side by side, each editable with its preview."""
    lesson = loaded_lesson(public_id)
    return render_template(
        "catalog/editing/languages.html",
        lesson=lesson,
        version=lesson.version,
        shown=chosen_language(lesson, request.args.get("language")),
        sides=[_side(variant) for variant in variants_of(lesson, lesson.version.languages)],
    )


def _side(variant: Variant) -> dict[str, Any]:
    text = variant.text
    title, body = (text.title, text.body) if text else ("", "")
    return {
        "variant": variant,
        "language": variant.language,
        "title": title,
        "body": body,
        "row_version": text.row_version if text else 0,
    }


@blueprint.get("/authoring/drafts/<public_id>/translation")
@access.requires(AUTHOR, guests=True)
def translation(public_id: str) -> ResponseReturnValue:
    """List a draft's lessons with what isn't translated yet or is older than its original."""
    draft = loaded_draft(public_id)
    rows = [(one, variants_of(one, draft.languages)) for one in draft_lessons(draft.id)]
    return render_template("catalog/editing/translation.html", version=draft, rows=rows)
