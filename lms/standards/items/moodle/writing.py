"""Moodle XML written. Level, sources and languages of answers go into tags (``items.tags``)."""

import re
from collections.abc import Mapping, Sequence

from lms.assessment.authored import pictures_in
from lms.assessment.kinds.values import AuthoredItem, Criterion, ScoringRule, Texts
from lms.assessment.models import ItemKind
from lms.catalog.media.kinds import NAME, PICTURED
from lms.catalog.messages import Message
from lms.standards.items.categories import path_of
from lms.standards.items.drafting import literal
from lms.standards.items.kinds.gaps import asks_in
from lms.standards.items.model import Loss, Picture, Written
from lms.standards.items.moodle.cloze import questiontext
from lms.standards.items.moodle.parts import OWN
from lms.standards.items.moodle.pictures import (
    file_fields,
    file_node,
    is_uncounted,
    marker_losses,
    marker_nodes,
)
from lms.standards.items.shares import OWN_RULE, fractions
from lms.standards.items.strings import loses_characters
from lms.standards.items.tags import row_tags, tags_of
from lms.standards.items.texts.portable import (
    html_of,
    in_languages,
    plain_of,
    portable,
    survives_html_in_looks,
    survives_plain,
)
from lms.standards.items.xml.nodes import Node
from lms.web.i18n import localised

# A figure's path in HTML, and in Markdown.
SHOWN = re.compile(rf"""(src="|\]\()(figures/{NAME})""")
TYPES = {
    ItemKind.SINGLE_CHOICE: "multichoice",
    ItemKind.MULTIPLE_CHOICE: "multichoice",
    ItemKind.TRUE_FALSE: "truefalse",
    ItemKind.MATCHING: "matching",
    ItemKind.ORDERING: "ordering",
    ItemKind.NUMERIC: "numerical",
    ItemKind.SHORT_TEXT: "shortanswer",
    ItemKind.ESSAY: "essay",
    ItemKind.GAP_TEXT: "cloze",
    ItemKind.HOTSPOT: "ddmarker",
    ItemKind.FILE: "essay",
}


def write_moodle(
    items: Sequence[AuthoredItem],
    topics: dict[str, Texts],
    languages: Sequence[str],
    pictures: Mapping[str, Picture],
) -> Written:
    """Write items, grouped by topic as they come; a category's idnumber is the topic's key."""
    writer = _Writer(languages, pictures)
    rows = []
    topic = None
    for item in items:
        if item.topic != topic:
            topic = item.topic
            rows.append(_category(topic, topics.get(topic, {}), languages).markup())
        rows.append(writer.item(item).markup())
    body = "\n".join(rows)
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n{body}\n</quiz>\n'
    return Written(text.encode(), len(items), tuple(writer.losses))


def _category(key: str, titles: Texts, languages: Sequence[str]) -> Node:
    title = next((titles[code] for code in languages if titles.get(code)), key)
    return Node(
        "question",
        {"type": "category"},
        Node("category", {}, Node("text", {}, path_of(title))),
        Node("idnumber", {}, key),
    )


