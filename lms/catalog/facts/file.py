"""The register as a file: ``facts.yaml`` beside the courses, with every version of every fact."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from lms.catalog.messages import Message
from lms.catalog.source.content import LANGUAGES, Texts
from lms.catalog.source.map_reader import MapReader, read_mapping
from lms.catalog.source.problems import Problems
from lms.catalog.source.yaml_writing import dump

FACTS_FILE = "facts.yaml"
FACTS_SCHEMA = "lms-facts/1"
STATEMENT_LIMIT = 1000  # characters
VALUE_LIMIT = 120
SOURCE_LIMIT = 1000
URL = re.compile(r"https://[^\s/]+\.[^\s]+")


@dataclass(frozen=True)
class FactState:
    """One version of a fact, without who recorded it and when."""

    statement: Texts
    value: Texts
    source: Texts
    url: str | None
    as_of: date
    review_by: date
    change: Texts | None = None


@dataclass(frozen=True)
class FactHistory:
    """A fact with its versions, the first one first; ``line`` is where the file names it."""

    key: str
    states: tuple[FactState, ...]
    line: int = 0

    @property
    def current(self) -> FactState:
        """What holds now."""
        return self.states[-1]


def read_facts(text: str, problems: Problems) -> tuple[FactHistory, ...]:
    """Read ``facts.yaml``, noting every mistake; meaningful only when there is none."""
    reader = read_mapping(text, FACTS_FILE, problems)
    reader.schema(FACTS_SCHEMA)
    found: dict[str, FactHistory] = {}
    for entry in reader.maps("facts", required=False):
        fact = _history(entry)
        if fact.key in found:
            entry.complain("key", Message("'%(value)s' stands twice", value=fact.key))
        found[fact.key] = fact
    reader.done()
    return tuple(found.values())


def _history(entry: MapReader) -> FactHistory:
    key = entry.key("key")
    states = tuple(
        _state(version, is_first=place == 0) for place, version in enumerate(entry.maps("versions"))
    )
    entry.done()
    return FactHistory(key, states, entry.line_of("key"))


def _state(entry: MapReader, *, is_first: bool) -> FactState:
    url = entry.text("url", required=False, limit=500) or None
    if url and not URL.fullmatch(url):
        entry.complain("url", Message("must be an https:// address"))
    as_of, review_by = entry.day("as_of"), entry.day("review_by")
    if as_of and review_by and review_by <= as_of:
        entry.complain("review_by", Message("must come after as_of"))
    if is_first and entry.has("change"):
        entry.complain("change", Message("the first version of a fact changes nothing"))
    state = FactState(
        statement=entry.texts("statement", LANGUAGES, limit=STATEMENT_LIMIT),
        value=entry.texts("value", LANGUAGES, required=False, limit=VALUE_LIMIT),
        source=entry.texts("source", LANGUAGES, limit=SOURCE_LIMIT),
        url=url,
        as_of=as_of or date.min,
        review_by=review_by or date.max,
        change=entry.texts("change", LANGUAGES, required=not is_first) or None,
    )
    entry.done()
    return state


def write_facts(facts: Iterable[FactHistory]) -> str:
    """Return the canonical text of ``facts.yaml``."""
    entries = [
        {"key": fact.key, "versions": [_written(state) for state in fact.states]} for fact in facts
    ]
    return dump({"schema": FACTS_SCHEMA, "facts": entries})


def _written(state: FactState) -> dict[str, object]:
    return {
        "statement": _ordered(state.statement),
        "value": _ordered(state.value) or None,
        "source": _ordered(state.source),
        "url": state.url,
        "as_of": state.as_of,
        "review_by": state.review_by,
        "change": _ordered(state.change) if state.change else None,
    }


def _ordered(texts: Texts) -> dict[str, str]:
    return {language: texts[language] for language in LANGUAGES if language in texts}


def extends(longer: Sequence[FactState], shorter: Sequence[FactState]) -> bool:
    """Tell whether ``longer`` begins with all of ``shorter``."""
    return list(longer[: len(shorter)]) == list(shorter)
