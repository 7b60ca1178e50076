"""Topics and sources of a draft."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.catalog import queries, services
from lms.catalog.authoring.fields import spread
from lms.catalog.authoring.forms import (
    SourceForm,
    TitleForm,
    TopicForm,
    number,
)
from lms.catalog.errors import InUse
from lms.catalog.models import Confidence, CourseSource, CourseTopic, CourseVersion
from lms.catalog.views.base import AUTHOR, blueprint, key_of, loaded_draft
from lms.catalog.views.submitting import Submission, submit
from lms.core import clock
from lms.core.errors import Missing
from lms.web import access


def _again(draft: CourseVersion, result: Submission) -> CourseVersion:
    """Return the draft with its parts; a refused change has let go of what was loaded."""
    return draft if result.status == 200 else loaded_draft(draft.public_id)


def _who() -> dict[str, Any]:
    return {"now": clock.now(), "actor": current_user.person}


@blueprint.route("/authoring/drafts/<public_id>/topics", methods=["GET", "POST"])
@access.requires(AUTHOR, guests=True)
def topics(public_id: str) -> ResponseReturnValue:
    """List a draft's topics and add one."""
    draft = loaded_draft(public_id)
    form = TitleForm(draft.languages)
    result = submit(form, lambda: _add_topic(draft, form), key=form.key)
    if result.done:
        return redirect(url_for("catalog.topics", public_id=public_id))
    return render_template(
        "catalog/topics.html", version=_again(draft, result), form=form
    ), result.status


def _add_topic(draft: CourseVersion, form: TitleForm) -> None:
    key = key_of(form, {topic.key for topic in draft.topics})
    services.add_topic(draft, key=key, title=form.texts("title"), **_who())


def _topic(draft: CourseVersion, key: str) -> CourseTopic:
    found = queries.topic_of(draft, key)
    if found is None:
        raise Missing
    return found


@blueprint.route("/authoring/drafts/<public_id>/topics/<key>", methods=["GET", "POST"])
@access.requires(AUTHOR, guests=True)
def topic(public_id: str, key: str) -> ResponseReturnValue:
    """Change a topic's titles and the lessons that teach it."""
    draft = loaded_draft(public_id)
    found = _topic(draft, key)
    form = TopicForm(draft, data=_topic_values(found))
    result = submit(
        form,
        lambda: _change_topic(found, form),
        stored=lambda: TopicForm(loaded_draft(public_id), formdata=None, data=_topic_values(found)),
    )
    if result.done:
        return redirect(url_for("catalog.topics", public_id=public_id))
    return render_template(
        "catalog/topic.html", version=draft, topic=found, form=form, theirs=result.theirs
    ), result.status


def _change_topic(found: CourseTopic, form: TopicForm) -> None:
    services.change_topic(
        found,
        title=form.texts("title"),
        lessons=form.lessons.data or [],
        row_version=number(form.row_version),
        **_who(),
    )


def _topic_values(found: CourseTopic) -> dict[str, Any]:
    return {
        **spread(title=found.title),
        "lessons": found.lessons,
        "row_version": found.row_version,
    }


@blueprint.post("/authoring/drafts/<public_id>/topics/<key>/remove")
@access.requires(AUTHOR, guests=True)
def remove_topic(public_id: str, key: str) -> ResponseReturnValue:
    """Remove a topic."""
    services.remove_topic(_topic(loaded_draft(public_id), key), **_who())
    flash(_("The topic is removed."), "good")
    return redirect(url_for("catalog.topics", public_id=public_id))


@blueprint.get("/authoring/drafts/<public_id>/sources")
@access.requires(AUTHOR, guests=True)
def sources(public_id: str) -> ResponseReturnValue:
    """List a draft's sources."""
    return render_template("catalog/sources.html", version=loaded_draft(public_id))


@blueprint.route("/authoring/drafts/<public_id>/sources/new", methods=["GET", "POST"])
@access.requires(AUTHOR, guests=True)
def new_source(public_id: str) -> ResponseReturnValue:
    """Add a source."""
    draft = loaded_draft(public_id)
    form = SourceForm(draft.languages)
    result = submit(form, lambda: _add_source(draft, form), key=form.key)
    if result.done:
        return redirect(url_for("catalog.sources", public_id=public_id))
    return render_template(
        "catalog/source.html", version=draft, source=None, form=form, theirs=None
    ), result.status


def _add_source(draft: CourseVersion, form: SourceForm) -> None:
    key = key_of(form, {source.key for source in draft.sources})
    services.add_source(draft, key=key, **_source_values(form), **_who())


def _source_values(form: SourceForm) -> dict[str, Any]:
    return {
        "title": form.texts("title"),
        "reference": form.texts("reference"),
        "url": form.url.data or None,
        "confidence": Confidence(form.confidence.data),
        "as_of": form.as_of.data,
    }


def _source(draft: CourseVersion, key: str) -> CourseSource:
    found = queries.source_of(draft, key)
    if found is None:
        raise Missing
    return found


@blueprint.route("/authoring/drafts/<public_id>/sources/<key>", methods=["GET", "POST"])
@access.requires(AUTHOR, guests=True)
def source(public_id: str, key: str) -> ResponseReturnValue:
    """Change a source."""
    draft = loaded_draft(public_id)
    found = _source(draft, key)
    form = SourceForm(draft.languages, data=_stored(found))
    result = submit(
        form,
        lambda: _change_source(found, form),
        stored=lambda: SourceForm(draft.languages, formdata=None, data=_stored(found)),
    )
    if result.done:
        return redirect(url_for("catalog.sources", public_id=public_id))
    return render_template(
        "catalog/source.html", version=draft, source=found, form=form, theirs=result.theirs
    ), result.status


def _change_source(found: CourseSource, form: SourceForm) -> None:
    row_version = number(form.row_version)
    services.change_source(found, **_source_values(form), row_version=row_version, **_who())


def _stored(found: CourseSource) -> dict[str, Any]:
    return {
        **spread(title=found.title, reference=found.reference),
        "url": found.url or "",
        "confidence": found.confidence.value,
        "as_of": found.as_of,
        "row_version": found.row_version,
    }


@blueprint.post("/authoring/drafts/<public_id>/sources/<key>/remove")
@access.requires(AUTHOR, guests=True)
def remove_source(public_id: str, key: str) -> ResponseReturnValue:
    """Remove a source that no lesson names."""
    found = _source(loaded_draft(public_id), key)
    try:
        services.remove_source(found, **_who())
    except InUse:
        flash(_("A lesson still names this source."), "bad")
    else:
        flash(_("The source is removed."), "good")
    return redirect(url_for("catalog.sources", public_id=public_id))
