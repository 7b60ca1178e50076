"""An item as its author writes it: typed values of all kinds."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum

from lms.assessment.kinds.shapes import Shape
from lms.assessment.models import ItemKind

Texts = dict[str, str]  # by language
Wordings = dict[str, tuple[str, ...]]  # by language


class ScoringRule(Enum):
    """What a multiple choice earns that isn't wholly right; part of the item's version."""

    RIGHT_MINUS_WRONG = "right_minus_wrong"  # a wrong option takes back a right one
    ALL_OR_NOTHING = "all_or_nothing"
    # Each right option counts, wrong ones cost nothing; but choosing more options than are right
    # earns nothing, so that ticking everything is no way out.
    RIGHT_ONES = "right_ones"


@dataclass(frozen=True)
class Option:
    """An option of a choice item."""

    key: str
    text: Texts
    correct: bool
    explanation: Texts


@dataclass(frozen=True)
class Pair:
    """A left side of a matching item and the right side that belongs to it."""

    key: str
    left: Texts
    right: Texts


@dataclass(frozen=True)
class Entry:
    """A distractor of a matching item, or a step of an ordering item."""

    key: str
    text: Texts


@dataclass(frozen=True)
class Gap:
    """A gap in a text, where ``[[key]]`` stands.

    With distractors it is a drop-down of the one accepted wording and of them, side by side in all
    languages; without, it is typed and each accepted wording counts.
    """

    key: str
    accepted: Wordings
    distractors: Wordings = field(default_factory=dict)

    @property
    def is_choice(self) -> bool:
        """Whether the gap is a drop-down."""
        return any(self.distractors.values())


@dataclass(frozen=True)
class Criterion:
    """One thing that an examiner looks for in a written answer, and the most points for it.

    Its levels say in words, each on one line, what every number of points from 0 upwards means;
    there are none, or one more than points.
    """

    key: str
    text: Texts
    points: int
    levels: tuple[Texts, ...] = ()


class FileType(Enum):
    """What kinds of files may be handed in."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    ODT = "odt"
    PNG = "png"
    JPG = "jpg"
    TXT = "txt"


@dataclass(frozen=True)
class FileRules:
    """How many files answer a question, of which types, and how large each may be."""

    most: int = 1
    types: tuple[FileType, ...] = (FileType.PDF, FileType.DOCX)
    megabytes: int = 5


@dataclass(frozen=True)
class Reply:
    """What the specialist may say at a turn of a dialogue, and where it leads."""

    key: str
    text: Texts
    leads_to: str  # key of a turn
    mood: int  # how it changes the visitor's mood, from -2 to 2
    seconds: int  # the time it takes at the window
    explanation: Texts


@dataclass(frozen=True)
class Turn:
    """What the visitor says; a turn without replies is an end, with a score and a debriefing."""

    key: str
    says: Texts
    replies: tuple[Reply, ...] = ()
    score: int | None = None  # of an end: percent of the item's points
    debriefing: Texts = field(default_factory=dict)


@dataclass(frozen=True)
class Area:
    """An area of a picture, its numbers in per mille; the label tells in words what is there."""

    key: str
    shape: Shape
    numbers: tuple[int, ...]  # see Shape
    correct: bool
    explanation: Texts
    label: Texts = field(default_factory=dict)


@dataclass(frozen=True)
class AuthoredItem:
    """One item with everything its author states; only the fields of its kind are filled."""

    key: str
    kind: ItemKind
    topic: str
    level: int
    points: int
    prompt: Texts
    explanation: Texts
    sources: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    scoring: ScoringRule = ScoringRule.RIGHT_MINUS_WRONG  # of a multiple choice
    truth: bool | None = None
    pairs: tuple[Pair, ...] = ()
    distractors: tuple[Entry, ...] = ()
    steps: tuple[Entry, ...] = ()
    value: Decimal | None = None
    tolerance: Decimal = Decimal(0)
    unit: Texts | None = None
    accepted: Wordings = field(default_factory=dict)
    text: Texts = field(default_factory=dict)  # with gaps
    gaps: tuple[Gap, ...] = ()
    rubric: tuple[Criterion, ...] = ()
    examiners: int = 1  # how many judge an essay independently
    words: tuple[int, int] | None = None  # the fewest and the most of an essay
    files: FileRules | None = None  # of a file answer
    figure: Texts = field(default_factory=dict)  # path of the picture, by language
    alt: Texts = field(default_factory=dict)  # what the picture shows, for those who don't see it
    marks: int = 1  # the most places that a candidate may mark on it
    areas: tuple[Area, ...] = ()
    turns: tuple[Turn, ...] = ()  # the first one opens the dialogue
    # Open for practice before the exam: a mark of the item, no part of any version of it.
    practice: bool = False
    facts: tuple[str, ...] = ()  # keys of the living facts that it asks about
    enemies: str = ""  # key of a group of which no two items meet in one paper
