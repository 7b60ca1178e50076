"""Moodle XML read: each ``<question>`` a question or a category."""

import hashlib
import re
from collections import Counter
from dataclasses import replace
from functools import partial
from urllib.parse import quote

from lms.catalog.messages import Message
from lms.standards.items.categories import category_of, steps_of
from lms.standards.items.drafting import Draft, attempt, check_rows
from lms.standards.items.errors import Unreadable
from lms.standards.items.kinds.unsupported import unsupported
from lms.standards.items.model import Category, Found, NotUnderstood, Place, Reading, Weight
from lms.standards.items.moodle import calculated
from lms.standards.items.moodle.cloze import parted
from lms.standards.items.moodle.counting import Tally, weigh_pictures
from lms.standards.items.moodle.kinds import GAPPED, KINDS, SETTINGS
from lms.standards.items.moodle.parts import OWN, Parts
from lms.standards.items.pictures.gallery import Gallery
from lms.standards.items.tags import Tagged
from lms.standards.items.xml.nodes import Node
from lms.standards.items.xml.reading import Budget, read_children, root_of, survey, walk

COMMON = {"name", "questiontext", "generalfeedback", "defaultgrade", "idnumber", "tags", "hint"}
# How an exam is delivered, not what a question says: decided for the whole exam here.
COMMON_SETTINGS = {"penalty", "hidden"}
FEEDBACKS = {"correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"}
PARTS = 500  # questions of one file that lists in texts may make
HEAD = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}\?>)?")
CLOZES = {"cloze", "multianswer"}
ATTRIBUTES = {"type", "format", "fraction", "name", "path", "encoding", "lang", "xml:lang"}


def read_moodle(content: bytes, *, language: str) -> Reading:
    """Read a Moodle XML file; texts that name no language are in ``language``."""
    if root_of(content) == "question":
        content = _whole(content)
    tally = Tally()
    root = survey(content, budget=Budget(), witness=tally)
    if root != "quiz":
        raise Unreadable(
            Message("the XML begins with <%(name)s>, Moodle's with <quiz>", name=root[:60])
        )
    reader = _Reader(language, spare=tally.spare())
    weigh_pictures(content, reader.gallery)
    reader.reading.effort.begin()
    read_children(content, reader.take)
    reader.finish()
    return reader.reading


def _whole(content: bytes) -> bytes:
    """Return questions that were cut from an export as a file of their own."""
    end = HEAD.match(content).end()  # type: ignore[union-attr]
    return b"%s<quiz>%s</quiz>" % (content[:end], content[end:])