class _Writer:
    def __init__(self, languages: Sequence[str], pictures: Mapping[str, Picture]) -> None:
        self.languages = languages
        self.pictures = pictures
        self.losses: list[Loss] = []

    def item(self, item: AuthoredItem) -> Node:
        if loses_characters(item):
            self._lose(item, Message("control characters in a text"))
        single = item.kind is not ItemKind.MULTIPLE_CHOICE
        tags = tags_of(item, points=bool(item.gaps), words=False, languages=self.languages)
        leading = next(code for code in self.languages if asks_in(item, code))
        tags += row_tags(item, item.text.get(leading, ""))
        return Node(
            "question",
            {"type": TYPES[item.kind]},
            Node("name", {}, Node("text", {}, item.key)),
            self._gapped(item, leading)
            if item.gaps
            else self._text(item, "questiontext", item.prompt),
            self._text(item, "generalfeedback", item.explanation),
            Node("defaultgrade", {}, str(item.points)),
            Node("penalty", {}, "0"),
            Node("hidden", {}, "0"),
            Node("idnumber", {}, item.key),
            *([Node("single", {}, str(single).lower())] if item.options else []),
            *self._answers(item),
            Node("tags", {}, *(Node("tag", {}, Node("text", {}, tag)) for tag in tags)),
        )

    def _text(
        self, item: AuthoredItem, tag: str, texts: Texts, *, inline: bool = False, **marks: str
    ) -> Node:
        shown = portable(texts, self.languages, inline=inline)
        if not shown.whole:
            self._lose(item, Message("the formatting of a text"))
        text, files = self._with_files(shown.text, texts)
        return Node(tag, {**marks, "format": shown.form.value}, Node("text", {}, text), *files)

    def _with_files(self, text: str, *shown: Texts) -> tuple[str, list[Node]]:
        """Return a text as it names the pictures beside it, and those."""
        paths = sorted(pictures_in(shown, *self.languages))
        text = SHOWN.sub(
            lambda m: f"{m[1]}{OWN}{m[2].removeprefix('figures/')}" if m[2] in paths else m[0], text
        )
        return text, [file_node(self.pictures[path]) for path in paths]

    def _lose(self, item: AuthoredItem, message: Message) -> None:
        loss = Loss(item.key, message)
        if loss not in self.losses:
            self.losses.append(loss)

    def _answers(self, item: AuthoredItem) -> list[Node]:
        match item.kind:
            case ItemKind.SINGLE_CHOICE | ItemKind.MULTIPLE_CHOICE:
                return self._options(item)
            case ItemKind.TRUE_FALSE:
                return [
                    _answer("true", "100" if item.truth else "0"),
                    _answer("false", "0" if item.truth else "100"),
                ]
            case ItemKind.MATCHING:
                rows = [self._pair(item, pair.left, pair.right) for pair in item.pairs]
                return [
                    *rows,
                    *(self._pair(item, {}, entry.text) for entry in item.distractors),
                    Node("shuffleanswers", {}, "true"),
                ]
            case ItemKind.ORDERING:
                return self._steps(item)
            case ItemKind.NUMERIC:
                return self._number(item)
            case ItemKind.SHORT_TEXT:
                wordings = [w for code in self.languages for w in item.accepted.get(code, ())]
                return [
                    Node("usecase", {}, "0"),
                    *(_answer(literal(wording), "100") for wording in wordings),
                ]
            case ItemKind.GAP_TEXT:
                return []
            case ItemKind.ESSAY | ItemKind.FILE:
                return self._judged(item)
            case ItemKind.HOTSPOT:
                return self._hotspot(item)
            case _:
                raise AssertionError(item.kind)  # formats.write_items leaves it out

    def _options(self, item: AuthoredItem) -> list[Node]:
        shares = fractions(item)
        if item.kind is ItemKind.SINGLE_CHOICE:
            shares = {True: "100", False: "0"}
        if item.scoring is not ScoringRule.RIGHT_MINUS_WRONG:
            self._lose(item, OWN_RULE)
        rows = []
        for option in item.options:
            share = shares[option.correct]
            row = self._text(item, "answer", option.text, inline=True, fraction=share)
            row.parts.append(self._text(item, "feedback", option.explanation))
            rows.append(row)
        return [
            Node("shuffleanswers", {}, "true"),
            Node("answernumbering", {}, "none"),
            *rows,
        ]

    def _pair(self, item: AuthoredItem, left: Texts, right: Texts) -> Node:
        """Return a row; Moodle shows its right side without any marks."""
        words = {code: plain_of(right[code], code) for code in self.languages if right.get(code)}
        if any(PICTURED.search(text) for text in right.values()):
            self._lose(item, Message("a picture on a right side: what it shows stands in words"))
        elif not all(survives_plain(right[code], code) for code in words):
            self._lose(item, Message("the formatting of a right side"))
        row = self._text(item, "subquestion", left, inline=True)
        row.parts.append(Node("answer", {}, Node("text", {}, in_languages(words, self.languages))))
        return row

    def _steps(self, item: AuthoredItem) -> list[Node]:
        return [
            Node("layouttype", {}, "VERTICAL"),
            Node("selecttype", {}, "ALL"),
            Node("selectcount", {}, "0"),
            Node("gradingtype", {}, "RELATIVE_NEXT_INCLUDE_LAST"),
            Node("showgrading", {}, "SHOW"),
            Node("numberingstyle", {}, "none"),
            *(
                self._text(item, "answer", step.text, inline=True, fraction=str(place))
                for place, step in enumerate(item.steps, start=1)
            ),
        ]

    def _number(self, item: AuthoredItem) -> list[Node]:
        answer = _answer(str(item.value), "100")
        answer.parts.append(Node("tolerance", {}, str(item.tolerance)))
        units = [
            Node(
                "unit",
                {},
                Node("multiplier", {}, "1"),
                Node("unit_name", {}, item.unit[code]),
            )
            for code in self.languages
            if item.unit and item.unit.get(code)
        ]
        return [
            answer,
            *([Node("units", {}, *units)] if units else []),
            Node("unitgradingtype", {}, "0"),
            Node("showunits", {}, "0" if units else "3"),
            Node("unitsleft", {}, "0"),
        ]

    def _gapped(self, item: AuthoredItem, language: str) -> Node:
        """Return a text with gaps in one language: Moodle would count the other's gaps too."""
        if any(asks_in(item, code) for code in self.languages if code != language):
            self._lose(item, Message("the texts in the other language"))
        whole = (item.prompt[language], item.text[language])
        if not all(survives_html_in_looks(text, language) for text in whole):
            self._lose(item, Message("the formatting of a text"))
        shown = ({language: texts[language]} for texts in (item.prompt, item.text))
        text, files = self._with_files(questiontext(item, language, self.languages), *shown)
        return Node("questiontext", {"format": "html"}, Node("text", {}, text), *files)

    def _hotspot(self, item: AuthoredItem) -> list[Node]:
        for message in marker_losses(item, self.languages):
            self._lose(item, message)
        leading = next(code for code in self.languages if asks_in(item, code))
        picture = self.pictures[localised(item.figure, leading)]
        return marker_nodes(item, picture, self.languages)

    def _judged(self, item: AuthoredItem) -> list[Node]:
        if item.files and is_uncounted(item.files):
            self._lose(item, Message("the number of files: there it is up to three, or any"))
        fewest, most = item.words or ("", "")
        fields = (
            file_fields(item.files)
            if item.files
            else {
                "responseformat": "plain",
                "responserequired": "1",
                "responsefieldlines": "15",
                "minwordlimit": str(fewest),
                "maxwordlimit": str(most),
                "attachments": "0",
                "attachmentsrequired": "0",
            }
        )
        rubric = "".join(self._criterion(item, criterion) for criterion in item.rubric)
        return [
            *(Node(tag, {}, value) for tag, value in fields.items()),
            Node("graderinfo", {"format": "html"}, Node("text", {}, rubric)),
            Node("responsetemplate", {"format": "html"}, Node("text", {}, "")),
        ]

    def _criterion(self, item: AuthoredItem, criterion: Criterion) -> str:
        """Return a criterion and its levels as paragraphs, with points for those who read them."""
        levels = [f"<p>{n}: {self._inline(item, t)}</p>" for n, t in enumerate(criterion.levels)]
        text = self._inline(item, criterion.text)
        return f"<p>{text} ({criterion.points})</p>{''.join(levels)}"

    def _inline(self, item: AuthoredItem, texts: Texts) -> str:
        spoken = {code: texts[code] for code in self.languages if texts.get(code)}
        shown = {code: html_of(text, code, inline=True) for code, text in spoken.items()}
        if not all(survives_html_in_looks(t, code, inline=True) for code, t in spoken.items()):
            self._lose(item, Message("the formatting of a text"))
        return in_languages(shown, self.languages)


def _answer(text: str, fraction: str) -> Node:
    return Node("answer", {"fraction": fraction, "format": "plain_text"}, Node("text", {}, text))
