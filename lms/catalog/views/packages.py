"""A course as a package: downloaded from any version, imported into a draft after a dry run."""

import io
import tempfile
from typing import BinaryIO

from flask import current_app, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf.file import FileField, FileRequired

from lms.catalog import queries, services
from lms.catalog.authoring import import_tokens
from lms.catalog.authoring.import_tokens import PackageRequest
from lms.catalog.errors import PackageExpired
from lms.catalog.facts.queries import known_keys
from lms.catalog.media.kinds import MEGABYTE
from lms.catalog.packages import read_package, write_package
from lms.catalog.services import BrokenCourse, ImportPlan
from lms.catalog.source.collecting import export
from lms.catalog.source.problems import Problem, Problems
from lms.catalog.source.reading import Reading, read_folder
from lms.catalog.views.base import AUTHOR, blueprint, require_author
from lms.core import clock
from lms.core.errors import Missing
from lms.core.settings import Settings
from lms.core.storage import blobs
from lms.core.unit_of_work import reads_first, release
from lms.web import access
from lms.web.forms import BaseForm

SHOWN = 200  # problems on one page
IN_MEMORY = 8 * MEGABYTE  # of a package that is made


class PackageForm(BaseForm):
    """A package to be imported."""

    package = FileField(
        _l("Package of a course"),
        validators=[FileRequired(_l("Choose a file."))],
        description=_l("A ZIP file of a course folder, such as “Download” makes."),
    )


def _largest(settings: Settings) -> int:
    return settings.max_course_bytes + MEGABYTE


def _seal() -> dict[str, str]:
    return {
        "secret": current_app.config["SECRET_KEY"],
        "actor_key": current_user.person.public_id,
    }


@blueprint.get("/authoring/versions/<public_id>/package")
@access.requires(AUTHOR)
def package(public_id: str) -> ResponseReturnValue:
    """Give a version, draft or published, as a package: the same bytes each time."""
    require_author()
    version = queries.version_for(public_id)
    if version is None:
        raise Missing
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the reply closes it
    slug = version.course.slug
    write_package(export(version), slug, file)  # type: ignore[arg-type]
    file.seek(0)
    name = slug if version.published_at else f"{slug}-draft"
    response = send_file(
        file,  # type: ignore[arg-type]
        mimetype="application/zip",
        as_attachment=True,
        download_name=f"{name}.zip",
    )
    response.headers["Cache-Control"] = "no-store"  # it holds the keys of the questions
    return response


@blueprint.route("/authoring/import", methods=["GET", "POST"])
@access.requires(AUTHOR)
@access.takes_bodies(_largest)
@reads_first
def import_course() -> ResponseReturnValue:
    """Take a package and show what importing it would do; nothing is written but the file."""
    require_author()
    form = PackageForm()
    if not form.validate_on_submit():
        return _upload_page(form, 422 if form.errors else 200)
    file = form.package.data.stream
    reading = _reading(file, str(form.package.data.filename or ""))
    try:
        plan = services.plan_import(reading)
    except BrokenCourse as refused:
        return _upload_page(form, 422, refused.problems)
    return _plan_page(plan, blobs().put_file(file))


def _upload_page(
    form: PackageForm, status: int, problems: tuple[Problem, ...] = ()
) -> ResponseReturnValue:
    settings: Settings = current_app.config["SETTINGS"]
    return render_template(
        "catalog/import_course.html",
        form=form,
        problems=problems,
        shown=SHOWN,
        megabytes=settings.max_course_bytes // MEGABYTE,
    ), status


def _reading(file: BinaryIO, name: str) -> Reading:
    problems = Problems()
    folder = read_package(file, name[:80], problems)
    return read_folder(folder, problems=problems, facts=known_keys())


def _plan_page(plan: ImportPlan, blob: str, status: int = 200) -> ResponseReturnValue:
    token = import_tokens.sign(PackageRequest(blob, plan.fingerprint), **_seal())
    return render_template(
        "catalog/import_plan.html",
        plan=plan,
        effects=services.Effect,
        token=token,
        changed=status == 409,
    ), status


@blueprint.post("/authoring/import/confirm")
@access.requires(AUTHOR)
@reads_first
def confirm_course() -> ResponseReturnValue:
    """Do what the dry run showed; when that is no longer what would happen, show it anew."""
    require_author()
    asked = import_tokens.read(request.form.get("import", ""), **_seal())
    try:
        file = io.BytesIO(blobs().get(asked.blob))
    except FileNotFoundError as error:
        raise PackageExpired from error
    reading = _reading(file, "")
    release()  # what is read from here on is still so when it is written
    plan = services.plan_import(reading)
    if plan.fingerprint != asked.fingerprint:
        return _plan_page(plan, asked.blob, 409)
    draft = services.import_draft(reading, plan, now=clock.now(), actor=current_user.person)
    flash(_("The course is imported as a draft."), "good")
    return redirect(url_for("catalog.draft", public_id=draft.public_id), 303)
