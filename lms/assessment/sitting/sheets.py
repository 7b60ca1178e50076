"""The questions of a paper as HTML. What candidates see alike is kept in memory once it was made.

A question that its candidate hasn't touched is the same for all who read it in one language, but
for its number and the order of what is to be chosen. So it is kept with a mark for the one, cut
where the others begin, and put together for each. What was answered or marked is made each time.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app
from markupsafe import Markup

from lms.assessment.delivery.pictures import CourseFigures
from lms.assessment.delivery.questions import PARTS, question_of
from lms.assessment.log import AttemptState
from lms.assessment.models import Attempt, AttemptItem, ItemKind
from lms.assessment.sitting.asked import Kept
from lms.web.i18n import current_language

SHEETS_KEPT = 2000  # of some 4 kB
# Both stand for something in a kept sheet. Made anew by each process, so that no text of an author
# can hold them.
NUMBER = secrets.randbelow(10**15) + 10**15
FENCE = Markup("<!--{}-->").format(secrets.token_hex(12))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A question as everybody sees it, in pieces.

    ``groups`` are what is to be chosen, by key, each with what follows it: of a matching question
    one for each left side.
    """

    head: str
    groups: tuple[tuple[dict[str, str], str], ...]

    def of(self, position: int, order: Sequence[str]) -> Markup:
        """Return it as one candidate sees it."""
        pieces = [self.head]
        for choices, rest in self.groups:
            pieces += [choices[key] for key in order]
            pieces.append(rest)
        # Made of the template's own output.
        return Markup("".join(pieces).replace(str(NUMBER), str(position)))  # noqa: S704


_sheets: Kept[Sheet] = Kept(SHEETS_KEPT)


def sheets_of(
    paper: Sequence[AttemptItem],
    attempt: Attempt,
    state: AttemptState,
    faults: Mapping[int, Any],
    typed: Any,
) -> Markup:
    """Return the questions of a paper with what is answered; the attempt's exam must be loaded.

    ``faults`` by position, with the fields that were ``typed``.
    """
    figures = CourseFigures(attempt.assessment.activity.version_id)
    touched = {position for _, position in state.ranks} | faults.keys()
    return Markup().join(
        _made(item, attempt, state, faults, typed, all_=len(paper), figures=figures)
        if item.position in touched or item.item_version.kind is ItemKind.DIALOGUE
        else _kept(item, attempt, len(paper), figures).of(item.position, _cut(item))
        for item in paper
    )


def _cut(item: AttemptItem) -> Sequence[str]:
    """Return the candidate's order of the pieces that a sheet of this kind is cut into."""
    return item.order if item.item_version.kind in PARTS else ()


def _made(
    item: AttemptItem,
    attempt: Attempt,
    state: AttemptState,
    faults: Mapping[int, Any],
    typed: Any,
    *,
    all_: int,
    figures: CourseFigures,
) -> Markup:
    position = item.position
    question = question_of(
        item.item_version,
        position=position,
        order=item.order,
        language=attempt.language,
        figures=figures,
    )
    return _written(
        question,
        all_,
        response=state.answers.get(position),
        is_flagged=position in state.flags,
        asks_certainty=attempt.assessment.certainty,
        certainty=state.certainty.get(position),
        fault=faults.get(position),
        typed=typed if position in faults else None,
    )


def _kept(item: AttemptItem, attempt: Attempt, all_: int, figures: CourseFigures) -> Sheet:
    version, exam = item.item_version, attempt.assessment
    key = " ".join(
        (
            *(version.public_id, attempt.language, current_language(), str(all_)),
            *(exam.activity.version.public_id, str(exam.certainty)),
        )
    )
    sheet = _sheets.get(key)
    if sheet is None:
        part = PARTS.get(version.kind)
        names = [entry["key"] for entry in version.content[part]] if part else []
        question = question_of(
            version,
            position=NUMBER,
            order=names,
            language=attempt.language,
            figures=figures,
            fence=FENCE if part else "",
        )
        sheet = cut(_written(question, all_, asks_certainty=exam.certainty), names)
        _sheets.keep(key, sheet)
    return sheet


def _written(question: Any, all_: int, **options: Any) -> Markup:
    module: Any = current_app.jinja_env.get_template("assessment/_sheet.html").module
    written: Markup = module.sheet(question, all_, **options)
    return written


def cut(html: str, names: Sequence[str]) -> Sheet:
    """Return a question's HTML cut at its fences: one before each choice, one behind the last."""
    head, *pieces = html.split(FENCE)
    size = len(names) + 1
    groups = tuple(
        (dict(zip(names, pieces[start:], strict=False)), pieces[start + size - 1])
        for start in range(0, len(pieces), size)
    )
    return Sheet(str(head), groups)
