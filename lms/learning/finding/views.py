"""The search page, and a lesson of a course that one isn't on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.catalog.models import CourseVersion
from lms.catalog.search.finding import FoundLesson, find
from lms.catalog.search.questions import LONGEST, read_question
from lms.learning.finding import scope
from lms.learning.finding.catalogue import described, offers
from lms.learning.finding.reading import reading_page
from lms.learning.queries import outline_of
from lms.learning.views.base import asked_language, blueprint, found, text_language
from lms.people.permissions import Permission
from lms.web import access
from lms.web.i18n import LANGUAGES, current_language
from lms.web.lists.asking import offered


@dataclass(frozen=True)
class Filters:
    """How the search is narrowed."""

    course: str | None  # its short name
    language: str | None
    mine: bool

    @classmethod
    def asked(cls, courses: Sequence[CourseVersion]) -> "Filters":
        """Return what the request's address says."""
        slugs = [one.course.slug for one in courses]
        return cls(
            offered(request.args, "course", dict(zip(slugs, slugs, strict=True))),
            offered(request.args, "language", {one: one for one in LANGUAGES}),
            "mine" in request.args,
        )


@blueprint.get("/search")
@access.requires(Permission.LEARN)
def search() -> ResponseReturnValue:
    """Answer 'where was that?': the lessons and headings where the words stand."""
    asked = request.args.get("q", "")
    question = read_question(asked)
    courses = scope.readable_courses(current_user)
    filters = Filters.asked(courses)
    versions = scope.readable_versions(current_user, course=filters.course, only_own=filters.mine)
    return render_template(
        "learning/search.html",
        question=question,
        asked=asked[:LONGEST],
        courses=courses,
        filters=filters,
        answer=find(
            question,
            versions=versions,
            language=filters.language,
            preferred=current_language(),
            is_narrow=filters.mine or filters.course is not None,
        ),
        lesson_url=_lesson_url(scope.own_enrolments(current_user)),
    )


def _lesson_url(enrolments: dict[int, str]) -> Callable[..., str]:
    """Return the function that gives a found place's address: within one's own course, if any."""

    def address(lesson: FoundLesson, anchor: str = "") -> str:
        shown: dict[str, Any] = {"lesson_id": lesson.public_id, "_anchor": anchor or None}
        if lesson.language != current_language():
            shown["language"] = lesson.language
        own = enrolments.get(lesson.version_id)
        if own is None:
            return url_for("learning.read_lesson", **shown)
        return url_for("learning.lesson", enrolment_id=own, **shown)

    return address


@blueprint.get("/library/<lesson_id>")
@access.requires(Permission.LEARN)
def read_lesson(lesson_id: str) -> ResponseReturnValue:
    """Show a lesson to read, without progress; on one's own course lead to the lesson there."""
    version = found(scope.version_of_lesson(current_user, lesson_id))
    own = scope.own_enrolments(current_user).get(version.id)
    if own is not None:
        return redirect(
            url_for(
                "learning.lesson",
                enrolment_id=own,
                lesson_id=lesson_id,
                language=asked_language(),
            )
        )
    page = found(reading_page(version, lesson_id, language=text_language()))
    return render_template("learning/read_lesson.html", page=page)


@blueprint.get("/catalogue")
@access.requires(Permission.LEARN)
def catalogue() -> ResponseReturnValue:
    """List what is taught: what each course is about, how long it takes, where one stands."""
    return render_template("learning/catalogue.html", offers=offers(current_user))


@blueprint.get("/catalogue/<slug>")
@access.requires(Permission.LEARN)
def catalogue_course(slug: str) -> ResponseReturnValue:
    """Describe one course; its lessons can be read without being on it."""
    version = found(described(current_user, slug))
    return render_template(
        "learning/catalogue_course.html",
        version=version,
        outline=outline_of(version),
        enrolment=scope.own_enrolments(current_user).get(version.id),
    )
