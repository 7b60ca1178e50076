"""What a draft's bank and exam lack before publication: pure checks, told as sentences.

What one item says was checked when it was saved. This is about what else changed since: topics,
sources and languages of the course, retired items.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from lms.assessment.authored import pictures_of, undescribed
from lms.assessment.authoring.words import KIND_NAMES
from lms.assessment.exam_rules import ExamRules, Shortage, shortages
from lms.assessment.kinds.registry import KINDS
from lms.assessment.kinds.values import AuthoredItem, Texts
from lms.assessment.rules.sense import senseless
from lms.assessment.source.content import AssessmentContent
from lms.assessment.source.enemies import enemies_meet
from lms.catalog.messages import localised_message
from lms.web.i18n import localised

SHOWN = 5  # keys of items in one sentence


def lacks_of(
    content: AssessmentContent,
    *,
    topics: dict[str, Texts],
    sources: set[str],
    figures: Mapping[str, Texts],
    languages: tuple[str, ...],
) -> Iterator[Any]:
    """Yield a sentence for each lack; topics, sources and figures (with what
    they show) are those the draft has.
    """
    stray = [item for item in content.items if item.topic not in topics]
    if stray:
        yield _l("Questions of topics that the course doesn't have: %(keys)s", keys=_keys(stray))
    unsourced = [item for item in content.items if set(item.sources) - sources]
    if unsourced:
        yield _l(
            "Questions that name sources the course doesn't have: %(keys)s", keys=_keys(unsourced)
        )
    pictured = [item for item in content.items if pictures_of(item)]
    unseen = [item for item in pictured if pictures_of(item) - set(figures)]
    if unseen:
        yield _l(
            "Questions that show figures the course doesn't have: %(keys)s", keys=_keys(unseen)
        )
    bare = [
        item
        for item in pictured
        if any(not figures.get(path, {}).get(code) for code, path in undescribed(item))
    ]
    if bare:
        yield _l(
            "Questions with pictures that nothing describes in words: %(keys)s", keys=_keys(bare)
        )
    silent = [item for item in content.items if not speaks(item, languages)]
    if silent:
        yield _l(
            "Questions not written in all languages of the course: %(keys)s", keys=_keys(silent)
        )
    exams = content.exams()
    for key, exam in exams.items():
        for lack in _exam_lacks(content, exam, topics, languages):
            yield lack if len(exams) == 1 else _named(localised(exam.title) or key, lack)
    if content.exam is None and content.items:
        yield _l("There are questions, but no exam asks them.")


def _named(exam: str, lack: Any) -> Any:
    return _l("“%(exam)s”: %(lack)s", exam=exam, lack=lack)


def _exam_lacks(
    content: AssessmentContent,
    exam: ExamRules,
    topics: dict[str, Texts],
    languages: tuple[str, ...],
) -> Iterator[Any]:
    if not _is_whole(exam.title, languages):
        yield _l("The exam's title isn't written in all languages of the course.")
    if not exam.sections:
        yield _l("The exam asks no questions yet.")
    for topic in sorted({section.topic for section in exam.sections} - set(topics)):
        yield _l(
            "The exam asks about the topic “%(topic)s”, which the course doesn't have.",
            topic=topic,
        )
    for _key, message in senseless(exam, content.stock()):
        yield localised_message(message)
    lacking = shortages(exam.sections, content.stock())
    for shortage in lacking:
        yield _shortage(shortage, topics)
    if not lacking and enemies_meet(content.items, exam.sections) is not None:
        yield _l("The bank is too small for papers without questions that must not meet.")


def _shortage(shortage: Shortage, topics: dict[str, Texts]) -> Any:
    values: dict[str, Any] = {
        "topic": localised(topics.get(shortage.topic)) or shortage.topic,
        "asked": shortage.asked,
        "available": shortage.available,
    }
    if shortage.kind is not None:
        values["kind"] = KIND_NAMES[shortage.kind]
    if shortage.level is None and shortage.kind is not None:
        return _l(
            "“%(topic)s”, questions of the kind “%(kind)s”: the exam asks %(asked)d, "
            "the bank has %(available)d.",
            **values,
        )
    if shortage.kind is not None:
        return _l(
            "“%(topic)s”, level %(level)d, questions of the kind “%(kind)s”: "
            "the exam asks %(asked)d, the bank has %(available)d.",
            level=shortage.level,
            **values,
        )
    if shortage.level is None:
        return _l(
            "“%(topic)s”: the exam asks %(asked)d questions, the bank has %(available)d.",
            **values,
        )
    return _l(
        "“%(topic)s”, level %(level)d: the exam asks %(asked)d questions, "
        "the bank has %(available)d.",
        level=shortage.level,
        **values,
    )


def speaks(item: AuthoredItem, languages: tuple[str, ...]) -> bool:
    """Tell whether every text of ``item`` is there in each of ``languages``.

    An explanation may be missing, but then in all of them.
    """
    texts = (item.explanation, *KINDS[item.kind].texts(item))
    return _is_whole(item.prompt, languages) and all(
        _is_whole(text, languages) for text in texts if any(text.values())
    )


def _is_whole(texts: Texts, languages: tuple[str, ...]) -> bool:
    return all(texts.get(language) for language in languages)


def _keys(items: list[AuthoredItem]) -> str:
    shown = ", ".join(item.key for item in items[:SHOWN])
    return f"{shown}, …" if len(items) > SHOWN else shown
