"""Courses and their versions: the list, a new course, one course, its draft, publication."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.catalog import publishing, queries, services
from lms.catalog.authoring.changes import changes_from
from lms.catalog.authoring.fields import spread
from lms.catalog.authoring.forms import NewCourseForm, SettingsForm, number
from lms.catalog.authoring.keys import suggest_key
from lms.catalog.authoring.missing import missing_of
from lms.catalog.authoring.rules_form import titles_in
from lms.catalog.coauthoring.queries import courses_edited_by
from lms.catalog.errors import ChangedSinceShown, Incomplete, OrderChanged
from lms.catalog.facts.queries import overdue_facts
from lms.catalog.facts.views import due_facts, today
from lms.catalog.models import CourseVersion, VersionStatus
from lms.catalog.reviewing.errors import NotApproved
from lms.catalog.reviewing.queries import under_review
from lms.catalog.reviewing.services import lacks_approval
from lms.catalog.source.collecting import whole
from lms.catalog.source.parts import PartPage, registered
from lms.catalog.views.base import (
    AUTHOR,
    blueprint,
    loaded_course,
    loaded_draft,
    require_author,
    require_editor,
)
from lms.catalog.views.submitting import submit
from lms.core import clock
from lms.core.errors import Refusal
from lms.people.permissions import Permission
from lms.web import access


@blueprint.get("/authoring")
@access.requires(AUTHOR, guests=True)
def courses() -> ResponseReturnValue:
    """List all courses with their published versions and drafts."""
    if current_user.is_guest:
        edited = courses_edited_by(current_user.person)
        rows = [row for row in queries.courses() if row.course.id in edited]
        return render_template("catalog/coauthoring/courses.html", rows=rows)
    require_author()
    return render_template(
        "catalog/courses.html",
        rows=queries.courses(),
        overdue=overdue_facts(today()),
        waiting=under_review(current_user.person.id),
    )


@blueprint.route("/authoring/new", methods=["GET", "POST"])
@access.requires(AUTHOR)
def new_course() -> ResponseReturnValue:
    """Create a course with an empty draft."""
    require_author()
    form = NewCourseForm()
    result = submit(form, lambda: _create(form), key=form.slug)
    if result.done:
        return redirect(url_for("catalog.draft", public_id=result.saved.public_id))
    return render_template("catalog/new_course.html", form=form), result.status


def _create(form: NewCourseForm) -> CourseVersion:
    taken = {row.course.slug for row in queries.courses()}
    return services.create_course(
        slug=form.slug.data or suggest_key(form.suggested, taken, fallback="course"),
        title=form.titles,
        languages=form.languages.data,
        now=clock.now(),
        actor=current_user.person,
    )


@blueprint.get("/authoring/courses/<slug>")
@access.requires(AUTHOR, guests=True)
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
        pages=_pages(outline) if outline else [],
        sections=publishing.sections_later(outline) if outline else [],
        may_see_results=current_user.may(Permission.SEE_COURSE_RESULTS),
    )


def _pages(version: CourseVersion) -> list[PartPage]:
    pages = [page for part in registered() for page in part.pages(version)]
    return [page for page in pages if page.guests or not current_user.is_guest]


@blueprint.post("/authoring/courses/<slug>/draft")
@access.requires(AUTHOR, guests=True)
def open_draft(slug: str) -> ResponseReturnValue:
    """Open a draft of the published version; show the one that is open already."""
    found = loaded_course(slug)
    draft = queries.draft_of(found) or services.open_draft(
        found, now=clock.now(), actor=current_user.person
    )
    return redirect(url_for("catalog.draft", public_id=draft.public_id))


@blueprint.get("/authoring/drafts/<public_id>")
@access.requires(AUTHOR, guests=True)
def draft(public_id: str) -> ResponseReturnValue:
    """Show a draft: its outline, what it lacks, the way to everything that can be edited."""
    return outline_page(loaded_draft(public_id))


def outline_page(found: CourseVersion, refusal: OrderChanged | None = None) -> ResponseReturnValue:
    """Return the page of a draft; ``refusal`` says why nothing was moved."""
    page = render_template(
        "catalog/draft.html",
        missing=missing_of(found, whole(found)),
        pages=_pages(found),
        due_facts=due_facts(found),
        is_outdated=_is_outdated(found),
        refusal=refusal,
        **outline_values(found),
    )
    return page, refusal.status if refusal else 200


def outline_values(found: CourseVersion) -> dict[str, Any]:
    """Return what the outline alone shows."""
    return {
        "version": found,
        "lessons": queries.outline_lessons(found),
        "last_exam": next((one for one in found.activities if one.module_id is None), None),
        "titles": titles_in(found),
        "stamp": services.order_stamp(found.id),
    }


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
@access.requires(AUTHOR, guests=True)
def settings(public_id: str) -> ResponseReturnValue:
    """Change what the course says about itself."""
    found = loaded_draft(public_id)
    form = SettingsForm(data=_settings(found))
    result = submit(
        form,
        lambda: _change_settings(found, form),
        stored=lambda: SettingsForm(formdata=None, data=_settings(found)),
    )
    if result.done:
        flash(_("The settings are saved."), "good")
        return redirect(url_for("catalog.draft", public_id=public_id))
    return render_template(
        "catalog/settings.html", version=found, form=form, theirs=result.theirs
    ), result.status


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


@blueprint.get("/authoring/drafts/<public_id>/publish")
@access.requires(AUTHOR)
def publication(public_id: str) -> ResponseReturnValue:
    """Show what publishing the draft changes, and what it still lacks."""
    return _publication(loaded_draft(public_id))


def _publication(
    found: CourseVersion,
    refusal: Refusal | None = None,
    sections: list[publishing.Section] | None = None,
) -> ResponseReturnValue:
    status = refusal.status if refusal else 422 if sections else 200
    content = whole(found)
    digest = content.digest()
    return render_template(
        "catalog/publication.html",
        version=found,
        seen=digest,
        refusal=refusal,
        missing=missing_of(found, content),
        changes=changes_from(queries.published_version(found.course), content),
        is_outdated=_is_outdated(found),
        lacks_approval=lacks_approval(found, digest),
        sections=publishing.sections_before(found) if sections is None else sections,
    ), status


@blueprint.post("/authoring/drafts/<public_id>/publish")
@access.requires(AUTHOR)
def publish(public_id: str) -> ResponseReturnValue:
    """Publish a draft, once what is asked about people is answered.

    Whoever publishes what another hand, or an earlier click, has published is told the same.
    """
    version = queries.version_for(public_id)
    if version is not None and version.status is VersionStatus.PUBLISHED:
        require_editor(version.course_id)
        return _published(version)
    found = loaded_draft(public_id)
    sections = publishing.sections_before(found, request.form)
    if any(section.fault for section in sections):
        return _publication(found, sections=sections)
    try:
        version = services.publish(
            found, seen=request.form.get("seen"), now=clock.now(), actor=current_user.person
        )
    except (ChangedSinceShown, Incomplete, NotApproved) as refusal:
        return _publication(found, refusal)
    publishing.carry_out(version, request.form, actor=current_user.person, now=clock.now())
    return _published(version)


def _published(version: CourseVersion) -> ResponseReturnValue:
    flash(_("Version %(number)d is published.", number=version.number), "good")
    return redirect(url_for("catalog.course", slug=version.course.slug))
