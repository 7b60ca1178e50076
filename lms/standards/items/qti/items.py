"""An item as QTI's XML in one language, with the names of 2.x."""

from collections import Counter
from collections.abc import Sequence

from lms.assessment.kinds.arranging import right_keys, right_sides
from lms.assessment.kinds.gap_text import GAP
from lms.assessment.kinds.values import AuthoredItem, Gap, ScoringRule, Texts
from lms.assessment.models import ItemKind
from lms.standards.items.kinds.gaps import OWN, number_of_gap, wordings_in
from lms.standards.items.model import Picture
from lms.standards.items.qti.kinds import CRITERION, EXAMINERS, LEFT, PREFIX, SCORING, WORDS
from lms.standards.items.qti.pictures import writing as on_pictures
from lms.standards.items.qti.reading import EXPLANATION, TOOL
from lms.standards.items.qti.scoring import FEEDBACK, RESPONSE, SCORE, processing_of
from lms.standards.items.texts.portable import html_of
from lms.standards.items.texts.trees import Element, clean_tree
from lms.standards.items.xml.nodes import Node

BLOCKS = {"p", "ul", "ol", "table", "pre", "blockquote", "hr", "h2", "h3", "h4", "div"}
TRUTHS = {"ru": ("Верно", "Неверно"), "en": ("True", "False")}
ALIGNED = {"text-align: right": "align-right", "text-align: center": "align-center"}


def item_node(item: AuthoredItem, language: str, picture: Picture | None = None) -> Node:
    """Return the item; ``picture``: on which its places are marked."""
    return Node(
        "assessmentItem",
        {
            "identifier": f"item-{item.key}-{language}",
            "label": item.key,
            "title": item.key,
            "xml:lang": language,
            "adaptive": "false",
            "timeDependent": "false",
            "toolName": TOOL,
            "toolVersion": "1",
        },
        *_declarations(item, language, picture),
        _outcome(SCORE, "single", "float", "0"),
        _outcome("MAXSCORE", "single", "float", str(item.points)),
        Node(
            "outcomeDeclaration",
            {"identifier": FEEDBACK, "cardinality": "multiple", "baseType": "identifier"},
        ),
        Node(
            "itemBody",
            {},
            *_blocks(item.prompt, language),
            *(_on_picture(item, language, picture) if picture else _interaction(item, language)),
        ),
        processing_of(item, language, picture),
        *_feedbacks(item, language),
    )


def _outcome(name: str, cardinality: str, base: str, value: str) -> Node:
    return Node(
        "outcomeDeclaration",
        {"identifier": name, "cardinality": cardinality, "baseType": base},
        Node("defaultValue", {}, Node("value", {}, value)),
    )


def _nodes(element: Element) -> list[Node | str]:
    """Return HTML as nodes, with the attributes that QTI's own HTML has."""
    nodes: list[Node | str] = []
    for child in element.children:
        if isinstance(child, str):
            nodes.append(child)
            continue
        kept = {k: v for k, v in child.attributes.items() if k in ("href", "start", "alt")}
        if child.tag == "img":  # an item lies in a folder beside the figures'
            kept = {"src": f"../{child.attributes['src']}", "alt": "", **kept}
            caption = child.attributes.get("title")
            kept |= {"label": caption} if caption else {}  # QTI's images have no title
        aligned = ALIGNED.get(child.attributes.get("style", ""))
        nodes.append(
            Node(child.tag, {**kept, **({"class": aligned} if aligned else {})}, *_nodes(child))
        )
    return nodes


def _blocks(texts: Texts, language: str) -> list[Node | str]:
    text = texts.get(language, "")
    if not text:
        return []
    nodes = _nodes(clean_tree(html_of(text, language)))
    return (
        nodes if isinstance(nodes[0], Node) and nodes[0].tag in BLOCKS else [Node("p", {}, *nodes)]
    )


def _line(texts: Texts, language: str) -> list[Node | str]:
    return _nodes(clean_tree(html_of(texts.get(language, ""), language, inline=True)))


def _name(key: str) -> str:
    return f"{PREFIX}{key}"


def _on_picture(item: AuthoredItem, language: str, picture: Picture) -> list[Node]:
    def words(texts: Texts) -> list[Node | str]:
        return _line(texts, language)

    return on_pictures.point_nodes(item, RESPONSE, picture, language, words)


def _declarations(item: AuthoredItem, language: str, picture: Picture | None) -> list[Node]:
    if picture is not None:
        return [on_pictures.point_declaration(item, RESPONSE, (picture.width, picture.height))]
    if item.kind is ItemKind.GAP_TEXT:
        return [_gap_declaration(gap, language) for gap in item.gaps]
    return [_declaration(item, language)]


