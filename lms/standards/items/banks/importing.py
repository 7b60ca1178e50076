"""An import: first a plan, which changes nothing; then the plan carried out."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum

import sqlalchemy as sa

from lms.assessment.authored import pictures_of, split
from lms.assessment.authoring.services import add_items, bank_of, put_item
from lms.assessment.kinds.values import AuthoredItem, Texts
from lms.assessment.models import Item
from lms.assessment.source.lacks import speaks
from lms.audit.services import record
from lms.catalog.facts.queries import known_keys
from lms.catalog.messages import Message
from lms.catalog.models import Course, CourseVersion, VersionStatus
from lms.catalog.services import add_topic
from lms.core.database import db
from lms.people.models import Person
from lms.standards.items.banks.knowing import Acquaintances
from lms.standards.items.banks.merging import is_state_of, merged
from lms.standards.items.banks.pictures import Shelf, add_pictures, stored
from lms.standards.items.banks.queries import Kept, kept_items
from lms.standards.items.banks.topics import Topics
from lms.standards.items.errors import Unreadable
from lms.standards.items.formats import ItemFormat, ReadFile
from lms.standards.items.model import (
    Found,
    Note,
    NotUnderstood,
    Picture,
    Place,
    Reading,
    Rejected,
    Weight,
)
from lms.web.i18n import localised


class Outcome(Enum):
    """What an import does with an item."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Planned:
    """An item of the file, settled for the bank."""

    found: Found
    item: AuthoredItem
    outcome: Outcome
    before: Kept | None = None


@dataclass
class Plan:
    """What an import would do; ``added`` are topics that the course doesn't have yet."""

    course: Course
    version: CourseVersion
    form: ItemFormat
    digest: str  # SHA-256 of the file
    reading: Reading
    items: list[Planned] = field(default_factory=list)
    added: dict[str, Texts] = field(default_factory=dict)
    pictures: dict[str, Picture] = field(default_factory=dict)  # added to the draft, by path
    refused: list[Rejected] = field(default_factory=list)  # for which the course has no place
    notes: list[Note] = field(default_factory=list)
    facts: frozenset[str] = frozenset()  # keys of the register

    @property
    def rejected(self) -> list[Rejected]:
        """What was not understood, or has no place here."""
        return [*self.reading.rejected, *self.refused]

    @property
    def is_whole(self) -> bool:
        """Whether the file was understood and nothing of it is lost."""
        lost = any(note.weight is Weight.LOST for note in self.notes)
        return not self.rejected and not lost

    def count(self, outcome: Outcome) -> int:
        """Return how many items have this outcome."""
        return sum(planned.outcome is outcome for planned in self.items)

    @property
    def fingerprint(self) -> str:
        """What would happen to which item: unequal when the bank changed in between."""
        told = [(p.item.key, p.outcome.value, split(p.item).digest(p.item)) for p in self.items]
        text = json.dumps(
            [told, sorted(self.added), sorted(self.pictures), len(self.rejected)],
            ensure_ascii=False,
        )
        return hashlib.sha256(text.encode(errors="replace")).hexdigest()

    @property
    def added_titles(self) -> dict[str, str]:
        """The new topics' titles as the reader reads them."""
        return {key: localised(title) for key, title in self.added.items()}

    @property
    def changes(self) -> bool:
        """Whether there is anything to write."""
        return any(planned.outcome is not Outcome.UNCHANGED for planned in self.items)


