"""What a manifest says of an item in LOM: topic, level, sources, key words, language."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from lms.assessment.kinds.values import AuthoredItem, Texts
from lms.catalog.messages import Message
from lms.catalog.source.content import is_key
from lms.standards.items.model import Category
from lms.standards.items.xml.nodes import Node
from lms.web.i18n import LANGUAGES

SPACE = "http://ltsc.ieee.org/xsd/LOM"
VOCABULARY = "LOMv1.0"
DIFFICULTIES = {1: "easy", 2: "medium", 3: "difficult"}
LEVELS = {"very easy": 1, "easy": 1, "medium": 2, "difficult": 3, "very difficult": 3}
SOURCES = "lms-source"
FACTS = "lms-fact"
ENEMIES = "lms-enemies"
READ = {"general", "educational", "classification", "relation"}


@dataclass
class Metadata:
    """What was found; empty without metadata."""

    category: Category | None = None
    level: int | None = None
    sources: list[str] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    enemies: list[str] = field(default_factory=list)  # one at the most
    keywords: list[str] = field(default_factory=list)
    lost: list[Message] = field(default_factory=list)


def read_lom(resource: Node) -> Metadata:
    """Return what a resource's metadata says."""
    found = Metadata()
    lom = next(resource.below("lom"), None)
    if lom is None:
        return found
    for keyword in lom.below("keyword"):
        found.keywords += [text.words for text in keyword if text.words][:1]
    for difficulty in lom.below("difficulty"):
        found.level = LEVELS.get(difficulty.text_of("value").lower(), found.level)
    found.sources, found.facts = _based_on(lom, SOURCES), _based_on(lom, FACTS)
    found.enemies = _based_on(lom, ENEMIES)[:1]
    _classify(lom, found)
    return found


def _based_on(lom: Node, catalogue: str) -> list[str]:
    return [
        identifier.text_of("entry")
        for relation in lom.all("relation")
        for identifier in relation.below("identifier")
        if identifier.text_of("catalog") == catalogue
    ]


def _classify(lom: Node, found: Metadata) -> None:
    for classification in lom.all("classification"):
        taxa = list(classification.below("taxon"))
        if taxa:
            found.category = _category(taxa[-1])
            if len(taxa) > 1:
                found.lost.append(Message("of its classification only the last name is used"))
    for part in lom:
        if part.tag not in READ and part.words:
            found.lost.append(Message("the metadata <%(name)s> isn't kept", name=part.tag[:60]))


def _category(taxon: Node) -> Category | None:
    key = taxon.text_of("id")
    titles: Texts = {}
    for entry in taxon.all("entry"):
        for text in entry:
            code = (text.get("language") or text.get("xml:lang") or "ru")[:2].lower()
            if text.words and code in LANGUAGES:
                titles.setdefault(code, text.words[:300])
    if not titles and not key:
        return None
    return Category(key if is_key(key) else "", titles or {"": key[:300]})


def lom_of(item: AuthoredItem, titles: Texts, language: str, languages: Sequence[str]) -> Node:
    """Return an item's metadata."""
    entries = [
        Node("string", {"language": code}, titles[code]) for code in languages if titles.get(code)
    ]
    return Node(
        "lom",
        {"xmlns": SPACE},
        Node(
            "general",
            {},
            Node("identifier", {}, _node("catalog", "lms"), _node("entry", item.key)),
            Node("title", {}, Node("string", {"language": language}, item.key)),
            _node("language", language),
        ),
        Node("educational", {}, _word("difficulty", DIFFICULTIES[item.level])),
        *(_relation(SOURCES, key) for key in item.sources),
        *(_relation(FACTS, key) for key in item.facts),
        *([_relation(ENEMIES, item.enemies)] if item.enemies else []),
        Node(
            "classification",
            {},
            _word("purpose", "discipline"),
            Node(
                "taxonPath",
                {},
                Node("source", {}, Node("string", {"language": "en"}, "lms-topic")),
                Node("taxon", {}, _node("id", item.topic), Node("entry", {}, *entries)),
            ),
        ),
    )


def _relation(catalogue: str, key: str) -> Node:
    return Node(
        "relation",
        {},
        _word("kind", "isbasedon"),
        Node(
            "resource",
            {},
            Node("identifier", {}, _node("catalog", catalogue), _node("entry", key)),
        ),
    )


def _node(tag: str, text: str) -> Node:
    return Node(tag, {}, text)


def _word(tag: str, value: str) -> Node:
    return Node(tag, {}, _node("source", VOCABULARY), _node("value", value))
