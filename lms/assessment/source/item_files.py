"""``items/<topic>.yaml`` read into typed items; every mistake is noted with its line."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from lms.assessment.authored import AuthoredItem, Entry, Option, Pair, Texts
from lms.assessment.models import ItemKind
from lms.assessment.responses import TEXT_LIMIT
from lms.assessment.scoring import compared
from lms.assessment.source.content import (
    DISTRACTORS,
    ITEMS_PATH,
    ITEMS_SCHEMA,
    LINE_LIMIT,
    OPTIONS,
    PAIRS,
    PROMPT_LIMIT,
    ROW_KEY,
    STEPS,
)
from lms.catalog.markdown.examining import examine
from lms.catalog.messages import Message
from lms.catalog.source.content import CourseContent
from lms.catalog.source.folder import SourceFolder
from lms.catalog.source.map_reader import MapReader, read_mapping
from lms.catalog.source.problems import Problems

POINTS_LIMIT = 10
ACCEPTED_LIMIT = 20  # wordings of a short text in one language
NUMBER_LIMIT = Decimal(10) ** 12


class ItemFiles:
    """Reads all item files of a folder."""

    def __init__(self, folder: SourceFolder, outline: CourseContent, problems: Problems) -> None:
        self.folder = folder
        self.outline = outline
        self.problems = problems
        self.languages = outline.languages
        self.keys: set[str] = set()
        self.special: dict[ItemKind, Callable[[MapReader], dict[str, Any]]] = {
            ItemKind.SINGLE_CHOICE: self._single_choice,
            ItemKind.MULTIPLE_CHOICE: self._multiple_choice,
            ItemKind.TRUE_FALSE: self._true_false,
            ItemKind.MATCHING: self._matching,
            ItemKind.ORDERING: self._ordering,
            ItemKind.NUMERIC: self._numeric,
            ItemKind.SHORT_TEXT: self._short_text,
        }

    def read(self) -> tuple[AuthoredItem, ...]:
        """Return the items of all files, file by file in the order of their names."""
        items: list[AuthoredItem] = []
        for path in sorted(self.folder.files):
            if path.startswith("items/"):
                items += self._file(path)
        return tuple(items)

    def _file(self, path: str) -> list[AuthoredItem]:
        matches = [match for found, match in self.folder.paths(ITEMS_PATH) if found == path]
        if not matches:
            self.problems.add(
                path, 0, Message("is not named as a file of items: items/<topic>.yaml")
            )
            return []
        text = self.folder.text(path, self.problems)
        if text is None:
            return []
        reader = read_mapping(text, path, self.problems)
        reader.schema(ITEMS_SCHEMA)
        topic = reader.key("topic", known=self.outline.topic_keys, what="topic")
        if topic and topic != matches[0].group(1):
            reader.complain("topic", Message("the file is called '%(path)s'", path=path))
        items = [item for entry in reader.maps("items") if (item := self._item(entry, topic))]
        reader.done()
        return items

    def _item(self, entry: MapReader, topic: str) -> AuthoredItem | None:
        """Return the item; None when its kind is unknown, so that its fields mean nothing."""
        before = len(self.problems)
        kind = entry.choice("kind", ItemKind)
        if len(self.problems) > before:
            return None
        key = entry.key("key")
        if key and key in self.keys:
            entry.complain("key", Message("'%(key)s' stands twice in the course", key=key))
        self.keys.add(key)
        item = AuthoredItem(
            key=key,
            kind=kind,
            topic=topic,
            level=entry.integer("level", minimum=1, maximum=3),
            points=entry.integer("points", minimum=1, maximum=POINTS_LIMIT, default=1),
            sources=tuple(entry.keys("sources", known=self.outline.source_keys, what="source")),
            prompt=self._texts(entry, "prompt", limit=PROMPT_LIMIT),
            explanation=self._texts(entry, "explanation", limit=PROMPT_LIMIT),
            practice=entry.boolean("practice", default=False),
            **self.special[kind](entry),
        )
        entry.done()
        return item

    def _texts(
        self, entry: MapReader, key: str, *, limit: int = LINE_LIMIT, required: bool = True
    ) -> Texts:
        """Return a Markdown text in all languages of the course, examined."""
        texts = entry.texts(key, self.languages, limit=limit, required=required)
        for text in texts.values():
            for mistake in examine(text, sources=(), figures=(), lessons=()).mistakes:
                entry.complain(key, mistake.message)
        return texts

    def _rows(self, entry: MapReader, name: str, count: tuple[int, int]) -> list[MapReader]:
        fewest, most = count
        rows = entry.maps(name, required=fewest > 0)
        if rows and not fewest <= len(rows) <= most:
            entry.complain(
                name, Message("must be from %(fewest)s to %(most)s", fewest=fewest, most=most)
            )
        return rows

    @staticmethod
    def _row_key(row: MapReader, seen: set[str]) -> str:
        key = row.text("key", limit=60)
        if key and not ROW_KEY.fullmatch(key):
            row.complain("key", Message("'%(key)s' is no key: a-z, 0-9 and hyphens", key=key))
        elif key in seen:
            row.complain("key", Message("'%(key)s' stands twice", key=key))
        seen.add(key)
        return key

    def _options(self, entry: MapReader) -> tuple[Option, ...]:
        seen: set[str] = set()
        options = []
        for row in self._rows(entry, "options", OPTIONS):
            options.append(
                Option(
                    self._row_key(row, seen),
                    self._texts(row, "text"),
                    row.boolean("correct"),
                    self._texts(row, "explanation", limit=PROMPT_LIMIT),
                )
            )
            row.done()
        self._differ(entry, "options", [option.text for option in options])
        return tuple(options)

    @staticmethod
    def _differ(entry: MapReader, key: str, texts: list[Texts]) -> None:
        """Note texts that a candidate couldn't tell apart."""
        for language in {language for text in texts for language in text}:
            shown = [text[language] for text in texts if language in text]
            for double in sorted({text for text in shown if shown.count(text) > 1}):
                entry.complain(key, Message("'%(text)s' stands twice", text=double[:80]))

    def _single_choice(self, entry: MapReader) -> dict[str, Any]:
        options = self._options(entry)
        if options and sum(option.correct for option in options) != 1:
            entry.complain("options", Message("exactly one must be correct"))
        return {"options": options}

    def _multiple_choice(self, entry: MapReader) -> dict[str, Any]:
        options = self._options(entry)
        if options and len({option.correct for option in options}) == 1:
            entry.complain("options", Message("at least one must be correct and one wrong"))
        return {"options": options}

    def _true_false(self, entry: MapReader) -> dict[str, Any]:
        return {"truth": entry.boolean("answer")}

    def _matching(self, entry: MapReader) -> dict[str, Any]:
        seen: set[str] = set()
        pairs, distractors = [], []
        for row in self._rows(entry, "pairs", PAIRS):
            key = self._row_key(row, seen)
            pairs.append(Pair(key, self._texts(row, "left"), self._texts(row, "right")))
            row.done()
        for row in self._rows(entry, "distractors", DISTRACTORS):
            distractors.append(Entry(self._row_key(row, seen), self._texts(row, "text")))
            row.done()
        self._differ(entry, "pairs", [pair.left for pair in pairs])
        self._differ(entry, "pairs", [*(p.right for p in pairs), *(d.text for d in distractors)])
        return {"pairs": tuple(pairs), "distractors": tuple(distractors)}

    def _ordering(self, entry: MapReader) -> dict[str, Any]:
        seen: set[str] = set()
        steps = []
        for row in self._rows(entry, "steps", STEPS):
            steps.append(Entry(self._row_key(row, seen), self._texts(row, "text")))
            row.done()
        self._differ(entry, "steps", [step.text for step in steps])
        return {"steps": tuple(steps)}

    def _numeric(self, entry: MapReader) -> dict[str, Any]:
        value = entry.decimal("answer", minimum=-NUMBER_LIMIT, maximum=NUMBER_LIMIT)
        tolerance = entry.decimal("tolerance", minimum=0, maximum=NUMBER_LIMIT, required=False)
        unit = entry.texts("unit", self.languages, required=False, limit=LINE_LIMIT)
        return {
            "value": value if value is not None else Decimal(0),
            "tolerance": tolerance if tolerance is not None else Decimal(0),
            "unit": unit or None,
        }

    def _short_text(self, entry: MapReader) -> dict[str, Any]:
        reader = entry.mapping("accepted")
        if reader is None:
            return {}
        accepted = {}
        for language in self.languages:
            wordings = reader.strings(language, limit=TEXT_LIMIT)
            if len(wordings) > ACCEPTED_LIMIT:
                reader.complain(language, Message("has more than %(n)s", n=ACCEPTED_LIMIT))
            if any(not compared(wording) for wording in wordings):
                reader.complain(language, Message("an entry is nothing but punctuation"))
            accepted[language] = tuple(wordings)
        reader.done()
        return {"accepted": accepted}
