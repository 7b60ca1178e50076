"""Modules and their activities as ``course.yaml`` states them.

A module has ``lessons`` or, when it has activities of other kinds as well, ``activities``, each
with its ``kind`` (a lesson needs none). An exam with the key ``exam`` is the final one, with
another key a further one; what an exam asks stands in its own file. Either may say ``optional``,
``complete``, ``after`` and ``after_modules``.
"""

from lms.catalog.kinds.base import Surroundings
from lms.catalog.kinds.order import Rules
from lms.catalog.kinds.registry import DETAILS
from lms.catalog.messages import Message
from lms.catalog.models import ActivityKind
from lms.catalog.source.content import (
    EXAM_KEY,
    ActivityContent,
    CourseContent,
    LessonContent,
    ModuleContent,
)
from lms.catalog.source.lesson_files import TITLE_LIMIT
from lms.catalog.source.map_reader import MapReader

MOST_MINUTES = 480
DEFAULT_PERCENT = 80

Entry = tuple[str, MapReader]  # an activity's key and where it stands


class ModulesReader:
    """Reads ``modules`` and ``exam`` of a course; ``lines`` says where each activity stands."""

    def __init__(self, reader: MapReader, around: Surroundings, sources: set[str]) -> None:
        self.reader = reader
        self.around = around
        self.sources = sources
        self.activities: list[Entry] = []
        self.modules: list[Entry] = []
        self.exam: MapReader | None = None

    @property
    def lines(self) -> dict[str, int]:
        """Where ``course.yaml`` names each activity: of two with one key the first."""
        return {key: entry.line for key, entry in reversed(self.activities)}

    def read(self) -> tuple[ModuleContent, ...]:
        """Return the modules; mistakes are noted."""
        modules = []
        for entry in self.reader.maps("modules"):
            modules.append(self._module(entry))
            self.modules.append((modules[-1].key, entry))
            once(entry, [key for key, _ in self.modules])
        return tuple(modules)

    def _module(self, entry: MapReader) -> ModuleContent:
        name = "activities" if entry.has("activities") else "lessons"
        if entry.has("lessons") and name == "activities":
            entry.complain("lessons", Message("stands beside activities: one of the two is enough"))
            entry.asked.add("lessons")
        activities = [self._activity(one, is_lesson=name == "lessons") for one in entry.maps(name)]
        title = entry.texts("title", self.around.languages, limit=TITLE_LIMIT)
        rules = Rules(
            after=tuple(entry.keys("after")), after_modules=tuple(entry.keys("after_modules"))
        )
        module = ModuleContent(entry.key("key"), title, tuple(activities), rules)
        entry.done()
        return module

    def _activity(self, entry: MapReader, *, is_lesson: bool) -> LessonContent | ActivityContent:
        kind = (
            ActivityKind.LESSON
            if is_lesson
            else entry.choice("kind", ActivityKind, default=ActivityKind.LESSON)
        )
        key = entry.key("key")
        self.activities.append((key, entry))
        once(entry, [one for one, _ in self.activities])
        if key == EXAM_KEY and kind is not ActivityKind.EXAM:
            message = Message("'exam' is the exam's own key")
            entry.complain("key", message)
        if kind is ActivityKind.LESSON:
            one: LessonContent | ActivityContent = self._lesson(key, entry)
        elif kind is ActivityKind.EXAM:
            one = ActivityContent(key, kind, rules=opening_rules(entry))
        else:
            one = self._other(key, kind, entry)
        entry.done()
        return one

    def _lesson(self, key: str, entry: MapReader) -> LessonContent:
        return LessonContent(
            key=key,
            minutes=entry.integer("minutes", minimum=1, maximum=MOST_MINUTES),
            sources=tuple(entry.keys("sources", known=self.sources, what="source")),
            rules=_lesson_rules(entry),
        )

    def _other(self, key: str, kind: ActivityKind, entry: MapReader) -> ActivityContent:
        rules = opening_rules(entry)
        if kind is ActivityKind.PRACTICE:
            rules = _with(rules, percent=_percent(entry))
        return ActivityContent(
            key=key,
            kind=kind,
            title=entry.texts("title", self.around.languages, limit=TITLE_LIMIT),
            minutes=entry.integer("minutes", minimum=1, maximum=MOST_MINUTES),
            details=DETAILS[kind].read(entry, self.around),
            rules=rules,
        )

    def read_exam(self) -> Rules:
        """Return what ``exam`` says of an exam that stands after all modules."""
        entry = self.reader.mapping("exam", required=False)
        if entry is None:
            return Rules()
        self.exam = entry
        rules = opening_rules(entry)
        entry.done()
        if any(key == EXAM_KEY for key, _ in self.activities):
            self.reader.complain("exam", Message("the exam stands in a module: say it there"))
        return rules

    def check_order(self, content: CourseContent) -> None:
        """Note prerequisites that don't exist, circles of them, a course without duties."""
        order = content.order()
        exam: list[Entry] = [] if self.exam is None else [(EXAM_KEY, self.exam)]
        known, modules = set(order.by_key), set(order.modules)
        for _, entry in [*self.activities, *self.modules, *exam]:
            self._check_known(entry, "after", known, "activity")
            self._check_known(entry, "after_modules", modules, "module")
        circle = order.cycle()
        if circle:
            self._complain_of(circle, dict([*self.activities, *exam]))
        if content.modules and not order.required():
            self.reader.complain("modules", Message("at least one activity must not be optional"))

    @staticmethod
    def _check_known(entry: MapReader, field: str, known: set[str], what: str) -> None:
        node = entry.node.items.get(field)
        for one in getattr(node, "items", ()):
            value = str(getattr(one, "value", "")).strip()
            if value and value not in known:
                message = Message("there is no %(what)s '%(value)s'", what=what, value=value[:80])
                entry.complain(field, message)

    def _complain_of(self, circle: list[str], entries: dict[str, MapReader]) -> None:
        way = " → ".join([*circle, circle[0]])
        message = Message("each of these waits for the next: %(way)s", way=way)
        where = next((entries[key] for key in circle if key in entries), self.reader)
        where.complain("after", message)


