"""What the pages of the editor, of the merge and of the history share."""

import re
from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from lms.catalog.authoring.forms import LessonTextForm, number
from lms.catalog.editing.merging import Choice
from lms.catalog.editing.models import RevisionKind
from lms.catalog.editing.saving import Draft, Meeting, Outcome, Result
from lms.catalog.models import Activity
from lms.catalog.views.base import blueprint
from lms.people.models import Person

PAGE = re.compile(r"[0-9a-f-]{8,36}")
KIND_NAMES = {
    RevisionKind.FOUND: _l("As the draft had it"),
    RevisionKind.AUTOSAVED: _l("Saved by itself"),
    RevisionKind.SAVED: _l("Saved"),
    RevisionKind.MERGED: _l("Two texts merged"),
    RevisionKind.RESTORED: _l("Restored"),
    RevisionKind.ASIDE: _l("Kept aside when two wrote at once"),
}


@blueprint.app_template_filter("revision_kind")
def _kind_name(kind: RevisionKind) -> Any:
    return KIND_NAMES[kind]


@blueprint.app_template_filter("author_name")
def author_name(person: Person) -> str:
    """Return how an author is named to the reader of the page: to a guest, no one else is."""
    if current_user.is_guest and person.id != current_user.person.id:
        return str(_("Another editor"))
    return person.full_name


def autosave_key(lesson: Activity, language: str) -> str:
    """Return the name of what a browser keeps of one person's text of a lesson."""
    return f"lesson {lesson.public_id} {language} {current_user.person.public_id}"


def autosave_attributes(lesson: Activity, language: str, kept: str = "") -> dict[str, Any]:
    """Return what the script that saves an editor's form needs to know, in the reader's words."""
    editor = url_for("catalog.edit_lesson", public_id=lesson.public_id, language=language)
    return {
        "data-autosave-url": url_for("catalog.autosave_lesson", public_id=lesson.public_id),
        "data-autosave-key": autosave_key(lesson, language),
        "data-editor-url": editor,
        "data-kept": kept,
        "data-saying": _("Saving…"),
        "data-saved-at": _("Saved at {time}."),
        "data-offline": _("Not saved: no connection. Your text is kept in this browser."),
        "data-signed-out": _(
            "Not saved: the sign-in has ended. Sign in again in another tab; your text is kept "
            "in this browser."
        ),
        "data-changed": _(
            "Not saved: someone else changed this lesson meanwhile. Press “Save” to bring both "
            "texts together."
        ),
        "data-refused": _("Not saved."),
    }


@blueprint.context_processor
def _autosave_words() -> dict[str, Any]:
    return {"autosave_key": autosave_key, "autosave_attributes": autosave_attributes}


def typed(form: LessonTextForm) -> Draft:
    """Return what was typed, with what it began from and the open page that sends it."""
    page = request.form.get("page", "")
    return Draft(
        form.title.data or "",
        form.body.data or "",
        number(form.row_version),
        page if PAGE.fullmatch(page) else "",
    )


def saved(lesson: Activity, result: Result) -> ResponseReturnValue:
    """Say what became of a text and go back to the editor.

    ``kept`` tells the page which texts left in the browser are settled by it.
    """
    if result.outcome is Outcome.MERGED:
        flash(_("Your text and the one saved meanwhile are merged: see the history."), "good")
    else:
        flash(_("The lesson is saved."), "good")
    return redirect(
        url_for(
            "catalog.edit_lesson",
            public_id=lesson.public_id,
            language=result.text.language,
            kept=result.text.row_version,
        )
    )


def merge_page(
    lesson: Activity,
    language: str,
    mine: Draft,
    meeting: Meeting,
    *,
    decisions: Sequence[tuple[Choice | None, str]] = (),
    error: str = "",
) -> str:
    """Show both texts as one, with each conflict to decide; no script needed."""
    return render_template(
        "catalog/editing/merge.html",
        lesson=lesson,
        version=lesson.version,
        language=language,
        mine=mine,
        meeting=meeting,
        decisions=decisions,
        error=error,
    )
