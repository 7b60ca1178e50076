"""The item bank and the exam of a course as typed values, and what each text may measure."""

import re
from dataclasses import dataclass, field

from lms.assessment.exam_rules import ExamRules, Stock, stock_of
from lms.assessment.kinds.values import AuthoredItem
from lms.catalog.models import FINAL_EXAM

ITEMS_SCHEMA = "lms-items/1"
EXAM_SCHEMA = "lms-exam/1"
EXAM_FILE = "exam.yaml"  # of the final exam
EXAMS_PATH = r"exams/([a-z0-9][a-z0-9-]*)\.yaml"  # of a further one, named by its key
ITEMS_PATH = r"items/([a-z0-9][a-z0-9-]*)(?:\.([1-9][0-9]{0,2}))?\.yaml"
# Keys of options, pairs, steps: may be a single letter, unlike those of items and topics.
ROW_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
PROMPT_LIMIT = 4000  # characters of a prompt or an explanation
GAP_TEXT_LIMIT = 8000  # characters of a text with gaps
LINE_LIMIT = 1000  # characters of an option, a side, a step
# The fewest and the most of each.
OPTIONS = (2, 10)
PAIRS = (2, 6)
RIGHT_SIDES = 3  # the fewest of a matching item: with two the last pair follows from the first
DISTRACTORS = (0, 6)
STEPS = (3, 7)
GAPS = (1, 12)
CRITERIA = (1, 8)
FILES_LIMIT = 5  # of one answer
MEGABYTES_LIMIT = 20  # of one file
AREAS = (1, 20)
MARKS_LIMIT = 10  # places that a candidate may mark on one picture
TURNS = (2, 40)
REPLIES = (2, 5)  # of one turn
DIALOGUE_KEY = 25  # characters of the key of a turn or a reply
WORDS = ("fewest", "most")  # of an essay
WORDS_LIMIT = 3000
SECONDS_LIMIT = 1800  # of one reply


def items_file(topic: str, number: int = 1) -> str:
    """Return the path of a file of a topic's items: the first, or a further one of a large bank."""
    return f"items/{topic}.yaml" if number == 1 else f"items/{topic}.{number}.yaml"


def items_place(path: str) -> tuple[str, int] | None:
    """Return the topic and the number of a file of items; None when it isn't named as one."""
    match = re.fullmatch(ITEMS_PATH, path)
    if match is None or match[2] == "1":
        return None
    return match[1], int(match[2] or 1)


def exam_file(key: str) -> str:
    """Return the path of an exam's file within the course's folder."""
    return EXAM_FILE if key == FINAL_EXAM else f"exams/{key}.yaml"


@dataclass(frozen=True)
class AssessmentContent:
    """All items of a course in order, its final exam (None: it has none) and its further ones."""

    items: tuple[AuthoredItem, ...] = ()
    exam: ExamRules | None = None
    further: dict[str, ExamRules] = field(default_factory=dict)  # by key, in the keys' order
    # Path, line and key of each fact that a file's item names.
    cited: tuple[tuple[str, int, str], ...] = field(default=(), compare=False)

    def exams(self) -> dict[str, ExamRules]:
        """Return all exams by key, the final one first."""
        final = {} if self.exam is None else {FINAL_EXAM: self.exam}
        return {**final, **self.further}

    def stock(self) -> Stock:
        """Return how many items there are of each topic, level and kind."""
        return stock_of((item.topic, item.level, item.kind) for item in self.items)
