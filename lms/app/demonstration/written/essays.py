"""The demonstration's written and handed-in answers, made up, and what an examiner gives for them.

A text suits its question or says nothing to it; each is marked by the rubric in the same way, so
that a passed or failed sitting stays what its story says.
"""

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from lms.app.demonstration.written import sheets
from lms.assessment.grading.models import Grading, GradingTask
from lms.assessment.kinds.base import Answer, Response
from lms.assessment.models import Attempt, ItemKind, ItemVersion
from lms.assessment.scoring import GRADED_BY_HAND
from lms.assessment.uploads.models import AttemptFile
from lms.core.database import db
from lms.core.storage import blobs
from lms.people.models import Person

GOOD = {
    "reply-to-forty-minutes": (
        "Сорок минут — больше нашей нормы, извините. Мы проверили тот час: ждали 38 минут, одно"
        " окно не открыли. С понедельника старший смены открывает его сам. О разговоре у окна"
        " хотим узнать больше: напишите, пожалуйста, в личный канал центра номер талона. Разберёмся"
        " и ответим до пятницы."
    ),
    "reply-to-lost-in-hall": (
        "Спасибо, что написали. Указатель к печати справок закрыла новая ширма, сегодня мы"
        " перевесили его выше. Экран сейчас чинят, он заработает к пятнице. До этого дня у входа"
        " подскажет дежурный администратор. Если снова не найдёте дорогу, напишите нам."
    ),
    "reply-on-the-board": (
        "Вы сказали: утром в понедельник открыты не все окна. Мы сделали: с 1-го числа все окна"
        " работают с 8:00, за это отвечает старший смены. Проверка: через две недели сравним"
        " ожидание по талонам с 8:00 до 10:00 по понедельникам с тем же временем месяцем раньше."
    ),
}
ELSE = (
    "Сначала я бы выяснил, что произошло, потом назвал бы перемену и её день, а через две недели"
    " проверил бы её тем же измерением. Написал бы об этом коротко, без имён и без оправданий."
)
POOR = (
    "Ваше мнение очень важно для нас. Приносим извинения за доставленные неудобства. С сотрудниками"
    " проведена беседа, информация принята к сведению, в дальнейшем подобное не повторится."
    " Надеемся на понимание и будем рады видеть вас снова."
)
PRAISE = "Признан факт, назван шаг, ничего лишнего."
ADVICE = "Назовите, что изменится и с какого дня: по этому ответу читатель не узнает ничего нового."


def is_written(version: ItemVersion) -> bool:
    """Tell whether the answer is a text or a file that a person has to judge."""
    return version.kind in GRADED_BY_HAND


def written(kind: ItemKind, key: str, *, well: bool) -> Response:
    """Return an answer to the question with this key."""
    if kind is ItemKind.FILE:
        return {"files": [sheets.said(well=well)]}
    return {"text": GOOD.get(key, ELSE) if well else POOR}


def _is_poor(response: Response) -> bool:
    return response in ({"text": POOR}, {"files": [sheets.said(well=False)]})


def marks(answer: Answer, response: Response) -> dict[str, int]:
    """Return the points of each criterion: all of them, or one for its courtesy."""
    rubric: list[dict[str, Any]] = answer["rubric"]
    if not _is_poor(response):
        return {criterion["key"]: criterion["points"] for criterion in rubric}
    return {one["key"]: int(one is rubric[-1]) for one in rubric}


def judged(answer: Answer, response: Response | None) -> Fraction:
    """Return the share of the points that an examiner gives."""
    if response is None:
        return Fraction(0)
    possible = sum(criterion["points"] for criterion in answer["rubric"])
    return Fraction(sum(marks(answer, response).values()), possible)


def hand_in(
    attempt: Attempt,
    paper: Sequence[tuple[ItemVersion, Answer, Response | None]],
    *,
    examiner: Person | None,
    graded_at: datetime,
) -> None:
    """Add the written answers of a flushed attempt: graded, or waiting without an examiner."""
    for position, (version, answer, response) in enumerate(paper, start=1):
        if response is None or not is_written(version):
            continue
        given = marks(answer, response)
        task = GradingTask(
            attempt_id=attempt.id,
            position=position,
            item_version_id=version.id,
            waiting_since=attempt.settled_at,
        )
        if examiner is not None:
            task.done_at, task.points = graded_at, float(sum(given.values()))
            comment = ADVICE if _is_poor(response) else PRAISE
            task.gradings.append(
                Grading(
                    examiner_id=examiner.id,
                    graded_at=graded_at,
                    marks=given,
                    points=sum(given.values()),
                    comment=comment,
                )
            )
        db.session.add(task)
        if "files" in response:
            db.session.add(_file(attempt, position, well=not _is_poor(response)))


def _file(attempt: Attempt, position: int, *, well: bool) -> AttemptFile:
    content = sheets.sheet(well=well)
    return AttemptFile(
        attempt_id=attempt.id,
        position=position,
        sha256=blobs().put(content),
        size=len(content),
        name=sheets.NAME,
        received_at=attempt.closed_at,
    )