def opening_rules(entry: MapReader) -> Rules:
    """Return what an entry says of its opening and whether it is optional."""
    return Rules(
        optional=entry.boolean("optional", default=False),
        after=tuple(entry.keys("after")),
        after_modules=tuple(entry.keys("after_modules")),
    )


def _lesson_rules(entry: MapReader) -> Rules:
    rules = opening_rules(entry)
    complete = entry.mapping("complete", required=False)
    if complete is None:
        return rules
    minutes = complete.decimal("minutes", minimum=1, maximum=MOST_MINUTES, step=1, required=False)
    rules = _with(
        rules,
        end=complete.boolean("end", default=True),
        checks=complete.boolean("checks", default=True),
        minutes=None if minutes is None else int(minutes),
    )
    complete.done()
    if not (rules.end or rules.checks or rules.minutes):
        entry.complain("complete", Message("must ask for something: end, checks or minutes"))
    return rules


def _percent(entry: MapReader) -> int:
    complete = entry.mapping("complete", required=False)
    if complete is None:
        return DEFAULT_PERCENT
    percent = complete.integer("percent", minimum=1, maximum=100, default=DEFAULT_PERCENT)
    complete.done()
    return percent


def _with(rules: Rules, **changes: object) -> Rules:
    return Rules(**{**vars(rules), **changes})  # type: ignore[arg-type]


def once(entry: MapReader, keys: list[str]) -> None:
    """Note that the last of ``keys``, which the entry has, stood before."""
    if keys[-1] and keys.count(keys[-1]) > 1:
        entry.complain("key", Message("'%(keys)s' stands twice", keys=keys[-1]))
