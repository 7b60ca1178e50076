"""The form of a programme: what it would mean is shown before it is saved."""

import hashlib
from dataclasses import astuple
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.catalog.authoring.keys import suggest_key
from lms.core import clock
from lms.learning import queries as learning
from lms.learning.programmes import defining, queries
from lms.learning.programmes.definitions import ProgrammeDefinition, digest
from lms.learning.programmes.errors import PostTaken, ProgrammeChanged
from lms.learning.programmes.forms import ProgrammeForm, SampleForm, StepRows, start_of
from lms.learning.programmes.models import Programme
from lms.learning.programmes.policies import WHOLE_NETWORK
from lms.learning.programmes.rule.consequences import Consequence, consequence, dates_of
from lms.learning.programmes.rule.members import Reach, members
from lms.learning.programmes.rule.terms import Moves, moves_of
from lms.learning.programmes.views.desk import PERMISSION, require_definer, words
from lms.learning.queries import Learner
from lms.learning.views.base import blueprint, found, today
from lms.people.permissions import Permission
from lms.web import access
from lms.web.i18n import localised

LISTED_MOVES = 100  # due dates that a page lists; the others are counted


class Desk:
    """The form in one request: what was sent, and what the page shows of it."""

    def __init__(self, programme: Programme | None) -> None:
        self.programme = programme
        self.form = ProgrammeForm(queries.posts(), data=start_of(programme, today()))
        self.sample = SampleForm(prefix="sample", data={"begins_on": today()})
        self.offered = {
            version.course.slug: localised(version.title)
            for version in learning.courses_to_enrol_in()
        }
        sent = request.method == "POST"
        self.steps = StepRows.sent(request.form) if sent else StepRows.of(programme)
        self.moves = Moves()
        self.shown: dict[str, Any] = {"shown": None, "dates": None, "conflict": None}
        self.at: str | None = None  # the step to go on at

    def definition(self) -> ProgrammeDefinition | None:
        """Return what the form says; None when it has mistakes."""
        # Each says what is wrong with it, so that all is mended at once.
        is_valid = self.form.validate_on_submit()
        knows_whom = self.sample.validate_on_submit() and self._knows_sample()
        steps = self.steps.read(self.known_courses())
        if not is_valid or not knows_whom or steps is None:
            return None
        return self.form.definition(self.key(), steps)

    def known_courses(self) -> dict[str, str]:
        """The courses that may stand in a step: those taught, and those of the programme."""
        stored = StepRows.of(self.programme).rows if self.programme else []
        return {slug: slug for row in stored for slug in row.courses} | self.offered

    def key(self) -> str:
        """The key: a new programme's is made from its title."""
        if self.programme is not None:
            return self.programme.key
        return suggest_key(str(self.form.title_en.data), queries.known_keys())

    def person(self) -> Learner | None:
        """The person whose dates are asked for, if the viewer may see them."""
        number = str(self.sample.number.data or "").upper()
        return learning.learners_numbered(current_user, {number}).get(number) if number else None

    def _knows_sample(self) -> bool:
        if self.sample.number.data and self.person() is None:
            self.sample.number.errors = [_("Nobody you may see has this number.")]
            return False
        return True

    def explain(self, definition: ProgrammeDefinition) -> None:
        """Show what saving would mean, and one person's dates."""
        meant = consequence(definition, self.programme, today=today())
        self.moves = moves_of(definition, self.programme, today=today())
        self.form.seen.data, self.form.seen.raw_data = seal(definition, meant, self.moves), None
        self.shown |= {"shown": meant, "dates": self._dates(definition), "moves": self.moves}

    def _dates(self, definition: ProgrammeDefinition) -> dict[str, Any]:
        person = self.person()
        begins_on = self.sample.begins_on.data or today()
        concerned = False
        if person is not None:
            reach = Reach(definition.post, definition.coverage, definition.in_force_on or today())
            posts = members(reach, today(), [person.id])
            concerned = bool(posts)
            if posts:
                begins_on = posts[0].begins_on
        steps = dates_of(
            definition,
            self.programme,
            begins_on=begins_on,
            person_id=person.id if person else None,
            today=today(),
        )
        return {"person": person, "begins_on": begins_on, "concerned": concerned, "steps": steps}

    def page(self, status: int = 200) -> ResponseReturnValue:
        """Show the form."""
        listed = [self.programme] if self.programme else []
        page = render_template(
            "learning/programmes/form.html",
            programme=self.programme,
            form=self.form,
            sample=self.sample,
            steps=self.steps,
            courses={slug: self.offered.get(slug, slug) for slug in self.known_courses()},
            sees_people=current_user.may(Permission.ENROL_PEOPLE),
            sees_names=current_user.may_over(Permission.SEE_PEOPLE, WHOLE_NETWORK)
            or current_user.may_over(Permission.SEE_COURSE_RESULTS, WHOLE_NETWORK),
            listed_moves=LISTED_MOVES,
            at=self.at,
            today=today(),
            **self.shown,
            **words(listed),
        )
        return page, status


def seal(definition: ProgrammeDefinition, meant: Consequence, moves: Moves) -> str:
    """Return what tells whether a consequence that was shown is still that of a definition."""
    told = f"{digest(definition)}{astuple(meant)}{astuple(moves)}"
    return hashlib.sha256(told.encode()).hexdigest()


@blueprint.route("/hr/programmes/new", methods=["GET", "POST"])
@access.requires(PERMISSION)
def new_programme() -> ResponseReturnValue:
    """Define a programme."""
    require_definer()
    return _answer(Desk(None))


@blueprint.route("/hr/programmes/<programme_id>/edit", methods=["GET", "POST"])
@access.requires(PERMISSION)
def edit_programme(programme_id: str) -> ResponseReturnValue:
    """Change a programme."""
    require_definer()
    return _answer(Desk(found(queries.programme_for(programme_id))))


def _answer(desk: Desk) -> ResponseReturnValue:
    what = request.form.get("do", "show")
    if request.method != "POST":
        return desk.page()
    if what not in ("show", "save"):
        desk.at = desk.steps.move(what)
        return desk.page()
    definition = desk.definition()
    if definition is None:
        return desk.page(422)
    sent = desk.form.seen.data
    desk.explain(definition)
    if what == "show":
        return desk.page()
    if sent != desk.form.seen.data:
        desk.shown["conflict"] = "unseen"
        return desk.page(409)
    return _save(desk, definition)


def _save(desk: Desk, definition: ProgrammeDefinition) -> ResponseReturnValue:
    try:
        saved = _write(desk, definition)
    except PostTaken as refusal:
        desk.form.post.errors = [refusal.message]
        return desk.page(422)
    except ProgrammeChanged:
        return _conflict(desk)
    flash(_("The programme is saved. People get their courses within a few minutes."), "good")
    return redirect(url_for("learning.programme", programme_id=saved.public_id), 303)


def _write(desk: Desk, definition: ProgrammeDefinition) -> Programme:
    by = {"now": clock.now(), "today": today(), "actor": current_user.person}
    if desk.programme is None:
        return defining.define(definition, **by)
    version = desk.form.row_version.data or 0
    moved = desk.moves.moved if desk.form.is_moving else ()
    return defining.change(desk.programme, definition, row_version=version, moved=moved, **by)


def _conflict(desk: Desk) -> ResponseReturnValue:
    """Show what was typed beside what someone else saved; sending it again overwrites knowingly."""
    stored = found(desk.programme)
    desk.form.row_version.data, desk.form.row_version.raw_data = stored.row_version, None
    desk.shown["conflict"] = "changed"
    return desk.page(409)
