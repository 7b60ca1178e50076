"""A question of a session as its page shows it: an item, or a self-check in the same clothes.

Nothing here loads a scoring key before the question is answered but ``credit_of``, which marks the
answer, and ``marks_of``, which explains it.
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random

from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from lms.assessment import queries
from lms.assessment.delivery import marks
from lms.assessment.delivery.form_answers import FormReading, read_form
from lms.assessment.delivery.marks import Marks
from lms.assessment.delivery.pictures import CourseFigures
from lms.assessment.delivery.questions import Choice, Question, question_of
from lms.assessment.examining.keys import KeyInForce
from lms.assessment.kinds.base import Response
from lms.assessment.log import AttemptState
from lms.assessment.models import AttemptItem, ItemKind, ItemVersion
from lms.assessment.papers import order_keys
from lms.assessment.practice.models import PracticeQuestion
from lms.assessment.practice.topics import Lesson, topics_of
from lms.assessment.rules.tally import credit_by
from lms.assessment.scoring import credit
from lms.catalog.models import CourseVersion
from lms.catalog.rendering import Check
from lms.learning import lessons as lesson_pages
from lms.learning.queries import outline_of
from lms.learning.queries.study import lesson_body


@dataclass(frozen=True)
class Face:
    """One question: what is shown, and what reads and marks the answer."""

    question: Question
    version: ItemVersion
    lessons: tuple[Lesson, ...]  # that teach it
    check: Check | None = None


def face_of(asked: PracticeQuestion, *, seed: str, language: str) -> Face:
    """Return the question as it is shown; ``seed`` is the session's public id: the same seed gives
    the same order of options.
    """
    if asked.item_version is None:
        return _check_face(asked, seed, language)
    version = asked.item_version
    return item_face(version, asked.enrolment.version, asked.position, seed=seed, language=language)


def item_face(
    version: ItemVersion, course: CourseVersion, position: int, *, seed: str, language: str
) -> Face:
    """Return an item of ``course`` as it is shown at ``position``."""
    topics = topics_of(course.public_id)
    order = order_keys(version.kind, version.content, seed, position)
    question = question_of(
        version,
        position=position,
        order=order,
        language=language,
        figures=CourseFigures(course.id),
    )
    taught = topics.taught_in.get(version.topic, ())
    return Face(question, version, tuple(topics.lessons[key] for key in taught))


def _check_face(asked: PracticeQuestion, seed: str, language: str) -> Face:
    activity, enrolment = asked.activity, asked.enrolment
    assert activity is not None
    text = lesson_body(activity.public_id, language)
    assert text is not None
    rendered = lesson_pages.render(enrolment, outline_of(enrolment.version), text)
    check = rendered.check(str(asked.card.check_key))
    assert check is not None  # a published lesson doesn't change
    options = [{"key": option.key} for option in check.options]
    kind = ItemKind.MULTIPLE_CHOICE if check.is_multiple else ItemKind.SINGLE_CHOICE
    # Never added to the session: it only carries what reading and marking need.
    version = ItemVersion(kind=kind, points=1, content={"options": options})
    Random(f"check:{seed}:{asked.position}").shuffle(options)  # noqa: S311
    texts = {option.key: option.html for option in check.options}
    question = Question(
        position=asked.position,
        kind=kind,
        language=text.language,
        points=1,
        topic="",
        prompt=check.prompt,
        choices=tuple(Choice(option["key"], texts[option["key"]]) for option in options),
    )
    lesson = Lesson(activity.public_id, {text.language: text.title})
    return Face(question, version, (lesson,), check)


def shown(question: Question) -> Question:
    """Return ``question`` for a page that counts no points."""
    return replace(question, points=0)


def read_answer(face: Face, fields: MultiDict[str, str]) -> FormReading:
    """Return what the sent fields say; its only position is the question's."""
    item = AttemptItem(position=face.question.position, item_version=face.version)
    return read_form([item], fields, AttemptState(), at_once=True)


def credit_of(face: Face, response: Response | None) -> Fraction:
    """Return the share of the answer that is right."""
    version, language = face.version, face.question.language
    if face.check is None:
        return credit_by(version, _key(face), response, language)
    return credit(version.kind, {"correct": sorted(face.check.right_keys)}, response, language)


def _key(face: Face) -> KeyInForce:
    return queries.keys([face.version.id])[face.version.id]


def marks_of(face: Face, response: Response | None, share: float) -> Marks:
    """Return how an answer turned out, with the explanations; ``share`` of it was right."""
    points = share * face.question.points
    if face.check is None:
        return marks.marks_of(face.question, _key(face), response, points)
    if response is None:
        outcome = "unanswered"
    else:
        outcome = "right" if share >= 1 else "partly" if share > 0 else "wrong"
    return Marks(
        outcome=outcome,
        points=points,
        explanation=Markup(""),
        right=face.check.right_keys,
        notes={option.key: option.explanation for option in face.check.options},
    )
