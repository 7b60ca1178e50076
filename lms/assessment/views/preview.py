"""The exam as a trainee would get it, for its author: drawn, answered and scored, never stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from lms.assessment import queries as exams
from lms.assessment.authoring import queries
from lms.assessment.authoring.outlook import Outlook, outlook
from lms.assessment.authoring.pinned import waiting_for_publication
from lms.assessment.authoring.queries import PaperItem
from lms.assessment.authoring.words import KIND_NAMES, LANGUAGE_NAMES, LEVEL_NAMES
from lms.assessment.delivery.form_answers import FormReading, read_form
from lms.assessment.delivery.marks import Marks, marks_of
from lms.assessment.delivery.pictures import CourseFigures
from lms.assessment.delivery.questions import Question, question_of
from lms.assessment.exam_rules import ExamRules, Shortage, shortages, stock_of
from lms.assessment.examining.queries import exams_in
from lms.assessment.examining.switching import Choice, asked_exam, exam_place, exam_switch
from lms.assessment.kinds.base import Response
from lms.assessment.log import AttemptState
from lms.assessment.models import AttemptItem, ItemKind
from lms.assessment.papers import Paper, PoolItem, Rule, draw_paper, order_keys
from lms.assessment.rules.tally import credit_by
from lms.assessment.source.exam_file import DRAW_LIMIT, SECTION_LIMIT
from lms.assessment.source.part import rules_of
from lms.assessment.views.base import blueprint
from lms.assessment.views.desk import Desk, open_desk
from lms.core.errors import Missing
from lms.core.identifiers import is_public_id
from lms.core.identifiers import public_id as new_seed
from lms.core.unit_of_work import reads_first
from lms.people.permissions import Permission
from lms.web import access
from lms.web.i18n import current_language

LONGEST_PAPER = DRAW_LIMIT * SECTION_LIMIT


@dataclass(frozen=True)
class Tried:
    """One question of the paper with what the author answered and how it turned out."""

    question: Question
    public_id: str
    item_key: str
    response: Response | None = None
    marks: Marks | None = None
    fault: Any = ""
    earned: Fraction = Fraction(0)


@blueprint.route("/authoring/courses/<slug>/exam/preview", methods=["GET", "POST"])
@access.requires(Permission.AUTHOR_COURSES, guests=True)
@reads_first
def preview(slug: str) -> ResponseReturnValue:
    """Draw a paper from the exam's present rules; score what was answered.

    To a co-author from outside too: it holds the course's own questions and nobody's answers.
    """
    desk = open_desk(slug)
    exam = exams.assessment_of(desk.version.id, exam_place(desk.version.id).key)
    if exam is None:
        return _nothing_page(desk, [])
    rules = rules_of(exam, desk.frame.languages)
    if request.method == "POST":
        return _scored_page(desk, rules)
    seed, language = _seed(request.args.get("seed", "")), _language(desk, request.args)
    lacks = shortages(rules.sections, queries.items_in_use(desk.course))
    if lacks or not rules.sections:
        return _nothing_page(desk, lacks)
    items, paper, ahead = _paper(desk, rules, seed)
    tried = [
        Tried(question, item.version.public_id, item.item_key)
        for item, question in zip(items, _questions(desk, items, seed, language), strict=True)
    ]
    return _page(desk, rules, tried, seed, language, paper=paper, outlook=ahead)


def _switch(desk: Desk) -> list[Choice]:
    return exam_switch(exams_in(desk.version.id), "assessment.preview", slug=desk.course.slug)


def _nothing_page(desk: Desk, lacks: list[Shortage]) -> str:
    return render_template(
        "assessment/authoring/no_preview.html",
        desk=desk,
        exams=_switch(desk),
        asked_exam=asked_exam(),
        lacks=lacks,
        topics=dict(desk.frame.topics),
        level_names=LEVEL_NAMES,
        kind_names=KIND_NAMES,
    )


def _seed(text: str) -> str:
    return text if text.isascii() and text.isalnum() and len(text) <= 32 else new_seed()


def _language(desk: Desk, fields: Any) -> str:
    languages = desk.frame.languages
    chosen = fields.get("language", current_language())
    return chosen if chosen in languages else languages[0]


def _paper(desk: Desk, rules: ExamRules, seed: str) -> tuple[list[PaperItem], Paper, Outlook]:
    """Return a paper with its keys, how hard it is expected to be, and what others are."""
    versions, facilities = queries.pool_of(desk.course), _facilities(desk)
    pool = [
        PoolItem(v.id, v.topic, v.level, v.kind, facilities.get(v.id), enemies=v.enemies)
        for v in versions
    ]
    sections = [Rule(s.topic, s.level, s.draw, s.kind) for s in rules.sections]
    paper = draw_paper(sections, pool, seed, band=rules.fair_band)
    names = {version.id: version.public_id for version in versions}
    items = queries.paper_items(desk.course, [names[one] for one in paper.version_ids])
    stock = stock_of((v.topic, v.level, v.kind) for v in versions)
    return (
        items,
        paper,
        outlook(
            rules.sections,
            stock,
            pool,
            rules.fair_band,
            grouped=queries.grouped_in_use(desk.course),
        ),
    )


def _facilities(desk: Desk) -> dict[int, float]:
    """Return what past answers say of the questions; nothing to a guest, who sees no results."""
    return {} if current_user.is_guest else queries.facilities_of(desk.course)


def _questions(desk: Desk, items: list[PaperItem], seed: str, language: str) -> list[Question]:
    figures = CourseFigures(desk.version.id)
    return [
        question_of(
            item.version,
            position=position,
            order=order_keys(item.version.kind, item.version.content, seed, position),
            language=language,
            figures=figures,
        )
        for position, item in enumerate(items, start=1)
    ]


def _scored_page(desk: Desk, rules: ExamRules) -> ResponseReturnValue:
    """Score the paper that the form names, as the engine would, and show it with its keys.

    A visitor who was told something answers first: conversations go on reply by reply.
    """
    seed, language = _seed(request.form.get("seed", "")), _language(desk, request.form)
    named = [name for name in request.form.getlist("item") if is_public_id(name)]
    items = queries.paper_items(desk.course, named[:LONGEST_PAPER])
    if not items:
        raise Missing
    # Never added to the session: they only name the fields to read.
    places = [
        AttemptItem(position=n, item_version=item.version) for n, item in enumerate(items, start=1)
    ]
    fields = _with_said(request.form, places)
    reading = read_form(places, fields, AttemptState())
    questions = _questions(desk, items, seed, language)
    talking = _talking(questions, reading.answers)
    if talking:
        return _asked_on(desk, rules, items, questions, reading, seed, talking)
    tried = []
    for position, (item, question) in enumerate(zip(items, questions, strict=True), start=1):
        response = reading.answers.get(position)
        share = credit_by(item.version, item.key, response, language)
        earned = share * item.version.points
        marks = marks_of(question, item.key, response, float(earned))
        fault = reading.faults.get(position, "")
        tried.append(
            Tried(question, item.version.public_id, item.item_key, response, marks, fault, earned)
        )
    return _page(desk, rules, tried, seed, language, scored=True)


def _with_said(fields: MultiDict[str, str], places: list[AttemptItem]) -> MultiDict[str, str]:
    """Return ``fields`` with what was said before as the answer where nothing is said now."""
    whole = MultiDict(fields)
    for place in places:
        name, path = f"q{place.position}", fields.get(f"q{place.position}-path", "").split()
        if path and name not in fields and place.item_version.kind is ItemKind.DIALOGUE:
            *before, whole[name] = path
            whole[f"{name}-path"] = " ".join(before)
    return whole


def _talking(questions: list[Question], answers: Mapping[int, Response | None]) -> list[int]:
    """Return the positions of the dialogues in which something was said now and isn't the last."""
    talking = []
    for question in questions:
        said = answers.get(question.position)
        if question.dialogue and said and question.name in request.form:
            now = question.dialogue.standing(said["path"]).now
            talking += [question.position] if now and now.replies else []
    return talking


