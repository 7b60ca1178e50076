"""Loading the file of programmes: new ones, and what it says anew of known ones."""

from dataclasses import dataclass, field
from dataclasses import replace as replaced
from datetime import date, datetime
from pathlib import Path

import sqlalchemy as sa

from lms.catalog.messages import Message
from lms.catalog.models import Course
from lms.catalog.source.problems import Problems
from lms.core.database import db
from lms.learning.programmes.defining import change, define
from lms.learning.programmes.definitions import ProgrammeDefinition, definition_of, digest
from lms.learning.programmes.errors import BrokenProgrammes, PostTaken
from lms.learning.programmes.models import Programme
from lms.learning.programmes.queries import programme_keyed
from lms.learning.programmes.rule.terms import Moves, move_due_dates, moves_of
from lms.learning.programmes.source.file import read_file


@dataclass
class LoadedProgrammes:
    """What loading a file did: keys of programmes."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)  # changed on the site since
    # By programme: the open due dates that its terms would give otherwise.
    moves: dict[str, Moves] = field(default_factory=dict)


def load_programmes(
    path: Path, *, now: datetime, today: date, replace: bool = False, move_dates: bool = False
) -> LoadedProgrammes:
    """Load a file; what it says already, and what was changed on the site since, stays.

    ``replace`` loads it over changes made on the site too. Due dates that were given before stay,
    and are named, unless ``move_dates``. Raises BrokenProgrammes.
    """
    known = set(db.session.scalars(sa.select(Course.slug)))
    definitions, problems = read_file(path, known)
    if problems:
        raise BrokenProgrammes(problems)
    loaded = LoadedProgrammes()
    for definition in definitions:
        try:
            found = programme_keyed(definition.key)
            moves = moves_of(definition, found, today=today)
            what = _load(found, definition, now=now, today=today, replace=replace)
        except PostTaken as error:
            mistakes = Problems()
            words = Message("another programme is for this post already")
            mistakes.add(path.name, definition.line, words)
            raise BrokenProgrammes(mistakes) from error
        getattr(loaded, what).append(definition.key)
        if what == "left" or found is None or definition.is_retired:
            continue
        loaded.moves[definition.key] = moves
        if move_dates:
            move_due_dates(moves.moved, found, actor=None, now=now)
    return loaded


def _load(
    programme: Programme | None,
    definition: ProgrammeDefinition,
    *,
    now: datetime,
    today: date,
    replace: bool,
) -> str:
    said = digest(definition)
    if programme is None:
        made = define(definition, now=now, today=today, actor=None)
        _mark(made, said)
        return "added"
    if programme.loaded_digest == said and not (replace and programme.changed_here):
        return "unchanged"
    if _says(programme, definition):
        _mark(programme, said)
        return "unchanged"
    if not replace and (programme.changed_here or programme.loaded_digest is None):
        return "left"
    changed = change(
        programme,
        definition,
        row_version=programme.row_version,
        now=now,
        today=today,
        actor=None,
    )
    _mark(changed, said)
    return "changed"


def _says(programme: Programme, definition: ProgrammeDefinition) -> bool:
    """Tell whether a programme says what the file does, with the days that the file leaves out."""
    return digest(definition_of(programme)) == digest(_filled(definition, definition_of(programme)))


def _filled(definition: ProgrammeDefinition, stored: ProgrammeDefinition) -> ProgrammeDefinition:
    first = definition.in_force_on or stored.in_force_on
    since = {frozenset(step.courses): step.since_on for step in stored.steps}
    steps = tuple(
        replaced(step, since_on=step.since_on or since.get(frozenset(step.courses), first))
        for step in definition.steps
    )
    return replaced(definition, in_force_on=first, steps=steps)


def _mark(programme: Programme, said: str) -> None:
    programme.loaded_digest, programme.changed_here = said, False
    db.session.flush()