class _Reader:
    def __init__(self, language: str, spare: int) -> None:
        self.language = language
        self.reading = Reading()
        self.gallery = Gallery()
        self.category: Category | None = None
        self.named = 0
        self.parts = min(PARTS, spare)  # questions that lists in texts may still make
        self.settings: set[str] = set()
        self.feedbacks: Counter[str] = Counter()

    def take(self, node: Node) -> None:
        """Read one element right inside the root."""
        place = Place(node.line, node.column, _name(node))
        if node.tag != "question":
            self.reading.reject(
                place, Message("the element <%(name)s> isn't understood", name=node.tag[:60])
            )
        elif node.get("type") == "category":
            self._category(node, place)
        else:
            self.named += place.title not in ("", node.text_of("idnumber"))
            if node.get("type") in calculated.SAME:
                self._calculated(node, place)
            elif node.get("type") in CLOZES:
                self._cloze(node, place)
            else:
                attempt(self.reading, place, partial(self._question, node, place))

    def _cloze(self, node: Node, place: Place) -> None:
        """Read a text with gaps; lists with several right answers are questions of their own."""
        try:
            made = parted(node, most=self.parts)
        except NotUnderstood as refusal:
            self.reading.reject(place, refusal.reason)
            return
        self.parts -= len(made) - 1
        if len(made) > 1:
            message = Message(
                "each list with several right answers became a question of its own "
                "(questions: %(count)s)",
                count=len(made),
            )
            self.reading.note(place, message, Weight.FACT)
        for number, one in enumerate(made, start=1):
            key = _key_of_row(node.text_of("idnumber"), number) if len(made) > 1 else ""
            attempt(self.reading, place, partial(self._question, one, place, key))

    def _calculated(self, node: Node, place: Place) -> None:
        """Read a question for each row of its numbers."""
        try:
            made, count = calculated.rows(node)
        except NotUnderstood as refusal:
            self.reading.reject(replace(place, line=refusal.line or place.line), refusal.reason)
            return
        enemies = _group_of(node)
        for number, one in enumerate(made, start=1):
            key = _key_of_row(node.text_of("idnumber"), number)
            asked = partial(self._question, one, place, key, enemies)
            attempt(self.reading, place, asked)
        if count > len(made):
            message = Message(
                "it has %(count)s rows of numbers, of which the first %(most)s were taken",
                count=count,
                most=len(made),
            )
            self.reading.note(place, message)
        message = Message(
            "a calculated question: it became a question for each row of its numbers, of which a "
            "paper asks one (questions: %(count)s)",
            count=len(made),
        )
        self.reading.note(place, message, Weight.FACT)

    def _category(self, node: Node, place: Place) -> None:
        holder = node.first("category")
        path = holder.text.strip() if holder is not None else ""
        if len(steps_of(path[:2000])) > 1:
            self.reading.note(
                place,
                Message("of the category “%(path)s” only the last name is used", path=path[:200]),
            )
        if node.text_of("info"):
            self.reading.note(place, Message("the description of the category isn't kept"))
        self.category = category_of(path, self.language, node.text_of("idnumber"))

    def _question(self, node: Node, place: Place, key: str = "", enemies: str = "") -> Found:
        kind = node.get("type")
        if kind == "description":
            raise NotUnderstood(Message("it has no answers: a description, not a question"))
        if kind not in KINDS:
            raise unsupported(kind)
        for tag in ("answer", "subquestion"):
            check_rows(node.all(tag))
        _move_image(node)
        draft = Draft(self.language, place, self.gallery)
        parts = Parts(draft)
        draft.category = self.category
        draft.take_key(key or node.text_of("idnumber"))
        draft.take_enemies(enemies)
        tags = node.first("tags")
        tagged = Tagged(draft, [tag.text.strip() for tag in tags] if tags is not None else [])
        self._grade(node, draft)
        if kind not in GAPPED:
            draft.prompt = parts.texts(node.first("questiontext"))
        draft.explanation = parts.texts(node.first("generalfeedback"))
        found = KINDS[kind](node, draft, parts, tagged)
        return self._remarked(node, kind, found.noted(*parts.left(), weight=Weight.LOST))

    @staticmethod
    def _grade(node: Node, draft: Draft) -> None:
        if node.first("defaultgrade") is not None:
            draft.take_points(node.text_of("defaultgrade"))

    def _remarked(self, node: Node, kind: str, found: Found) -> Found:
        """Note what of the question has no place in an item."""
        lost = []
        handled = SETTINGS[kind].handled | COMMON
        for child in node:
            if child.tag in FEEDBACKS:
                said = " ".join(child.text_of("text").split())
                if said:
                    self.feedbacks[said[:80]] += 1
            elif child.tag in SETTINGS[kind].ignored | COMMON_SETTINGS:
                self.settings.add(child.tag)
            elif child.tag not in handled:
                lost.append(Message("the element <%(name)s> isn't kept", name=child.tag[:60]))
        if node.first("hint") is not None:
            lost.append(Message("its hints aren't kept"))
        if node.text_of("hidden") == "1":
            lost.append(Message("it is hidden in Moodle; here it is in use"))
        names = {name for part in walk(node) for name in part.attributes} - ATTRIBUTES
        lost += [
            Message("the attribute “%(name)s” isn't kept", name=name[:60])
            for name in sorted(names)[:20]
        ]
        return found.noted(*dict.fromkeys(lost), weight=Weight.LOST)

    def finish(self) -> None:
        """Settle the pictures, and tell once what holds for many questions."""
        self.gallery.settle(self.reading)
        note = self.reading.note
        if self.named:
            self.reading.remark_names(self.named)
        if self.settings:
            names = ", ".join(sorted(self.settings))
            message = Message("settings that exams decide here aren't kept: %(names)s", names=names)
            note(Place(), message, Weight.FACT)
        for words, count in self.feedbacks.most_common(100):
            note(
                Place(),
                Message(
                    "the feedback on the result “%(text)s” isn't kept (questions: %(count)s)",
                    text=words,
                    count=count,
                ),
            )


def _move_image(node: Node) -> None:
    """Put the picture of a question of Moodle 1.9, which stood below its text, into the text."""
    name, coded, asked = (node.first(tag) for tag in ("image", "image_base64", "questiontext"))
    said = asked.first("text") if asked is not None else None
    if name is None or coded is None or asked is None or said is None or not coded.text.strip():
        return
    file = name.words.rsplit("/", 1)[-1] or "picture"
    said.parts.append(f'<p><img src="{OWN}{quote(file)}" alt=""></p>')
    marks = {"name": file, "encoding": "base64"}
    asked.parts.append(Node("file", marks, coded.text, line=coded.line))
    node.parts = [part for part in node.parts if part is not name and part is not coded]


def _key_of_row(name: str, number: int) -> str:
    """Return the name of the question of one row; "" where the calculated one has none."""
    return f"{name[:40]}-{number}" if name else ""


def _group_of(node: Node) -> str:
    """Return the group of a calculated question's rows; it follows from what the file says."""
    asked = node.first("questiontext")
    said = f"{node.text_of('idnumber')}\n{'' if asked is None else asked.text}"
    return "rows-" + hashlib.sha256(said.encode(errors="replace")).hexdigest()[:12]


def _name(node: Node) -> str:
    name = node.first("name")
    return name.words[:200] if name is not None else ""
