"""The media library of a draft: upload, describe, replace, rename and remove files."""

from typing import Any

from flask import current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from lms.catalog.authoring.forms import number
from lms.catalog.errors import InUse, WrongFile
from lms.catalog.media import queries, services
from lms.catalog.media.forms import (
    CaptionsForm,
    DescriptionForm,
    RenameForm,
    ReplaceForm,
    UploadForm,
    described,
)
from lms.catalog.media.kinds import MEGABYTE
from lms.catalog.media.shelf import Entry, entry_of, shelf_of, snippet
from lms.catalog.models import CourseFile, CourseVersion
from lms.catalog.uploading import queries as upload_queries
from lms.catalog.uploading.errors import QuotaReached
from lms.catalog.uploading.sources import Source, from_form, from_upload, keep, take
from lms.catalog.views.base import AUTHOR, blueprint, require_editor
from lms.catalog.views.submitting import Submission, submit
from lms.core import clock
from lms.core.errors import Missing, Refusal
from lms.core.settings import Settings
from lms.core.unit_of_work import reads_first, release
from lms.web import access
from lms.web.errors import wants_json

blueprint.add_app_template_filter(snippet, "snippet")
PICKED = {"picture", "drawing", "audio", "video", "document"}


def loaded_library(public_id: str) -> CourseVersion:
    """Return the draft whose library may be changed."""
    draft = queries.draft_for(public_id)
    require_editor(draft.course_id if draft else 0)
    if draft is None:
        raise Missing
    return draft


def _file(public_id: str, file_id: str) -> tuple[CourseVersion, CourseFile]:
    draft = loaded_library(public_id)
    file = queries.file_of_draft(draft, file_id)
    if file is None:
        raise Missing
    return draft, file


def _who() -> dict[str, Any]:
    return {"now": clock.now(), "actor": current_user.person}


def _sender() -> dict[str, Any]:
    return {"now": clock.now(), "person": current_user.person}


def limits() -> dict[Any, int]:
    """Return how many bytes a file of each kind may have here."""
    return services.limits_of(current_app.config["SETTINGS"])


def _quota() -> int:
    return int(current_app.config["SETTINGS"].max_day_upload_bytes)


def largest(settings: Settings) -> int:
    """Return how many bytes a request with a file may have."""
    return max(services.limits_of(settings).values()) + MEGABYTE


@blueprint.get("/authoring/drafts/<public_id>/media")
@access.requires(AUTHOR, guests=True)
def media(public_id: str) -> ResponseReturnValue:
    """List a draft's files."""
    return _library(loaded_library(public_id), UploadForm(formdata=None))


