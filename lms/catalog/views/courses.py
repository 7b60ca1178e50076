"""Courses and their versions: the list, a new course, one course, its draft, publication."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.catalog import queries, services
from lms.catalog.changes import changes_of
from lms.catalog.conflicts import differences
from lms.catalog.errors import ChangedMeanwhile, Incomplete, SlugTaken
from lms.catalog.forms import NewCourseForm, SettingsForm, number, spread
from lms.catalog.keys import suggest_key
from lms.catalog.missing import missing_of
from lms.catalog.models import CourseVersion
from lms.catalog.source.parts import registered
from lms.catalog.views.base import AUTHOR, blueprint, loaded_course, loaded_draft, require_author
from lms.core import clock
from lms.web import access


@blueprint.get("/authoring")
@access.requires(AUTHOR)
def courses() -> ResponseReturnValue:
    """List all courses with their published versions and drafts."""
    require_author()
    return render_template("catalog/courses.html", rows=queries.courses())


@blueprint.route("/authoring/new", methods=["GET", "POST"])
@access.requires(AUTHOR)
def new_course() -> ResponseReturnValue:
    """Create a course with an empty draft."""
    require_author()
    form = NewCourseForm()
    if form.validate_on_submit():
        title = form.titles.get("en") or next(iter(form.titles.values()))
        taken = {row.course.slug for row in queries.courses()}
        try:
            draft = services.create_course(
                slug=form.slug.data or suggest_key(title, taken, fallback="course"),
                title=form.titles,
                languages=form.languages.data,
                now=clock.now(),
                actor=current_user.person,
            )
        except SlugTaken as error:
            form.slug.errors = [error.message]
        else:
            return redirect(url_for("catalog.draft", public_id=draft.public_id))
    return render_template("catalog/new_course.html", form=form), 422 if form.errors else 200


@blueprint.get("/authoring/courses/<slug>")
@access.requires(AUTHOR)
def course(slug: str) -> ResponseReturnValue:
    """Show a course: what is taught now, its draft, its earlier versions."""
    found = loaded_course(slug)
    published = queries.published_version(found)
    outline = queries.version_outline(published.id) if published else None
    return render_template(
        "catalog/course.html",
        course=found,
        published=outline,
        lessons=queries.outline_lessons(outline) if outline else {},
        draft=queries.draft_of(found),
        versions=queries.versions_of(found),
    )


@blueprint.post("/authoring/courses/<slug>/draft")
@access.requires(AUTHOR)
def open_draft(slug: str) -> ResponseReturnValue:
    """Open a draft of the published version; show the one that is open already."""
    found = loaded_course(slug)
    draft = queries.draft_of(found) or services.open_draft(
        found, now=clock.now(), actor=current_user.person
    )
    return redirect(url_for("catalog.draft", public_id=draft.public_id))


@blueprint.get("/authoring/drafts/<public_id>")
@access.requires(AUTHOR)
def draft(public_id: str) -> ResponseReturnValue:
    """Show a draft: its outline, what it lacks, the way to everything that can be edited."""
    found = loaded_draft(public_id)
    return render_template(
        "catalog/draft.html",
        version=found,
        lessons=queries.outline_lessons(found),
        missing=missing_of(found),
        pages=[page for part in registered() for page in part.pages(found)],
        is_outdated=_is_outdated(found),
    )


def _is_outdated(found: CourseVersion) -> bool:
    published = queries.published_version(found.course)
    return found.based_on_id != (published.id if published else None)


@blueprint.post("/authoring/drafts/<public_id>/discard")
@access.requires(AUTHOR)
def discard_draft(public_id: str) -> ResponseReturnValue:
    """Delete a draft."""
    found = loaded_draft(public_id)
    slug = found.course.slug
    services.discard_draft(found, now=clock.now(), actor=current_user.person)
    flash(_("The draft is discarded."), "good")
    return redirect(url_for("catalog.course", slug=slug))


@blueprint.route("/authoring/drafts/<public_id>/settings", methods=["GET", "POST"])
@access.requires(AUTHOR)
def settings(public_id: str) -> ResponseReturnValue:
    """Change what the course says about itself."""
    found = loaded_draft(public_id)
    form, theirs = SettingsForm(data=_settings(found)), None
    if form.validate_on_submit():
        try:
            _change_settings(found, form)
        except ChangedMeanwhile:
            theirs = differences(form, SettingsForm(formdata=None, data=_settings(found)))
        else:
            flash(_("The settings are saved."), "good")
            return redirect(url_for("catalog.draft", public_id=public_id))
    status = 409 if theirs is not None else 422 if form.errors else 200
    return render_template("catalog/settings.html", version=found, form=form, theirs=theirs), status


def _settings(version: CourseVersion) -> dict[str, object]:
    return {
        **spread(title=version.title, summary=version.summary),
        "languages": list(version.languages),
        "hours": version.hours,
        "as_of": version.as_of,
        "review_by": version.review_by,
        "valid_months": version.certificate_valid_months,
        "row_version": version.row_version,
    }


def _change_settings(version: CourseVersion, form: SettingsForm) -> None:
    services.change_settings(
        version,
        title=form.texts("title"),
        summary=form.texts("summary"),
        languages=form.languages.data,
        hours=form.hours.data,
        as_of=form.as_of.data,
        review_by=form.review_by.data,
        certificate_valid_months=form.valid_months.data,
        row_version=number(form.row_version),
        now=clock.now(),
        actor=current_user.person,
    )


@blueprint.route("/authoring/drafts/<public_id>/publish", methods=["GET", "POST"])
@access.requires(AUTHOR)
def publish(public_id: str) -> ResponseReturnValue:
    """Show what publication changes, and publish when it is confirmed."""
    found = loaded_draft(public_id)
    status = 200
    if request.method == "POST":
        try:
            services.publish(found, now=clock.now(), actor=current_user.person)
        except Incomplete:
            status = 422
        else:
            flash(_("Version %(number)d is published.", number=found.number), "good")
            return redirect(url_for("catalog.course", slug=found.course.slug))
    return render_template(
        "catalog/publish.html",
        version=found,
        missing=missing_of(found),
        changes=changes_of(found),
        is_outdated=_is_outdated(found),
    ), status