def plan_import(
    *, course: Course, version: CourseVersion, file: ReadFile, topic: str | None = None
) -> Plan:
    """Tell what importing a file that was read would do; nothing is written.

    ``version`` is the course's newest, with topics and sources. ``topic`` is the topic for all
    items, whatever the file says. Raises Unreadable for a topic that isn't there.
    """
    topics = Topics.of(version.topics, topic)
    if topic is not None and topic not in topics.known:
        raise Unreadable(Message("the course has no topic “%(topic)s”", topic=topic[:60]))
    reading = file.reading
    plan = Plan(course, version, file.form, file.digest, reading, facts=known_keys())
    plan.notes = list(reading.notes)
    kept = kept_items(course)
    names = _Names(kept)
    shelf = Shelf.of(version)
    for found in reading.found:
        try:
            item, lost = shelf.settle(found.item, reading.pictures)
        except NotUnderstood as refusal:
            plan.refused.append(Rejected(found.place, refusal.reason))
        else:
            settled = replace(found, item=item).noted(*lost, weight=Weight.LOST)
            _settle(plan, names, topics, settled)
    plan.pictures = _needed(plan, shelf)
    plan.added = topics.added
    _remark(plan)
    return plan


def _needed(plan: Plan, shelf: Shelf) -> dict[str, Picture]:
    """Return the new pictures that items to be written show."""
    shown = {
        path
        for planned in plan.items
        if planned.outcome is not Outcome.UNCHANGED
        for path in pictures_of(planned.item)
    }
    return {path: picture for path, picture in shelf.added.items() if path in shown}


class _Names:
    """Finds the item of the bank that an item of the file is a state of."""

    def __init__(self, kept: dict[str, Kept]) -> None:
        self.kept = kept
        self.known = Acquaintances(kept)
        self.used: dict[str, str] = {}  # key → digest of what was planned for it

    def settle(self, found: Found) -> tuple[str, list[Message]]:
        """Return the item's key and remarks on it; an empty key for an item met before."""
        item = found.item
        content = _fingerprint(item)
        remarks = []
        key = item.key
        if key and key in self.used and self.used[key] != content:
            remarks.append(Message("its id “%(key)s” stands twice in the file", key=key))
            key = ""
        if not key:
            key = self._known_again(item)
            if key in self.used and self.used[key] != content:
                key = _derived(content)
        if self.used.get(key) == content:
            return "", remarks
        self.used[key] = content
        return key, remarks

    def _known_again(self, item: AuthoredItem) -> str:
        """Return the key of the question that asks the same; what came without an id has one that
        follows from it.
        """
        key = _derived(_asked(item))
        return key if key in self.kept else self.known.key_of(item) or key

    def another(self, item: AuthoredItem) -> str:
        """Return a key for an item whose own belongs to another question of the bank."""
        key = _derived(_asked(item))
        if key in self.used:
            key = _derived(_fingerprint(item))
        self.used[key] = _fingerprint(item)
        return key


def _asked(item: AuthoredItem) -> str:
    # Texts with gaps may all have one and the same task.
    asked = [item.kind.value, item.prompt, *([item.text] if item.text else [])]
    return json.dumps(asked, ensure_ascii=False, sort_keys=True)


def _fingerprint(item: AuthoredItem) -> str:
    return split(item).digest(replace(item, key="", topic=""))


def _derived(text: str) -> str:
    """Return a key that follows from a text, so that the same question gets the same again."""
    return "q-" + hashlib.sha256(text.encode(errors="replace")).hexdigest()[:12]


def _settle(plan: Plan, names: _Names, topics: Topics, found: Found) -> None:
    key, remarks = names.settle(found)
    if not key:
        plan.notes.append(
            Note(found.place, Message("it stands in the file twice and is taken once"), Weight.FACT)
        )
        return
    before = names.kept.get(key)
    if before is not None and not is_state_of(before.item, found.item):
        found = found.noted(Message("its id “%(key)s” belongs to another question here", key=key))
        key = names.another(found.item)
        before = names.kept.get(key)
    topic, tag = topics.settle(found, before.item.topic if before else None)
    unused = [Message("the tag “%(tag)s” isn't kept", tag=t) for t in found.tags if t != tag]
    found = found.noted(*remarks).noted(*unused, weight=Weight.LOST)
    item = replace(found.item, key=key, topic=topic)
    item, strangers = _without_strangers(plan, item)
    found = found.noted(*strangers, weight=Weight.LOST)
    outcome = Outcome.CREATED
    if before is not None:
        unstated = found.unstated - (frozenset({"topic"}) if topic else frozenset())
        item = merged(before.item, item, unstated)
        if "points" not in found.unstated and item.points != found.item.points:
            found = found.noted(Message("its points stay those of the rubric that it has here"))
        same = split(item).digest(item) == before.digest
        outcome = Outcome.UNCHANGED if same else Outcome.CHANGED
        if not same and set(before.item.prompt) - set(found.item.prompt):
            found = found.noted(
                Message("its text in the other language stays: check that it still fits")
            )
        if before.is_retired:
            found = found.noted(Message("it is retired in the bank and stays so"))
    plan.items.append(Planned(found, item, outcome, before))
    plan.notes += found.notes


