"""What a reader found in a file, and what a writer could not put into one.

Readers fill a ``Reading``: items that were understood, those that were not with the reason, and
notes. Each has its place in the file. A note of weight ``LOST`` names something that the file says
and that an item here can't hold; ``FACT`` is worth knowing but loses nothing.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import Enum
from time import thread_time

from lms.assessment.kinds.values import AuthoredItem, Texts
from lms.catalog.media.kinds import FORMATS
from lms.catalog.messages import Message
from lms.standards.items import limits
from lms.standards.items.errors import Unreadable


@dataclass(frozen=True)
class Place:
    """Where something stands: line (from 1; 0: unknown), column, title of the item, file."""

    line: int = 0
    column: int = 0
    title: str = ""
    file: str = ""  # inside a package

    def __str__(self) -> str:
        where = ":".join(
            part for part in (self.file, str(self.line or ""), str(self.column or "")) if part
        )
        return f"{where} ({self.title})" if self.title else where


class Weight(Enum):
    """What a note means for the item."""

    LOST = "lost"
    FACT = "fact"


@dataclass(frozen=True)
class Note:
    """A remark on the file or on one of its items."""

    place: Place
    message: Message
    weight: Weight = Weight.LOST


@dataclass(frozen=True)
class Category:
    """Where the file puts an item: a key when it names one, and a title by language."""

    key: str = ""
    title: Texts = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """An item that was understood.

    ``item.key`` is the file's own name of the item ("" when it has none that can be a key) and
    ``item.topic`` is empty: both are settled when the item is put into a bank. ``unstated`` names
    the fields (level, points, sources; rubric, words, examiners) that the file doesn't speak of.
    """

    item: AuthoredItem
    place: Place
    category: Category | None = None
    unstated: frozenset[str] = frozenset()
    notes: tuple[Note, ...] = ()
    tags: tuple[str, ...] = ()  # free words of the file; one may name a topic

    def noted(self, *messages: Message, weight: Weight = Weight.FACT) -> "Found":
        """Return the same with more notes."""
        more = tuple(Note(self.place, message, weight) for message in messages)
        return replace(self, notes=(*self.notes, *more))


@dataclass(frozen=True)
class Rejected:
    """Something in the file that was not understood, and why."""

    place: Place
    reason: Message


class NotUnderstood(Exception):
    """Raised by readers inside one item: it can't be an item here."""

    def __init__(self, reason: Message, *, line: int = 0) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.line = line


def too_long() -> NotUnderstood:
    """Return the refusal of a question that is beyond all measure."""
    return NotUnderstood(
        Message("it is longer than %(limit)s characters", limit=limits.BLOCK_CHARACTERS)
    )


@dataclass(frozen=True)
class Picture:
    """A picture in the form in which a course keeps it; ``path`` is where it would lie there."""

    path: str
    content: bytes = field(repr=False)
    width: int  # pixels
    height: int

    @property
    def media_type(self) -> str:
        """Its MIME type."""
        return FORMATS[self.path.rpartition(".")[2]].media_type

    @property
    def digest(self) -> str:
        """SHA-256 of its bytes: the key of its blob."""
        return hashlib.sha256(self.content).hexdigest()


def check_count(questions: int) -> None:
    """Refuse a file of too many questions; readers count them before they read the first one."""
    if questions > limits.ITEMS:
        raise Unreadable(
            Message("the file holds more than %(limit)s questions", limit=limits.ITEMS)
        )


@dataclass
class Effort:
    """The CPU time that reading questions takes, and what came of it so far."""

    understood: int = 0
    rejected: int = 0
    begun: float = field(default_factory=thread_time)

    def begin(self) -> None:
        """Begin with the first question: the survey of the file is over."""
        self.begun = thread_time()

    def in_vain(self, rejected: "Rejected") -> None:
        """Take notice of a question not understood. Raises Unreadable if reading on is no use."""
        self.rejected += 1
        met = self.understood + self.rejected
        if self.understood * limits.HARDLY >= met:
            return
        if thread_time() - self.begun > limits.VAIN_SECONDS:
            raise Unreadable(
                Message(
                    "reading stops here: hardly any question is understood (%(found)s of "
                    "%(count)s so far); why not the last one: %(why)s",
                    found=self.understood,
                    count=met,
                    why=rejected.reason,
                ),
                line=rejected.place.line,
                file=rejected.place.file,
            )


@dataclass
class Reading:
    """All that was found in a file, in its order."""

    found: list[Found] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    pictures: dict[str, Picture] = field(default_factory=dict)  # of items, by path
    effort: Effort = field(default_factory=Effort)
    dialect: str = ""  # which version of a format it was, where one reader takes several

    def add(self, found: Found) -> None:
        """Take an item that was understood."""
        self.found.append(found)
        self.effort.understood += 1
        self._count()

    def reject(self, place: Place, reason: Message) -> None:
        """Take something that was not understood."""
        self.rejected.append(Rejected(place, reason))
        self.effort.in_vain(self.rejected[-1])
        self._count()

    def note(self, place: Place, message: Message, weight: Weight = Weight.LOST) -> None:
        """Remark on the file itself."""
        if len(self.notes) < limits.NOTES:
            self.notes.append(Note(place, message, weight))

    def remark_names(self, count: int) -> None:
        """Remark that questions lost their names, which only the file gives them."""
        message = Message(
            "the names of questions aren't kept: they have none here (questions: %(count)s)",
            count=count,
        )
        self.note(Place(), message, Weight.FACT)

    def _count(self) -> None:
        check_count(len(self.found) + len(self.rejected))

    @property
    def all_notes(self) -> list[Note]:
        """The file's notes, then those of its items."""
        return [*self.notes, *(note for found in self.found for note in found.notes)]

    @property
    def is_whole(self) -> bool:
        """Whether all of the file was understood and nothing of it is lost."""
        return not self.rejected and not any(n.weight is Weight.LOST for n in self.all_notes)


@dataclass(frozen=True)
class Loss:
    """Something of an item that a format can't hold; ``whole``: the item itself isn't written."""

    item_key: str
    message: Message
    whole: bool = False


@dataclass(frozen=True)
class LossOfMany:
    """The same loss of several items."""

    message: Message
    whole: bool
    keys: tuple[str, ...]


def grouped(losses: Iterable[Loss]) -> list[LossOfMany]:
    """Return losses with the items that share them, unwritten items first."""
    keys: dict[tuple[Message, bool], dict[str, None]] = {}
    for loss in losses:
        keys.setdefault((loss.message, loss.whole), {})[loss.item_key] = None
    many = [LossOfMany(message, whole, tuple(names)) for (message, whole), names in keys.items()]
    return sorted(many, key=lambda loss: not loss.whole)


@dataclass(frozen=True)
class Written:
    """A file made of items, and what it doesn't hold."""

    content: bytes
    written: int
    losses: tuple[Loss, ...] = ()
