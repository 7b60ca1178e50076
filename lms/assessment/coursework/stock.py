"""Whether a course has the questions that its practices ask."""

from collections.abc import Iterable, Iterator

from lms.assessment.kinds.values import AuthoredItem
from lms.assessment.practice.met import PRACTISED
from lms.catalog.kinds.practice import PracticeDetails
from lms.catalog.messages import Message
from lms.catalog.source.content import ActivityContent
from lms.web.i18n import localised


def practices_lack(
    activities: Iterable[ActivityContent], items: Iterable[AuthoredItem], *, named: bool
) -> Iterator[Message]:
    """Yield a sentence for each practice that could not ask as many questions as it says.

    ``named``: by its title, for authors; else by its key, for files.
    """
    stock = [item for item in items if item.practice and item.kind in PRACTISED]
    for one in activities:
        if isinstance(one.details, PracticeDetails):
            count = sum(_is_asked(item, one.details) for item in stock)
            if count < one.details.questions:
                yield Message(
                    "The practice “%(name)s” asks %(wanted)s questions, but only %(count)s of its "
                    "topics and level are open for practice",
                    name=localised(one.title) if named else one.key,
                    wanted=one.details.questions,
                    count=count,
                )


def _is_asked(item: AuthoredItem, details: PracticeDetails) -> bool:
    return item.topic in details.topics and details.level in (None, item.level)
