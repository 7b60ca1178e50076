"""Saving by itself, merging, and the history of a lesson's text with comparison and restoring."""

import re

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.catalog.authoring.forms import LessonTextForm, number
from lms.catalog.editing.comparing import compare
from lms.catalog.editing.merging import Choice
from lms.catalog.editing.models import RevisionKind
from lms.catalog.editing.pages import merge_page, saved, typed
from lms.catalog.editing.queries import NOW, Entry, entry_for, history, steps_of
from lms.catalog.editing.revisions import base_of
from lms.catalog.editing.saving import Draft, Meeting, Outcome, meet, save_text
from lms.catalog.models import Activity
from lms.catalog.source.lesson_files import BODY_LIMIT, TITLE_LIMIT
from lms.catalog.views.base import (
    AUTHOR,
    blueprint,
    chosen_language,
    loaded_lesson,
    written_language,
)
from lms.core import clock
from lms.core.errors import Conflict, Invalid, Missing
from lms.core.tables.texts import has_hidden
from lms.web import access
from lms.web.forms import HIDDEN, unfit_message
from lms.web.i18n import show_time


@blueprint.post("/authoring/lessons/<public_id>/autosave")
@access.requires(AUTHOR, guests=True)
def autosave_lesson(public_id: str) -> ResponseReturnValue:
    """Save what an open editor holds; answers its script with the new row version and the time."""
    lesson = loaded_lesson(public_id)
    language = written_language(lesson, request.form.get("language"))
    form = LessonTextForm()
    if not form.validate():
        raise Invalid(next(iter(form.errors.values()))[0])
    now = clock.now()
    result = save_text(
        lesson,
        language,
        typed(form),
        now=now,
        actor=current_user.person,
        kind=RevisionKind.AUTOSAVED,
    )
    if result.outcome is Outcome.CONFLICT:
        return jsonify({"message": _("Someone else changed this lesson meanwhile.")}), 409
    return jsonify({"row_version": result.text.row_version, "saved_at": show_time(now)})


@blueprint.post("/authoring/lessons/<public_id>/merge")
@access.requires(AUTHOR, guests=True)
def merge_lesson(public_id: str) -> ResponseReturnValue:
    """Save a text put together from two; a third one that came meanwhile is met the same way."""
    lesson = loaded_lesson(public_id)
    language = written_language(lesson, request.form.get("language"))
    form = LessonTextForm()
    mine, meeting = typed(form), _meeting(lesson, language, form)
    decisions = _decisions(meeting)
    title, body, error = _put_together(meeting, decisions)
    if error:
        page = merge_page(lesson, language, mine, meeting, decisions=decisions, error=error)
        return page, 422
    draft = Draft(title, body, meeting.row_version)
    result = save_text(
        lesson,
        language,
        draft,
        now=clock.now(),
        actor=current_user.person,
        kind=RevisionKind.MERGED,
    )
    if result.meeting is not None and result.outcome is Outcome.CONFLICT:
        return merge_page(lesson, language, draft, result.meeting), 409
    return saved(lesson, result)


def _meeting(lesson: Activity, language: str, form: LessonTextForm) -> Meeting:
    """Return the meeting that the page showed, also when a third text was saved since."""
    shown = request.form.get("theirs", "")
    known = re.fullmatch(r"[0-9]{1,9}", shown)
    revision = base_of(lesson, language, int(shown)) if known else None
    if revision is None:
        raise Missing
    return meet(lesson, language, typed(form), revision)


def _decisions(meeting: Meeting) -> list[tuple[Choice | None, str]]:
    words = {choice.value: choice for choice in Choice}
    return [
        (
            words.get(request.form.get(f"choice-{place}", "")),
            request.form.get(f"own-{place}", "").replace("\r\n", "\n"),
        )
        for place in range(meeting.conflicts)
    ]