def _asked_on(
    desk: Desk,
    rules: ExamRules,
    items: list[PaperItem],
    questions: list[Question],
    reading: FormReading,
    seed: str,
    talking: list[int],
) -> str:
    """Show the paper as it was answered so far, the visitors' answers in it."""
    tried = [
        Tried(
            question,
            item.version.public_id,
            item.item_key,
            reading.answers.get(question.position),
            fault=reading.faults.get(question.position, ""),
        )
        for item, question in zip(items, questions, strict=True)
    ]
    return _page(desk, rules, tried, seed, questions[0].language, talking=talking)


def _page(
    desk: Desk,
    rules: ExamRules,
    tried: list[Tried],
    seed: str,
    language: str,
    *,
    scored: bool = False,
    **values: Any,
) -> str:
    possible = sum(one.question.points for one in tried)
    earned = sum((one.earned for one in tried), Fraction(0))
    return render_template(
        "assessment/authoring/preview.html",
        desk=desk,
        exams=_switch(desk),
        asked_exam=asked_exam(),
        rules=rules,
        tried=tried,
        seed=seed,
        next_seed=new_seed(),
        language=language,
        scored=scored,
        topics=dict(desk.frame.topics),
        language_names=LANGUAGE_NAMES,
        earned=float(earned),
        possible=possible,
        percent=float(100 * earned / possible) if possible else 0.0,
        passed=bool(possible) and 100 * earned >= rules.pass_percent * possible,
        heading=_("Preview of the exam"),
        waiting=waiting_for_publication(desk.course),
        behaviour=rules.behaviour.value,
        level_names=LEVEL_NAMES,
        kind_names=KIND_NAMES,
        **values,
    )