def _gap_declaration(gap: Gap, language: str) -> Node:
    number = number_of_gap(gap, language)
    if number is not None:
        return Node(
            "responseDeclaration",
            {"identifier": _name(gap.key), "cardinality": "single", "baseType": "float"},
            Node("correctResponse", {}, Node("value", {}, f"{number[0]:f}")),
        )
    right = [name for name, word in _choices_of(gap, language)[:1]]
    if not gap.is_choice:
        right = list(wordings_in(gap, language))
    case = {} if gap.is_choice else {"caseSensitive": "false"}
    return Node(
        "responseDeclaration",
        {
            "identifier": _name(gap.key),
            "cardinality": "single",
            "baseType": "identifier" if gap.is_choice else "string",
        },
        Node("correctResponse", {}, Node("value", {}, right[0])),
        _map([(value, "1") for value in right], **case),
    )


def _choices_of(gap: Gap, language: str) -> list[tuple[str, str]]:
    """Return a list's wordings with identifiers that don't say which one is right; it is first."""
    others = next(iter(gap.distractors.values()), ())
    words = [*wordings_in(gap, language)[:1], *gap.distractors.get(language, others)]
    ranked = sorted(words)
    return [(f"w{ranked.index(word) + 1}", word) for word in words]


def _gap_text(item: AuthoredItem, language: str) -> Node:
    fields = {gap.key: _field(gap, language) for gap in item.gaps}
    return _filled(Node("div", {"class": OWN}, *_blocks(item.text, language)), fields)


def _field(gap: Gap, language: str) -> Node:
    marks = {"responseIdentifier": _name(gap.key)}
    if not gap.is_choice:
        return Node("textEntryInteraction", marks)
    rows = [
        Node("inlineChoice", {"identifier": name}, word)
        for name, word in _choices_of(gap, language)
    ]
    return Node("inlineChoiceInteraction", {**marks, "shuffle": "true"}, *rows)


def _filled(node: Node, fields: dict[str, Node]) -> Node:
    """Return an element with fields in the place of its gaps."""
    parts: list[Node | str] = []
    for part in node.parts:
        if isinstance(part, Node):
            parts.append(_filled(part, fields))
            continue
        for place, piece in enumerate(GAP.split(part)):  # text, key, text, key, …
            parts.append(fields[piece] if place % 2 else piece)
    return Node(node.tag, node.attributes, *parts)


def _declaration(item: AuthoredItem, language: str) -> Node:
    cardinality, base = _types(item.kind)
    values = _right(item, language)
    parts = [Node("correctResponse", {}, *(Node("value", {}, value) for value in values))]
    mapping = _mapping(item, values, language)
    return Node(
        "responseDeclaration",
        {"identifier": RESPONSE, "cardinality": cardinality, "baseType": base},
        *(parts if values else []),
        *([mapping] if mapping is not None else []),
    )


def _types(kind: ItemKind) -> tuple[str, str]:
    match kind:
        case ItemKind.SINGLE_CHOICE | ItemKind.TRUE_FALSE:
            return "single", "identifier"
        case ItemKind.MULTIPLE_CHOICE:
            return "multiple", "identifier"
        case ItemKind.MATCHING:
            return "multiple", "directedPair"
        case ItemKind.ORDERING:
            return "ordered", "identifier"
        case ItemKind.NUMERIC:
            return "single", "float"
        case ItemKind.SHORT_TEXT | ItemKind.ESSAY:
            return "single", "string"
        case ItemKind.FILE:
            return "single", "file"
        case _:
            raise AssertionError(kind)  # formats.write_items leaves it out


def _right(item: AuthoredItem, language: str) -> list[str]:
    match item.kind:
        case ItemKind.SINGLE_CHOICE | ItemKind.MULTIPLE_CHOICE:
            return [_name(option.key) for option in item.options if option.correct]
        case ItemKind.TRUE_FALSE:
            return ["true" if item.truth else "false"]
        case ItemKind.MATCHING:
            shared = right_keys(item.pairs)
            return [f"{LEFT}{pair.key} {_name(shared[pair.key])}" for pair in item.pairs]
        case ItemKind.ORDERING:
            return [_name(step.key) for step in item.steps]
        case ItemKind.NUMERIC:
            return [str(item.value)]
        case ItemKind.SHORT_TEXT:
            return list(_wordings(item, language)[:1])
        case ItemKind.ESSAY | ItemKind.FILE:
            return []
        case _:
            raise AssertionError(item.kind)


def _wordings(item: AuthoredItem, language: str) -> tuple[str, ...]:
    """Return the answers accepted in this language, in the other one if there are none."""
    others = (texts for texts in item.accepted.values() if texts)
    return item.accepted.get(language) or next(others, ())


def _mapping(item: AuthoredItem, values: Sequence[str], language: str) -> Node | None:
    """Return what single parts of an answer earn, one for each right one."""
    match item.kind:
        case ItemKind.MULTIPLE_CHOICE:
            if item.scoring is ScoringRule.ALL_OR_NOTHING:
                return None
            cost = "0" if item.scoring is ScoringRule.RIGHT_ONES else "-1"
            entries = [(_name(o.key), "1" if o.correct else cost) for o in item.options]
        case ItemKind.MATCHING:
            entries = [(value, "1") for value in values]
        case ItemKind.SHORT_TEXT:
            entries = [(wording, "1") for wording in _wordings(item, language)]
            return _map(entries, caseSensitive="false") if entries else None
        case _:
            return None
    return _map(entries, lowerBound="0", upperBound=str(len(values)))


