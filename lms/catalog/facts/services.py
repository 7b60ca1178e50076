"""Changes of the register: a new fact, a new version of one, and a whole file."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from lms.audit.services import record
from lms.catalog.errors import ChangedMeanwhile
from lms.catalog.facts.errors import FactKeyTaken
from lms.catalog.facts.file import FACTS_FILE, FactHistory, FactState, extends, read_facts
from lms.catalog.facts.models import Fact, FactVersion
from lms.catalog.facts.queries import fact_for, history_of
from lms.catalog.messages import Message
from lms.catalog.source.problems import Problem, Problems
from lms.core.database import db
from lms.core.unit_of_work import insert
from lms.people.models import Person

FILE_LIMIT = 5_000_000  # bytes


class BrokenFacts(Exception):
    """The file has mistakes; nothing was loaded."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True)
class LoadedFacts:
    """What loading a file did."""

    added: int  # facts
    changed: int  # facts that got new versions


def add_fact(*, key: str, state: FactState, now: datetime, actor: Person | None) -> Fact:
    """Add a fact with its first version. Raises FactKeyTaken."""
    fact = Fact(key=key)
    insert(fact, FactKeyTaken())
    _append(fact, 1, state, now, actor)
    _note("catalog.fact_added", fact, 1, now, actor)
    return fact


def change_fact(
    fact: Fact, *, state: FactState, number: int, now: datetime, actor: Person | None
) -> None:
    """Add a version after version ``number``. Raises ChangedMeanwhile when it isn't the last."""
    last = db.session.scalar(
        sa.select(sa.func.max(FactVersion.number)).where(FactVersion.fact_id == fact.id)
    )
    if last != number:
        raise ChangedMeanwhile
    _append(fact, number + 1, state, now, actor)
    _note("catalog.fact_changed", fact, number + 1, now, actor)


def _append(fact: Fact, number: int, state: FactState, now: datetime, actor: Person | None) -> None:
    version = FactVersion(
        fact_id=fact.id,
        number=number,
        statement=state.statement,
        value=state.value,
        source=state.source,
        url=state.url,
        as_of=state.as_of,
        review_by=state.review_by,
        change=state.change,
        recorded_at=now,
        recorded_by_id=actor.id if actor else None,
    )
    insert(version, ChangedMeanwhile())


def _note(action: str, fact: Fact, number: int, now: datetime, actor: Person | None) -> None:
    record(
        now=now,
        actor_key=actor.public_id if actor else None,
        action=action,
        subject_kind="fact",
        subject_key=fact.key,
        version=number,
    )


def read_file(path: Path) -> tuple[tuple[FactHistory, ...], Problems]:
    """Read a register; no file is an empty one."""
    problems = Problems()
    if not path.is_file():
        return (), problems
    try:
        content = path.read_bytes()
        if len(content) > FILE_LIMIT:
            problems.add(path.name, 0, Message("is too large"))
            return (), problems
        return read_facts(content.decode(), problems), problems
    except UnicodeDecodeError:
        problems.add(path.name, 0, Message("is not UTF-8 text"))
        return (), problems


def load_facts(path: Path, *, now: datetime, actor: Person | None = None) -> LoadedFacts:
    """Load a register. Safe to run again; what was changed on the site since stays.

    A file adds facts, and versions to facts whose history it continues. One that tells a history
    otherwise than it is known here changes nothing: BrokenFacts names the line.
    """
    facts, problems = read_file(path)
    if problems:
        raise BrokenFacts(problems)
    added = changed = 0
    for told in facts:
        fact = fact_for(told.key)
        known = history_of(fact).states if fact else ()
        if extends(known, told.states):
            continue
        if not extends(told.states, known):
            problems.add(
                FACTS_FILE,
                told.line,
                Message("the fact '%(key)s' has another history here", key=told.key),
            )
            continue
        _continue(fact, told, len(known), now, actor)
        added, changed = added + (fact is None), changed + (fact is not None)
    if problems:
        raise BrokenFacts(problems)
    return LoadedFacts(added, changed)


def _continue(
    fact: Fact | None, told: FactHistory, known: int, now: datetime, actor: Person | None
) -> None:
    if fact is None:
        fact, known = add_fact(key=told.key, state=told.states[0], now=now, actor=actor), 1
    for number in range(known, len(told.states)):
        change_fact(fact, state=told.states[number], number=number, now=now, actor=actor)