def _without_strangers(plan: Plan, item: AuthoredItem) -> tuple[AuthoredItem, list[Message]]:
    """Return the item without sources and facts that aren't known here, and what to say of it."""
    sources = {source.key for source in plan.version.sources}
    messages = [
        *(
            Message("the course has no source “%(key)s”", key=key)
            for key in item.sources
            if key not in sources
        ),
        *(
            Message("the register has no fact “%(key)s”", key=key)
            for key in item.facts
            if key not in plan.facts
        ),
    ]
    kept = replace(
        item,
        sources=tuple(key for key in item.sources if key in sources),
        facts=tuple(key for key in item.facts if key in plan.facts),
    )
    return kept, messages


def _remark(plan: Plan) -> None:
    """Add what is worth knowing about the items taken together."""
    is_draft = plan.version.status is VersionStatus.DRAFT
    for key, title in plan.added.items():
        name = next(iter(title.values()), key)
        message = (
            Message("the topic “%(name)s” (%(key)s) is added to the draft", name=name, key=key)
            if is_draft
            else Message(
                "the course has no topic “%(name)s” (%(key)s): add it to a draft before publishing",
                name=name,
                key=key,
            )
        )
        plan.notes.append(Note(Place(), message, Weight.FACT))
    for path in plan.pictures:
        message = Message("the picture “%(path)s” is added to the draft", path=path)
        plan.notes.append(Note(Place(), message, Weight.FACT))
    languages = tuple(plan.version.languages)
    silent = sum(not speaks(planned.item, languages) for planned in plan.items)
    if silent:
        message = Message(
            "texts in a language of the course are missing: write them before publishing "
            "(questions: %(count)s)",
            count=silent,
        )
        plan.notes.append(Note(Place(), message, Weight.FACT))


def carry_out(plan: Plan, *, actor: Person | None, now: datetime) -> None:
    """Write what the plan says: pictures and topics of the draft, items, an entry in the log."""
    uploads = stored(plan.pictures)
    add_pictures(plan.version, uploads, now=now, actor=actor)
    if plan.version.status is VersionStatus.DRAFT:
        for key, title in plan.added.items():
            add_topic(
                plan.version,
                key=key,
                title=_in_all(title, plan.version.languages),
                now=now,
                actor=actor,
            )
    bank = bank_of(plan.course)
    rows = {
        item.id: item for item in db.session.scalars(sa.select(Item).where(Item.bank_id == bank.id))
    }
    actor_id = actor.id if actor else None
    created = [planned.item for planned in plan.items if planned.outcome is Outcome.CREATED]
    add_items(bank, created, now=now, actor_id=actor_id)
    for planned in plan.items:
        if planned.outcome is Outcome.CHANGED and planned.before:
            put_item(bank, planned.item, now=now, actor_id=actor_id, item=rows[planned.before.id])
    record(
        now=now,
        actor_key=actor.public_id if actor else None,
        action="standards.items_imported",
        subject_kind="course",
        subject_key=plan.course.public_id,
        course=plan.course.slug,
        format=plan.form.value,
        file=plan.digest,
        created=plan.count(Outcome.CREATED),
        changed=plan.count(Outcome.CHANGED),
    )


def _in_all(title: Texts, languages: Sequence[str]) -> Texts:
    """Return a topic's title in all languages; the words it has stand in for those it lacks."""
    words = next(iter(title.values()))
    return {language: title.get(language) or words for language in languages}
