"""YAML mappings read by a schema: every mistake is noted with its line, none raises."""

import re
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, TypeVar

from lms.catalog.messages import Message
from lms.catalog.source.content import KEY, Texts
from lms.catalog.source.problems import Problems
from lms.catalog.source.yaml_tree import Mapping, Scalar, Sequence, parse
from lms.core.tables.texts import unfit_sign

TEXT_LENGTH = 8000  # characters of one text in a YAML file

NUMBER = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?")

Choice = TypeVar("Choice", bound=Enum)


def read_mapping(text: str, file: str, problems: Problems, *, first_line: int = 1) -> "MapReader":
    """Return a reader of the mapping that ``text`` is; an empty one when it is none.

    ``first_line`` is where the text begins in its file (front matter).
    """
    local = Problems()
    root = parse(text, file, local)
    for problem in local.found:
        line = problem.line and problem.line + first_line - 1
        problems.add(file, line, problem.message)
    if root is not None and not isinstance(root, Mapping):
        problems.add(file, root.line + first_line - 1, Message("must be a map (key: value)"))
        root = None
    reader = MapReader(root or Mapping(1), file, problems, first_line - 1)
    reader.broken = root is None
    return reader


class MapReader:
    """Reads a mapping by a schema; each mistake is noted and a harmless value returned instead.

    ``done`` notes the keys nobody asked for.
    """

    def __init__(self, node: Mapping, file: str, problems: Problems, offset: int = 0) -> None:
        self.node = node
        self.file = file
        self.problems = problems
        self.offset = offset
        self.asked: set[str] = set()
        self.broken = False  # the mapping could not be read at all: its gaps are no news

    @property
    def line(self) -> int:
        """Where the mapping begins in its file."""
        return self.node.line + self.offset

    def line_of(self, key: str) -> int:
        """Where ``key`` stands in the file; the mapping's own line when it is missing."""
        return self.node.lines.get(key, self.node.line) + self.offset

    def complain(self, key: str, message: str) -> None:
        """Note a mistake of the value of ``key``."""
        self.problems.add(
            self.file, self.line_of(key), Message("%(key)s: %(message)s", key=key, message=message)
        )

    def has(self, key: str) -> bool:
        """Tell whether ``key`` is there."""
        return key in self.node.items

    def done(self) -> None:
        """Note unknown keys; call it when all known ones were read."""
        for key in self.node.items:
            if key not in self.asked:
                self.complain(key, Message("there is no such field"))

    def _get(self, key: str, kind: type[Any], what: str, *, required: bool) -> Any:
        self.asked.add(key)
        node = self.node.items.get(key)
        if node is None:
            if required and not self.broken:
                self.complain(key, Message("is missing"))
            return None
        if not isinstance(node, kind):
            self.complain(key, Message("must be %(what)s", what=what))
            return None
        return node

    def _scalar(self, key: str, *, required: bool) -> str | None:
        node = self._get(key, Scalar, "a single value", required=required)
        if node is None:
            return None
        value = str(node.value)
        if self._is_unfit(key, value):
            return None
        if node.plain and value in ("", "~", "null"):
            if required:
                self.complain(key, Message("is empty"))
            return None
        return value

    def _is_unfit(self, key: str, value: str) -> bool:
        """Note a sign that no text may hold: written as an escape, for a file has none itself."""
        unfit = unfit_sign(value)
        if unfit:
            self.complain(key, Message("holds the character U+%(code)s", code=unfit[1]))
        return unfit is not None

    def text(self, key: str, *, required: bool = True, limit: int = TEXT_LENGTH) -> str:
        """Return a text without outer space, "" when missing."""
        value = (self._scalar(key, required=required) or "").strip()
        if required and self.has(key) and not value:
            self.complain(key, Message("is empty"))
        if len(value) > limit:
            self.complain(key, Message("is longer than %(limit)s characters", limit=limit))
            return value[:limit]
        return value

    def key(self, key: str, *, known: set[str] | None = None, what: str = "key") -> str:
        """Return a key (a-z, 0-9, hyphens), one of ``known`` when given."""
        value = self.text(key)
        if value and not KEY.fullmatch(value):
            self.complain(
                key,
                Message("'%(value)s' is no key: 2 to 60 of a-z, 0-9 and hyphens", value=value[:80]),
            )
        elif value and known is not None and value not in known:
            self.complain(key, Message("there is no %(what)s '%(value)s'", what=what, value=value))
        return value

    def keys(
        self, key: str, *, known: set[str] | None = None, what: str = "key", required: bool = False
    ) -> list[str]:
        """Return a list of distinct keys, each one of ``known`` when given."""
        values = self.strings(key, required=required)
        for value in values:
            if not KEY.fullmatch(value):
                self.complain(
                    key,
                    Message(
                        "'%(value)s' is no key: 2 to 60 of a-z, 0-9 and hyphens", value=value[:80]
                    ),
                )
            elif known is not None and value not in known:
                self.complain(
                    key, Message("there is no %(what)s '%(value)s'", what=what, value=value)
                )
        for value in sorted({value for value in values if values.count(value) > 1}):
            self.complain(key, Message("'%(value)s' stands twice", value=value))
        return values

    def strings(self, key: str, *, required: bool = True, limit: int = 500) -> list[str]:
        """Return a list of texts."""
        node = self._get(key, Sequence, "a list", required=required)
        values = []
        for item in node.items if node else ():
            if not isinstance(item, Scalar) or not item.value.strip():
                self.complain(key, Message("each entry must be a text"))
            elif self._is_unfit(key, item.value):
                continue
            elif len(item.value) > limit:
                self.complain(
                    key, Message("an entry is longer than %(limit)s characters", limit=limit)
                )
            else:
                values.append(item.value.strip())
        if required and node is not None and not node.items:
            self.complain(key, Message("is empty"))
        return values

    def texts(
        self,
        key: str,
        languages: tuple[str, ...],
        *,
        required: bool = True,
        limit: int = TEXT_LENGTH,
    ) -> Texts:
        """Return a map language → text that has exactly ``languages``."""
        reader = self.mapping(key, required=required)
        if reader is None:
            return {}
        values = {language: reader.text(language, limit=limit) for language in languages}
        reader.done()
        return {language: value for language, value in values.items() if value}

    def mapping(self, key: str, *, required: bool = True) -> "MapReader | None":
        """Return a reader of the map under ``key``."""
        node = self._get(key, Mapping, "a map", required=required)
        return MapReader(node, self.file, self.problems, self.offset) if node else None

    def maps(self, key: str, *, required: bool = True) -> list["MapReader"]:
        """Return readers of a list of maps."""
        node = self._get(key, Sequence, "a list", required=required)
        if node is not None and required and not node.items:
            self.complain(key, Message("is empty"))
        readers = []
        for item in node.items if node else ():
            if isinstance(item, Mapping):
                readers.append(MapReader(item, self.file, self.problems, self.offset))
            else:
                self.problems.add(
                    self.file,
                    item.line + self.offset,
                    Message("%(key)s: each entry must be a map", key=key),
                )
        return readers

    def decimal(
        self,
        key: str,
        *,
        minimum: Decimal | int | None = None,
        maximum: Decimal | int | None = None,
        step: Decimal | int | None = None,
        required: bool = True,
    ) -> Decimal | None:
        """Return a number within bounds (both inclusive), a multiple of ``step`` when given."""
        value = self._scalar(key, required=required)
        if value is None:
            return None
        number = _number(value)
        if number is None:
            self.complain(key, Message("'%(value)s' is no number", value=value[:40]))
            return None
        if (minimum is not None and number < minimum) or (maximum is not None and number > maximum):
            self.complain(key, Message("must be %(bounds)s", bounds=_bounds(minimum, maximum)))
            return None
        if step is not None and number % step:
            self.complain(key, Message("must be a multiple of %(step)s", step=step))
            return None
        return number

    def integer(
        self,
        key: str,
        *,
        minimum: int | None = None,
        maximum: int | None = None,
        default: int | None = None,
        required: bool = True,
    ) -> int:
        """Return a whole number within bounds; ``default`` (else the minimum, else 0) if wrong."""
        number = self.decimal(
            key, minimum=minimum, maximum=maximum, step=1, required=required and default is None
        )
        if number is not None:
            return int(number)
        return default if default is not None else (minimum or 0)

    def boolean(self, key: str, *, default: bool | None = None) -> bool:
        """Return true or false; ``default`` when missing (None: it is required)."""
        value = self._scalar(key, required=default is None)
        if value not in (None, "true", "false"):
            self.complain(key, Message("must be true or false"))
        return value == "true" if value is not None else bool(default)

    def day(self, key: str, *, required: bool = True) -> date | None:
        """Return a date written as 2026-11-24."""
        value = self._scalar(key, required=required)
        if value is None:
            return None
        try:
            day = date.fromisoformat(value)
        except ValueError:
            day = None
        if day is None or len(value) != len("2026-11-24"):
            self.complain(
                key, Message("'%(value)s' is no date such as 2026-11-24", value=value[:40])
            )
            return None
        return day

    def choice(self, key: str, kind: type[Choice], *, default: Choice | None = None) -> Choice:
        """Return the member of ``kind`` with this value; ``default`` (else the first) if wrong."""
        value = self._scalar(key, required=default is None)
        for member in kind:
            if member.value == value:
                return member
        if value is not None:
            allowed = ", ".join(str(member.value) for member in kind)
            self.complain(
                key,
                Message("'%(value)s' is none of %(allowed)s", value=value[:40], allowed=allowed),
            )
        return default if default is not None else next(iter(kind))

    def schema(self, expected: str) -> bool:
        """Tell whether the file declares the schema that this program reads."""
        value = self.text("schema")
        if value and value != expected:
            self.complain(
                "schema",
                Message("'%(value)s' is not %(expected)s", value=value[:40], expected=expected),
            )
        return value == expected


def _number(value: str) -> Decimal | None:
    if len(value) > 30 or not NUMBER.fullmatch(value):
        return None
    number = Decimal(value)
    return number if abs(number.adjusted()) <= 15 else None


def _bounds(minimum: Decimal | int | None, maximum: Decimal | int | None) -> Message:
    if maximum is None:
        return Message("at least %(minimum)s", minimum=minimum)
    if minimum is None:
        return Message("at most %(maximum)s", maximum=maximum)
    return Message("from %(minimum)s to %(maximum)s", minimum=minimum, maximum=maximum)
