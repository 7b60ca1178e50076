"""``programmes.yaml`` beside the courses: all programmes, in a schema of its own."""

from collections.abc import Collection, Iterable
from pathlib import Path

from lms.catalog.messages import Message
from lms.catalog.source.content import KEY, LANGUAGES
from lms.catalog.source.map_reader import MapReader, read_mapping
from lms.catalog.source.problems import Problems
from lms.catalog.source.yaml_writing import dump
from lms.learning.programmes.definitions import (
    MOST_CHOICES,
    MOST_STEPS,
    POST_LIMIT,
    SUMMARY_LIMIT,
    TITLE_LIMIT,
    ProgrammeDefinition,
    StepDefinition,
    tidied,
)
from lms.learning.programmes.models import MOST_DAYS, Coverage

PROGRAMMES_FILE = "programmes.yaml"
PROGRAMMES_SCHEMA = "lms-programmes/1"
FILE_LIMIT = 1_000_000  # bytes


def read_file(
    path: Path, known: Collection[str] | None
) -> tuple[tuple[ProgrammeDefinition, ...], Problems]:
    """Read a file of programmes; no file holds none. ``known``: the slugs of the courses."""
    problems = Problems()
    if not path.is_file():
        return (), problems
    try:
        content = path.read_bytes()
        if len(content) > FILE_LIMIT:
            problems.add(path.name, 0, Message("is too large"))
            return (), problems
        return read_programmes(content.decode(), problems, known, file=path.name), problems
    except UnicodeDecodeError:
        problems.add(path.name, 0, Message("is not UTF-8 text"))
        return (), problems


def read_programmes(
    text: str,
    problems: Problems,
    known: Collection[str] | None = None,
    *,
    file: str = PROGRAMMES_FILE,
) -> tuple[ProgrammeDefinition, ...]:
    """Read programmes, noting every mistake; meaningful only when there is none.

    ``known`` are the slugs of the courses that there are; None: courses aren't looked for.
    """
    reader = read_mapping(text, file, problems)
    reader.schema(PROGRAMMES_SCHEMA)
    found: list[ProgrammeDefinition] = []
    for entry in reader.maps("programmes", required=False):
        one = _programme(entry, known)
        if one.key in {other.key for other in found}:
            entry.complain("key", Message("'%(value)s' stands twice", value=one.key))
        posts = {other.post for other in found if not other.is_retired}
        if one.post in posts and not one.is_retired:
            entry.complain("post", Message("another programme is for this post already"))
        found.append(one)
    reader.done()
    return tuple(found)


def _programme(entry: MapReader, known: Collection[str] | None) -> ProgrammeDefinition:
    steps = entry.maps("steps")
    if len(steps) > MOST_STEPS:
        entry.complain("steps", Message("has more than %(limit)s entries", limit=MOST_STEPS))
    definition = ProgrammeDefinition(
        key=entry.key("key"),
        title=entry.texts("title", LANGUAGES, limit=TITLE_LIMIT),
        summary=entry.texts("summary", LANGUAGES, limit=SUMMARY_LIMIT),
        post=entry.text("post", limit=POST_LIMIT),
        coverage=entry.choice("for", Coverage, default=Coverage.EVERYONE),
        steps=_steps(steps, known),
        in_force_on=entry.day("from", required=False),
        is_retired=entry.boolean("retired", default=False),
        line=entry.line_of("key"),
    )
    entry.done()
    return definition


def _steps(entries: list[MapReader], known: Collection[str] | None) -> tuple[StepDefinition, ...]:
    found: list[StepDefinition] = []
    seen: set[str] = set()
    for entry in entries[:MOST_STEPS]:
        step = _step(entry, known)
        field = "choice" if entry.has("choice") else "course"
        for slug in step.courses:
            if slug in seen:
                entry.complain(field, Message("'%(value)s' stands in an earlier step", value=slug))
        seen.update(step.courses)
        found.append(step)
    return tuple(found)


def _step(entry: MapReader, known: Collection[str] | None) -> StepDefinition:
    if entry.has("choice"):
        courses = tuple(entry.keys("choice", required=True))
        if entry.has("course"):
            entry.complain("course", Message("a step has either a course or a choice"))
            entry.text("course", required=False)
        if not 2 <= len(courses) <= MOST_CHOICES:
            entry.complain(
                "choice",
                Message("must name %(least)s to %(most)s courses", least=2, most=MOST_CHOICES),
            )
    else:
        slug = entry.key("course")
        courses = (slug,) if slug else ()
    field = "choice" if entry.has("choice") else "course"
    for slug in courses:
        if known is not None and KEY.fullmatch(slug) and slug not in known:
            entry.complain(field, Message("there is no course '%(value)s'", value=slug))
    step = StepDefinition(
        courses=courses,
        days=entry.integer("days", minimum=1, maximum=MOST_DAYS),
        since_on=entry.day("since", required=False),
        line=entry.line,
    )
    entry.done()
    return step


def write_programmes(definitions: Iterable[ProgrammeDefinition]) -> str:
    """Return the canonical text of ``programmes.yaml``."""
    entries = [_written(tidied(one)) for one in definitions]
    return dump({"schema": PROGRAMMES_SCHEMA, "programmes": entries})


def _written(one: ProgrammeDefinition) -> dict[str, object]:
    return {
        "key": one.key,
        "title": {language: one.title[language] for language in LANGUAGES},
        "summary": {language: one.summary[language] for language in LANGUAGES},
        "post": one.post,
        "for": one.coverage,
        "from": one.in_force_on,
        "retired": True if one.is_retired else None,
        "steps": [
            {
                "course": step.courses[0] if len(step.courses) == 1 else None,
                "choice": list(step.courses) if len(step.courses) > 1 else None,
                "days": step.days,
                "since": step.since_on,
            }
            for step in one.steps
        ],
    }
