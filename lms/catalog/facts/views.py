"""Pages of the register of facts, for authors."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Response, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.catalog.authoring.forms import number
from lms.catalog.facts import pages, queries, services, users
from lms.catalog.facts.file import FACTS_FILE, write_facts
from lms.catalog.facts.forms import ChangeFactForm, NewFactForm, values_of
from lms.catalog.facts.models import Fact
from lms.catalog.models import CourseVersion
from lms.catalog.views.base import AUTHOR, blueprint, key_of, require_author
from lms.catalog.views.submitting import submit
from lms.core import clock
from lms.core.errors import Missing
from lms.web import access
from lms.web.headers import save_as


def today() -> date:
    """Return the day by the network's time zone."""
    return clock.local_date(clock.now(), current_app.config["SETTINGS"].time_zone)


def _who() -> dict[str, Any]:
    return {"now": clock.now(), "actor": current_user.person}


def _fact(key: str) -> Fact:
    require_author()
    found = queries.fact_for(key)
    if found is None:
        raise Missing
    return found


@blueprint.app_template_filter("freshness")
def _freshness(review_by: date) -> str:
    return queries.freshness(review_by, today()).value


@blueprint.get("/authoring/facts")
@access.requires(AUTHOR)
def facts() -> ResponseReturnValue:
    """List the facts with where they are used, those to be reviewed first."""
    require_author()
    found = sorted(queries.all_facts(), key=lambda fact: (fact.current.review_by, fact.key))
    return render_template(
        "catalog/facts/list.html",
        facts=found,
        uses=queries.lessons_citing(),
        places=users.places(),
    )


@blueprint.get("/authoring/facts.yaml")
@access.requires(AUTHOR)
def export_facts() -> ResponseReturnValue:
    """Send the register as a file."""
    require_author()
    text = write_facts(queries.history_of(fact) for fact in queries.all_facts())
    answer = Response(text, mimetype="application/yaml")
    save_as(answer, FACTS_FILE)
    return answer


@blueprint.route("/authoring/facts/new", methods=["GET", "POST"])
@access.requires(AUTHOR)
def new_fact() -> ResponseReturnValue:
    """Add a fact."""
    require_author()
    form = NewFactForm()
    result = submit(form, lambda: _add(form), key=form.key)
    if result.done:
        flash(_("The fact is in the register."), "good")
        return redirect(url_for("catalog.fact", key=result.saved.key))
    return render_template(
        "catalog/facts/form.html", fact=None, form=form, theirs=None
    ), result.status


def _add(form: NewFactForm) -> Fact:
    key = key_of(form, set(queries.known_keys()))
    return services.add_fact(key=key, state=form.state(), **_who())


@blueprint.get("/authoring/facts/<key>")
@access.requires(AUTHOR)
def fact(key: str) -> ResponseReturnValue:
    """Show a fact: what holds, where it is used, its history."""
    found = _fact(key)
    return render_template(
        "catalog/facts/fact.html",
        fact=found,
        uses=queries.lessons_citing({key}).get(key, ()),
        places=users.places({key}).get(key, ()),
        recorders=queries.recorders(found),
        sections=pages.sections(current_user, found, clock.now()),
    )


@blueprint.route("/authoring/facts/<key>/change", methods=["GET", "POST"])
@access.requires(AUTHOR)
def change_fact(key: str) -> ResponseReturnValue:
    """Add a version to a fact."""
    found = _fact(key)
    form = ChangeFactForm(data=values_of(found.current))
    result = submit(form, lambda: _change(found, form), stored=lambda: _stored(key))
    if result.done:
        flash(_("The fact is changed. Its history keeps what held before."), "good")
        return redirect(url_for("catalog.fact", key=key))
    return render_template(
        "catalog/facts/form.html", fact=_fact(key), form=form, theirs=result.theirs
    ), result.status


def _change(found: Fact, form: ChangeFactForm) -> None:
    services.change_fact(found, state=form.state(), number=number(form.row_version), **_who())


def _stored(key: str) -> ChangeFactForm:
    current = _fact(key).current
    return ChangeFactForm(
        formdata=None,
        data=values_of(current)
        | {f"change_{language}": text for language, text in (current.change or {}).items()},
    )


def due_facts(version: CourseVersion) -> Sequence[Fact]:
    """Return the facts that a draft rests on and that are to be reviewed, soonest first."""
    keys, day = queries.facts_in(version), today()
    due = [
        one
        for one in (queries.all_facts() if keys else ())
        if one.key in keys
        and queries.freshness(one.current.review_by, day) is not queries.Freshness.FRESH
    ]
    return sorted(due, key=lambda one: one.current.review_by)
