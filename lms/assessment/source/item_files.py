"""``items/<topic>.yaml`` read into typed items; every mistake is noted with its line.

A large bank goes on in ``items/<topic>.2.yaml`` and so on.
"""

from lms.assessment.kinds.values import AuthoredItem
from lms.assessment.models import ItemKind
from lms.assessment.source.content import ITEMS_SCHEMA, PROMPT_LIMIT, items_place
from lms.assessment.source.item_fields import ItemFields
from lms.assessment.source.item_kinds import POINTS_LIMIT, SPECIAL
from lms.catalog.messages import Message
from lms.catalog.source.content import CourseContent
from lms.catalog.source.folder import SourceFolder
from lms.catalog.source.map_reader import MapReader, read_mapping
from lms.catalog.source.problems import Problems


class ItemFiles:
    """Reads all item files of a folder."""

    def __init__(self, folder: SourceFolder, outline: CourseContent, problems: Problems) -> None:
        self.folder = folder
        self.outline = outline
        self.problems = problems
        self.fields = ItemFields(outline.languages, outline.figures, outline.alts)
        self.keys: set[str] = set()
        self.cited: list[tuple[str, int, str]] = []  # path, line and key of each fact
        # Whether each file could be read: what couldn't be taken from disk is told already.
        self.is_whole = not any(one.file.startswith("items/") for one in problems)

    def read(self) -> tuple[AuthoredItem, ...]:
        """Return the items of all files, file by file in the order of their names."""
        items: list[AuthoredItem] = []
        paths = [path for path in self.folder.files if path.startswith("items/")]
        for path in sorted(paths, key=lambda path: items_place(path) or (path, 0)):
            items += self._file(path)
        return tuple(items)

    def _file(self, path: str) -> list[AuthoredItem]:
        place = items_place(path)
        if place is None:
            self.problems.add(
                path, 0, Message("is not named as a file of items: items/<topic>.yaml")
            )
            return []
        text = self.folder.text(path, self.problems)
        if text is None:
            self.is_whole = False
            return []
        reader = read_mapping(text, path, self.problems)
        self.is_whole &= not reader.broken
        reader.schema(ITEMS_SCHEMA)
        topic = reader.key("topic", known=self.outline.topic_keys, what="topic")
        if topic and topic != place[0]:
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
        facts = tuple(entry.keys("facts"))
        self.cited += [(entry.file, entry.line_of("facts"), fact) for fact in facts]
        item = AuthoredItem(
            key=key,
            kind=kind,
            topic=topic,
            level=entry.integer("level", minimum=1, maximum=3),
            points=entry.integer("points", minimum=1, maximum=POINTS_LIMIT, default=1),
            sources=tuple(entry.keys("sources", known=self.outline.source_keys, what="source")),
            prompt=self.fields.texts(entry, "prompt", limit=PROMPT_LIMIT, pictures=True),
            explanation=self.fields.explanation(entry, pictures=True),
            facts=facts,
            enemies=entry.key("enemies") if entry.has("enemies") else "",
            practice=entry.boolean("practice", default=False),
            **SPECIAL[kind](self.fields, entry),
        )
        if item.rubric and item.points != sum(criterion.points for criterion in item.rubric):
            entry.complain("points", Message("must be the sum of the rubric's points"))
        entry.done()
        return item