def _put_together(
    meeting: Meeting, decisions: list[tuple[Choice | None, str]]
) -> tuple[str, str, str]:
    """Return title, body and what is wrong with them ('': nothing)."""
    made = [(choice, own) for choice, own in decisions if choice is not None]
    if len(made) < len(decisions):
        return "", "", _("Decide each place where the two texts differ.")
    title, body = meeting.decided(made)
    if not title or len(title) > TITLE_LIMIT:
        return title, body, _("The title needs 1 to %(most)d characters.", most=TITLE_LIMIT)
    if len(body) > BODY_LIMIT:
        return title, body, _("The text is too long.")
    if has_hidden(title):
        return title, body, str(HIDDEN)
    return title, body, str(unfit_message(body) or "")


@blueprint.get("/authoring/lessons/<public_id>/history")
@access.requires(AUTHOR, guests=True)
def lesson_history(public_id: str) -> ResponseReturnValue:
    """List what a lesson's text was, newest first; any two can be compared."""
    lesson = loaded_lesson(public_id)
    language = chosen_language(lesson, request.args.get("language"))
    before = request.args.get("before", "")
    numbered = int(before) if re.fullmatch(r"[0-9]{1,9}", before) else None
    entries, more = history(lesson, language, before=numbered)
    return render_template(
        "catalog/editing/history.html",
        lesson=lesson,
        version=lesson.version,
        language=language,
        entries=entries,
        more=more,
    )


def _entry(lesson: Activity, language: str, key: str) -> Entry:
    entry = entry_for(lesson, language, key)
    if entry is None:
        raise Missing
    return entry


@blueprint.get("/authoring/lessons/<public_id>/history/compare")
@access.requires(AUTHOR, guests=True)
def compare_lesson(public_id: str) -> ResponseReturnValue:
    """Show two states of a lesson's text as one, with what was removed and what was added."""
    lesson = loaded_lesson(public_id)
    language = chosen_language(lesson, request.args.get("language"))
    pair = [_entry(lesson, language, request.args.get(side, NOW)) for side in ("old", "new")]
    old, new = sorted(pair, key=lambda entry: (entry.at, entry.number))
    return render_template(
        "catalog/editing/comparison.html",
        lesson=lesson,
        version=lesson.version,
        language=language,
        old=old,
        new=new,
        title=compare(old.title, new.title),
        passages=compare(old.body, new.body),
    )


@blueprint.get("/authoring/lessons/<public_id>/history/<key>")
@access.requires(AUTHOR, guests=True)
def lesson_revision(public_id: str, key: str) -> ResponseReturnValue:
    """Show one state of a lesson's text as it was written, and each save within it."""
    lesson = loaded_lesson(public_id)
    language = chosen_language(lesson, request.args.get("language"))
    entry = _entry(lesson, language, key)
    return render_template(
        "catalog/editing/revision.html",
        lesson=lesson,
        version=lesson.version,
        language=language,
        entry=entry,
        steps=steps_of(lesson, language, entry.number) if entry.steps > 1 else [],
        row_version=_row_version(lesson, language),
    )


def _row_version(lesson: Activity, language: str) -> int:
    return next((t.row_version for t in lesson.texts if t.language == language), 0)


@blueprint.post("/authoring/lessons/<public_id>/history/<key>/restore")
@access.requires(AUTHOR, guests=True)
def restore_lesson(public_id: str, key: str) -> ResponseReturnValue:
    """Make the lesson's text what it was; what stands there now stays in the history."""
    lesson = loaded_lesson(public_id)
    form = LessonTextForm()
    language = written_language(lesson, form.language.data)
    entry = _entry(lesson, language, key)
    if number(form.row_version) != _row_version(lesson, language):
        raise Conflict(
            _("Someone else changed this lesson meanwhile. Open the history again and look.")
        )
    save_text(
        lesson,
        language,
        Draft(entry.title, entry.body, number(form.row_version)),
        now=clock.now(),
        actor=current_user.person,
        kind=RevisionKind.RESTORED,
    )
    flash(_("The text is restored."), "good")
    return redirect(url_for("catalog.edit_lesson", public_id=public_id, language=language))
