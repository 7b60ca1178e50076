"""Pages of a course's bank: import with a dry run, export."""

import base64
from dataclasses import replace
from io import BytesIO
from itertools import count

from flask import (
    Blueprint,
    Flask,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from lms.assessment.authored import split
from lms.assessment.authoring.words import KIND_ICONS, KIND_NAMES, LANGUAGE_NAMES, plain_text
from lms.assessment.delivery.marks import Marks, marks_of
from lms.assessment.delivery.pictures import Figure
from lms.assessment.delivery.questions import Question
from lms.assessment.models import ItemKey
from lms.assessment.views.desk import Desk, open_desk
from lms.assessment.views.showing import samples_of
from lms.catalog.messages import localised_message
from lms.core import clock
from lms.core.errors import Missing
from lms.core.storage import blobs
from lms.core.unit_of_work import reads_first, release
from lms.people.permissions import Permission
from lms.standards import import_tokens
from lms.standards.api import views as api
from lms.standards.forms import ImportForm
from lms.standards.import_tokens import ImportExpired, ImportRequest
from lms.standards.items import limits
from lms.standards.items.banks.exporting import export_bank
from lms.standards.items.banks.importing import Outcome, Plan, carry_out, plan_import
from lms.standards.items.errors import Unreadable
from lms.standards.items.formats import CODECS, ItemFormat, ReadFile, read_items
from lms.standards.items.model import Written, grouped
from lms.standards.scim import views as scim
from lms.standards.words import FORMAT_NAMES, FORMAT_NOTES, OUTCOME_NAMES, OUTCOME_TONES
from lms.web import access

AUTHOR = Permission.AUTHOR_COURSES
KEYS_SHOWN = 12  # of questions with the same loss
PICTURES_SHOWN = 4 * limits.MEGABYTE  # bytes of new pictures on one page
SHOWN = 50  # items, and notes, on one page
blueprint = Blueprint("standards", __name__)


@blueprint.route("/authoring/courses/<slug>/items/import", methods=["GET", "POST"])
@access.requires(AUTHOR)
@reads_first
def import_items(slug: str) -> ResponseReturnValue:
    """Take a file and show what importing it would do; nothing is written but the file."""
    desk = open_desk(slug)
    form = ImportForm(desk.frame.topics, desk.frame.languages)
    if not form.validate_on_submit():
        return _upload_page(desk, form, 422 if form.errors else 200)
    content = form.file.data.read(limits.FILE_BYTES + 1)
    try:
        file = read_items(content, language=form.language.data, form=form.chosen_format)
    except Unreadable as refusal:
        form.file.errors = [*form.file.errors, _refused(refusal)]
        return _upload_page(desk, form, 422)
    asked = ImportRequest(
        blobs().put(content), file.form, form.topic.data or "", form.language.data
    )
    return _plan_page(desk, asked, _planned(desk, asked, file))


def _upload_page(desk: Desk, form: ImportForm, status: int) -> ResponseReturnValue:
    largest = min(limits.FILE_BYTES, current_app.config["SETTINGS"].max_upload_bytes)
    page = render_template(
        "standards/import_items.html",
        desk=desk,
        form=form,
        megabytes=largest // limits.MEGABYTE,
        most=limits.ITEMS,
    )
    return page, status


def _refused(refusal: Unreadable) -> str:
    reason = localised_message(refusal.message)
    place = ": ".join(
        part
        for part in (refusal.file, _("line %(line)d", line=refusal.line) if refusal.line else "")
        if part
    )
    told = f"{reason[:1].upper()}{reason[1:]}"
    return f"{told} ({place})." if place else f"{told}."


def _planned(desk: Desk, asked: ImportRequest, file: ReadFile) -> Plan:
    topic = asked.topic or None
    return plan_import(course=desk.course, version=desk.version, file=file, topic=topic)


def _plan_page(
    desk: Desk, asked: ImportRequest, plan: Plan, *, changed: bool = False
) -> ResponseReturnValue:
    signed = ImportRequest(asked.blob, asked.form, asked.topic, asked.language, plan.fingerprint)
    page = render_template(
        "standards/import_plan.html",
        desk=desk,
        plan=plan,
        token=import_tokens.sign(signed, **_seal(desk)),
        samples=_samples(desk, plan),
        shown=SHOWN,
        changed=changed,
        outcomes=Outcome,
        outcome_names=OUTCOME_NAMES,
        outcome_tones=OUTCOME_TONES,
        format_names=FORMAT_NAMES,
        kind_names=KIND_NAMES,
        kind_icons=KIND_ICONS,
        topics={**dict(desk.frame.topics), **plan.added_titles},
        language_names=LANGUAGE_NAMES,
        plain=plain_text,
        told=localised_message,
    )
    return page, 409 if changed else 200


def _samples(desk: Desk, plan: Plan) -> dict[str, list[tuple[Question, Marks]]]:
    """Return the first items as candidates would see them, with their right answers, by key."""
    samples = {}
    figures = _shown_pictures(plan)
    places = count(1)  # their fields' ids must differ
    for planned in plan.items[:SHOWN]:
        parts = split(planned.item)
        # Never added to the session: it only carries what the page needs.
        key = ItemKey(answer=parts.answer, explanations=parts.explanations)
        samples[planned.item.key] = [
            (replace(one, position=next(places)), marks_of(one, key, None, 0))
            for one in samples_of(
                planned.item, _spoken(desk, planned.item.prompt), desk.version.id, figures
            )
        ]
    return samples


def _shown_pictures(plan: Plan) -> dict[str, Figure]:
    """Return new pictures inside the page itself: nothing of the file has an address yet."""
    figures: dict[str, Figure] = {}
    left = PICTURES_SHOWN
    for path, picture in plan.pictures.items():
        left -= len(picture.content)
        if left >= 0:
            coded = base64.b64encode(picture.content).decode()
            url = f"data:{picture.media_type};base64,{coded}"
            figures[path] = Figure(url, picture.width, picture.height)
    return figures


def _spoken(desk: Desk, prompt: dict[str, str]) -> list[str]:
    return [code for code in desk.frame.languages if prompt.get(code)] or list(prompt)


def _seal(desk: Desk) -> dict[str, str]:
    return {
        "secret": current_app.config["SECRET_KEY"],
        "actor_key": current_user.person.public_id,
        "slug": desk.course.slug,
    }


@blueprint.post("/authoring/courses/<slug>/items/import/confirm")
@access.requires(AUTHOR)
@reads_first
def confirm_import(slug: str) -> ResponseReturnValue:
    """Do what the dry run showed; when that is no longer what would happen, show it anew."""
    asked = import_tokens.read(request.form.get("import", ""), **_seal(open_desk(slug)))
    file = _read_again(asked)
    release()  # what is read from here on is still so when it is written
    desk = open_desk(slug)
    plan = _planned(desk, asked, file)
    if plan.fingerprint != asked.fingerprint:
        return _plan_page(desk, asked, plan, changed=True)
    if plan.changes:
        carry_out(plan, actor=current_user.person, now=clock.now())
    written = plan.count(Outcome.CREATED) + plan.count(Outcome.CHANGED)
    flash(
        ngettext("%(num)d question is imported.", "%(num)d questions are imported.", written),
        "good",
    )
    return redirect(url_for("assessment.items", slug=slug), 303)


def _read_again(asked: ImportRequest) -> ReadFile:
    try:
        content = blobs().get(asked.blob)
    except FileNotFoundError as error:
        raise ImportExpired from error
    return read_items(content, language=asked.language, form=asked.form)


@blueprint.get("/authoring/courses/<slug>/items/export")
@access.requires(AUTHOR)
def export_items(slug: str) -> ResponseReturnValue:
    """Offer the formats; of the chosen one, tell what it can't hold."""
    desk = open_desk(slug)
    form = _format(request.args.get("format")) if "format" in request.args else None
    language = _language(desk)
    written = _written(desk, form, language) if form else None
    return render_template(
        "standards/export_items.html",
        desk=desk,
        form=form,
        language=language,
        written=written,
        losses=grouped(written.losses) if written else [],
        format_names=FORMAT_NAMES,
        format_notes=FORMAT_NOTES,
        language_names=LANGUAGE_NAMES,
        shown=KEYS_SHOWN,
        told=localised_message,
    )


@blueprint.get("/authoring/courses/<slug>/items/export/<form>")
@access.requires(AUTHOR)
def export_file(slug: str, form: str) -> ResponseReturnValue:
    """Give the bank as a file."""
    desk = open_desk(slug)
    chosen = _format(form)
    written = _written(desk, chosen, _language(desk))
    if not written.written:
        raise Missing
    codec = CODECS[chosen]
    response = send_file(
        BytesIO(written.content),
        mimetype=codec.media_type,
        as_attachment=True,
        download_name=f"{slug}.{codec.extension}",
    )
    response.headers["Cache-Control"] = "no-store"  # it holds the keys of the questions
    return response


def _format(name: str | None) -> ItemFormat:
    try:
        return ItemFormat(name)
    except ValueError as error:
        raise Missing from error


def _language(desk: Desk) -> str:
    chosen = request.args.get("language", "")
    return chosen if chosen in desk.frame.languages else ""


def _written(desk: Desk, form: ItemFormat, language: str) -> Written:
    languages = [language] if language else list(desk.frame.languages)
    return export_bank(course=desk.course, version=desk.version, form=form, languages=languages)


def init_app(app: Flask) -> None:
    """Add the API with its pages, and SCIM."""
    api.init_app(app)
    scim.init_app(app)