def _map(entries: Sequence[tuple[str, str]], **marks: str) -> Node:
    case = {"caseSensitive": marks.pop("caseSensitive")} if "caseSensitive" in marks else {}
    return Node(
        "mapping",
        {**marks, "defaultValue": "0"},
        *(Node("mapEntry", {"mapKey": k, "mappedValue": v, **case}) for k, v in entries),
    )


def _interaction(item: AuthoredItem, language: str) -> list[Node]:
    match item.kind:
        case ItemKind.SINGLE_CHOICE | ItemKind.MULTIPLE_CHOICE:
            most = "1" if item.kind is ItemKind.SINGLE_CHOICE else "0"
            rows = [
                Node("simpleChoice", {"identifier": _name(o.key)}, *_line(o.text, language))
                for o in item.options
            ]
            own = item.scoring is not ScoringRule.RIGHT_MINUS_WRONG
            marks = {"class": f"{SCORING}{item.scoring.value}"} if own else {}
            return [_choices("choiceInteraction", rows, maxChoices=most, **marks)]
        case ItemKind.TRUE_FALSE:
            rows = [
                Node("simpleChoice", {"identifier": name}, word)
                for name, word in zip(("true", "false"), TRUTHS[language], strict=True)
            ]
            marks = {"responseIdentifier": RESPONSE, "shuffle": "false", "maxChoices": "1"}
            return [Node("choiceInteraction", marks, *rows)]
        case ItemKind.ORDERING:
            rows = [
                Node("simpleChoice", {"identifier": _name(s.key)}, *_line(s.text, language))
                for s in item.steps
            ]
            return [_choices("orderInteraction", rows)]
        case ItemKind.MATCHING:
            return [_match(item, language)]
        case ItemKind.NUMERIC | ItemKind.SHORT_TEXT:
            field = Node("textEntryInteraction", {"responseIdentifier": RESPONSE})
            unit = (item.unit or {}).get(language)
            beside: list[Node | str] = (
                [" ", Node("span", {"class": "lms-unit"}, unit)] if unit else []
            )
            return [Node("p", {}, field, *beside)]
        case ItemKind.ESSAY | ItemKind.FILE:
            return _judged(item, language)
        case ItemKind.GAP_TEXT:
            return [_gap_text(item, language)]
        case _:
            raise AssertionError(item.kind)


def _judged(item: AuthoredItem, language: str) -> list[Node]:
    """Return the rubric, each criterion a block for those who score, and the field."""
    rubric = [
        Node(
            "rubricBlock",
            {"id": _name(c.key), "class": f"{CRITERION}{c.points}", "view": "scorer"},
            Node("p", {}, *_line(c.text, language), f" ({c.points})"),
            *(
                Node("p", {}, f"{number}: ", *_line(text, language))
                for number, text in enumerate(c.levels)
            ),
        )
        for c in item.rubric
    ]
    marks = [f"{EXAMINERS}{item.examiners}"]
    if item.words:
        marks.append(f"{WORDS}{item.words[0]}-{item.words[1]}")
    names = {"responseIdentifier": RESPONSE}
    if item.files is None:
        return [*rubric, Node("extendedTextInteraction", {**names, "class": " ".join(marks)})]
    taken = on_pictures.upload_marks(item.files)
    names |= {**taken, "class": " ".join([taken["class"], *marks])}
    return [*rubric, Node("uploadInteraction", names)]


def _choices(tag: str, rows: Sequence[Node], **marks: str) -> Node:
    return Node(tag, {"responseIdentifier": RESPONSE, "shuffle": "true", **marks}, *rows)


def _match(item: AuthoredItem, language: str) -> Node:
    partners = Counter(right_keys(item.pairs).values())

    def choice(name: str, text: Texts, most: int = 1) -> Node:
        marks = {"identifier": name, "matchMax": str(most)}
        return Node("simpleAssociableChoice", marks, *_line(text, language))

    rights = [
        *right_sides(item.pairs).items(),
        *((entry.key, entry.text) for entry in item.distractors),
    ]
    return _choices(
        "matchInteraction",
        [
            Node("simpleMatchSet", {}, *(choice(f"{LEFT}{p.key}", p.left) for p in item.pairs)),
            Node(
                "simpleMatchSet",
                {},
                *(choice(_name(key), text, partners[key] or 1) for key, text in rights),
            ),
        ],
        maxAssociations=str(len(item.pairs)),
    )


def _feedbacks(item: AuthoredItem, language: str) -> list[Node]:
    texts = [(EXPLANATION, item.explanation)]
    texts += [(_name(option.key), option.explanation) for option in item.options]
    texts += [(_name(area.key), area.explanation) for area in item.areas]
    return [
        Node(
            "modalFeedback",
            {"outcomeIdentifier": FEEDBACK, "identifier": name, "showHide": "show"},
            *_blocks(text, language),
        )
        for name, text in texts
        if text.get(language)
    ]