def _library(draft: CourseVersion, form: UploadForm, status: int = 200) -> ResponseReturnValue:
    return render_template(
        "catalog/media.html",
        version=draft,
        shelf=shelf_of(draft),
        renamed=upload_queries.renamed_pictures(draft),
        form=form,
        waiting=upload_queries.waiting(current_user.person, draft, clock.now()),
        megabytes={kind.value: limit // MEGABYTE for kind, limit in limits().items()},
    ), status


@blueprint.post("/authoring/drafts/<public_id>/media")
@access.requires(AUTHOR, guests=True)
@access.takes_bodies(largest)
@reads_first
def add_media(public_id: str) -> ResponseReturnValue:
    """Take files: what is good is kept, what isn't is named with the reason."""
    draft = loaded_library(public_id)
    form = UploadForm()
    added, refused = _add(draft, form.files.data) if form.validate() else ([], [])
    form.files.errors = [*form.files.errors, *refused]
    draft = loaded_library(public_id)  # changing it let go of what was loaded
    if wants_json():
        return told(draft, added, list(form.files.errors))
    if added:
        count = len(added)
        flash(ngettext("%(num)d file is saved.", "%(num)d files are saved.", count), "good")
    if form.files.errors:
        return _library(draft, form, 422)
    return redirect(url_for("catalog.media", public_id=public_id))


def _add(draft: CourseVersion, files: list[Any]) -> tuple[list[CourseFile], list[str]]:
    """Keep the files one by one: each is whole in the library before the next is looked at."""
    added, refused = [], []
    for file in files:
        try:
            added.append(add_to(draft, from_form(file, quota=_quota(), **_sender())))
        except (WrongFile, QuotaReached) as error:
            refused.append(told_refusal(str(file.filename or ""), error))
    return [one for one in added if one], refused


def add_to(draft: CourseVersion, source: Source) -> CourseFile | None:
    """Look at a file and put it into the library, in a transaction of its own."""
    upload = take(source, limits=limits(), now=clock.now())
    release()
    name = source.name
    file = keep(
        source,
        draft,
        lambda: services.add_file(draft, upload, name=name, **_who()),
        **_sender(),
    )
    release(then_writing=False)
    return file


def told_refusal(name: str, error: Refusal) -> str:
    """Return why a file isn't taken, with its name."""
    shown = name.replace("\\", "/").rpartition("/")[2][:80]
    return f"{shown}: {str(error.message).removesuffix('.')}."


def told(draft: CourseVersion, added: list[CourseFile], refused: list[str]) -> ResponseReturnValue:
    """Return the cards of new files, and the reasons of what isn't taken, for a script."""
    renamed = upload_queries.renamed_pictures(draft)
    cards = [
        render_template("catalog/_media_card.html", version=draft, entry=entry, renamed=renamed)
        for entry in shelf_of(draft, added)
    ]
    return jsonify({"cards": cards, "refused": refused}), 422 if refused else 201


@blueprint.get("/authoring/drafts/<public_id>/media/picker")
@access.requires(AUTHOR, guests=True)
def media_picker(public_id: str) -> ResponseReturnValue:
    """Return what the lesson editor offers to insert, in the text's language."""
    draft = loaded_library(public_id)
    language = request.args.get("language", "")
    shelf = [entry for entry in shelf_of(draft) if entry.kind.value in PICKED]
    return render_template(
        "catalog/_media_picker.html",
        version=draft,
        shelf=shelf,
        language=language if language in draft.languages else draft.languages[0],
    )


@blueprint.route("/authoring/drafts/<public_id>/media/<file_id>", methods=["GET", "POST"])
@access.requires(AUTHOR, guests=True)
def media_file(public_id: str, file_id: str) -> ResponseReturnValue:
    """Show a file with its uses, and say what a picture shows."""
    draft, file = _file(public_id, file_id)
    form = DescriptionForm(draft, data=described(file))
    result = submit(
        form,
        lambda: _describe(file, form),
        stored=lambda: DescriptionForm(
            draft, formdata=None, data=described(_file(public_id, file_id)[1])
        ),
    )
    if result.done:
        flash(_("The description is saved."), "good")
        return redirect(url_for("catalog.media_file", public_id=public_id, file_id=file_id))
    return _file_page(draft, file, result, description=form)


def _describe(file: CourseFile, form: DescriptionForm) -> None:
    services.describe_file(file, alt=form.texts, row_version=number(form.row_version), **_who())


def _file_page(
    draft: CourseVersion, file: CourseFile, result: Submission, **forms: Any
) -> ResponseReturnValue:
    """Show the page of one file; ``forms`` are those that were sent, the others are fresh."""
    draft, file = _file(draft.public_id, file.public_id)  # a refused change let go of them
    entry: Entry = entry_of(draft, file)
    name = file.name.rpartition(".")[0]
    fresh = {
        "description": DescriptionForm(draft, formdata=None, data=described(file)),
        "rename": RenameForm(formdata=None, data={"name": name}),
        "replace": ReplaceForm(formdata=None),
        "captions": CaptionsForm(draft, formdata=None),
    }
    return render_template(
        "catalog/media_file.html",
        version=draft,
        file=file,
        entry=entry,
        theirs=result.theirs,
        **{**fresh, **forms},
    ), result.status


@blueprint.post("/authoring/drafts/<public_id>/media/<file_id>/replace")
@access.requires(AUTHOR, guests=True)
@access.takes_bodies(largest)
@reads_first
def replace_media(public_id: str, file_id: str) -> ResponseReturnValue:
    """Put other bytes in a file's place."""
    draft, file = _file(public_id, file_id)
    form = ReplaceForm()
    result = submit(form, lambda: _replace(draft, file, form), key=form.file)
    if result.done:
        flash(_("The file is replaced wherever it is shown."), "good")
        return redirect(url_for("catalog.media_file", public_id=public_id, file_id=file_id))
    return _file_page(draft, file, result, replace=form)


def _replace(draft: CourseVersion, file: CourseFile, form: ReplaceForm) -> None:
    suffix = file.path.rpartition(".")[2]
    source = _source(draft, form, form.file.data)
    upload = take(source, limits=limits(), now=clock.now(), suffix=suffix)
    release()
    keep(source, draft, lambda: services.replace_file(file, upload, **_who()), **_sender())


def _source(draft: CourseVersion, form: ReplaceForm | CaptionsForm, file: Any) -> Source:
    """Return what a form brings: the upload that it names, once, else the file in it."""
    upload_id, form.upload.data = form.upload.data, ""
    if not upload_id:
        return from_form(file, quota=_quota(), **_sender())
    upload = upload_queries.upload_of(current_user.person, draft, upload_id)
    if upload is None:
        raise WrongFile(_("This upload is no longer there. Choose the file again."))
    return from_upload(upload)


@blueprint.post("/authoring/drafts/<public_id>/media/<file_id>/captions")
@access.requires(AUTHOR, guests=True)
@reads_first
def media_captions(public_id: str, file_id: str) -> ResponseReturnValue:
    """Add or replace the captions of a recording."""
    draft, file = _file(public_id, file_id)
    form = CaptionsForm(draft)
    result = submit(form, lambda: _caption(draft, file, form), key=form.captions)
    if result.done:
        flash(_("The captions are saved."), "good")
        return redirect(url_for("catalog.media_file", public_id=public_id, file_id=file_id))
    return _file_page(draft, file, result, captions=form)


def _caption(draft: CourseVersion, file: CourseFile, form: CaptionsForm) -> None:
    source = _source(draft, form, form.captions.data)
    upload = take(source, limits=limits(), now=clock.now(), suffix="vtt")
    release()
    language = form.language.data
    keep(
        source,
        draft,
        lambda: services.add_captions(file, upload, language=language, **_who()),
        **_sender(),
    )


@blueprint.post("/authoring/drafts/<public_id>/media/<file_id>/rename")
@access.requires(AUTHOR, guests=True)
def rename_media(public_id: str, file_id: str) -> ResponseReturnValue:
    """Give a file another name, in the lessons too."""
    draft, file = _file(public_id, file_id)
    form = RenameForm()
    result = submit(
        form, lambda: services.rename_file(file, name=form.name.data, **_who()), key=form.name
    )
    if result.done:
        flash(_("The file is renamed, in the lessons too."), "good")
        return redirect(url_for("catalog.media_file", public_id=public_id, file_id=file_id))
    return _file_page(draft, file, result, rename=form)


@blueprint.post("/authoring/drafts/<public_id>/media/<file_id>/remove")
@access.requires(AUTHOR, guests=True)
def remove_media(public_id: str, file_id: str) -> ResponseReturnValue:
    """Remove a file that nothing names."""
    file = _file(public_id, file_id)[1]
    try:
        services.remove_file(file, **_who())
    except InUse:
        flash(_("A lesson or a question still shows this file."), "bad")
        return redirect(url_for("catalog.media_file", public_id=public_id, file_id=file_id))
    flash(_("The file is removed."), "good")
    return redirect(url_for("catalog.media", public_id=public_id))
