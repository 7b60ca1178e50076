"""Moodle's texts with gaps: cloze with its gaps in braces, and choices named in double brackets."""

import re
from collections.abc import Sequence
from copy import deepcopy
from decimal import Decimal
from itertools import islice, pairwise

from lms.assessment.kinds.gap_text import GAP, number_within, within
from lms.assessment.kinds.values import AuthoredItem, Gap, Texts
from lms.assessment.source.content import GAPS
from lms.catalog.messages import Message
from lms.standards.items import limits
from lms.standards.items.checking import check_number
from lms.standards.items.drafting import (
    FULL,
    Draft,
    RawAnswer,
    RawOption,
    check_rows,
    literal,
    number_of,
)
from lms.standards.items.kinds.gaps import OWN, RawGap, gap_text, note_partial, wordings_in
from lms.standards.items.model import Found, NotUnderstood, Weight
from lms.standards.items.moodle.parts import Parts
from lms.standards.items.tags import Tagged
from lms.standards.items.texts.portable import html_of, in_languages
from lms.standards.items.texts.reading import TextForm
from lms.standards.items.texts.trees import tree_of
from lms.standards.items.xml.nodes import Node

BRACES = re.compile(r"\{(\d{0,4}):([A-Z_]{2,20}):((?:\\[^{]|[^\\{}])*)\}", re.DOTALL)
LEFT = re.compile(r"\{\d{0,4}:[A-Z_]{2,20}:")
SHORT = {"SHORTANSWER", "SA", "MW", "SHORTANSWER_C", "SAC", "MWC"}
EXACT = {"SHORTANSWER_C", "SAC", "MWC"}
LISTS = {"MULTICHOICE", "MC", "MULTICHOICE_V", "MCV", "MULTICHOICE_H", "MCH",
         "MULTICHOICE_S", "MCS", "MULTICHOICE_VS", "MCVS", "MULTICHOICE_HS", "MCHS"}  # fmt: skip
NUMBERS = {"NUMERICAL", "NM"}
SEVERAL = {"MULTIRESPONSE", "MR", "MULTIRESPONSE_H", "MRH", "MULTIRESPONSE_S", "MRS",
           "MULTIRESPONSE_HS", "MRHS"}  # fmt: skip
SHARE = re.compile(r"%(-?\d{1,3}(?:\.\d{1,10})?)%")
FEEDBACK = re.compile(r"(?<!\\)(?<!&)(?<!&amp;)#")
ESCAPED = re.compile(r"\\([}#~/\"\\=])")
CODED = re.compile(r"[~=#{}\\%/\"&<>]")
MARKED = re.compile(r"<[a-zA-Z]")
GRADE = "defaultgrade"
MOST = 30  # gaps of a text that becomes several questions
PLACE = re.compile(r"\[\[(\d{1,3})\]\]")
# What ends before the first gap is the task.
BLOCK_END = re.compile(r"</(?:p|div|h[1-6]|ul|ol|table|pre|blockquote)\s*>", re.IGNORECASE)
RULE = re.compile(rf'<hr\b[^<>]*\bclass="{OWN}"[^<>]*>')


def cloze(node: Node, draft: Draft, parts: Parts, tagged: Tagged) -> Found:
    """Read a question whose gaps stand in braces."""
    raw, form = text_of(node, parts)
    marks = list(BRACES.finditer(raw))
    if len(marks) == 1 and marks[0].group(2) in SEVERAL:
        return _several(draft, marks[0], raw, form)
    for place, mark in enumerate(marks, start=1):
        _check_kind(mark.group(2), place)
    if marks:  # before any is worked out
        check_number(Message("gaps"), marks, GAPS)
    gaps: dict[str, RawGap] = {}
    weights: list[Decimal] = []

    def named(match: re.Match[str]) -> str:
        name = f"g{len(gaps) + 1}"
        gaps[name] = _gap(draft, match.group(2), match.group(3), len(gaps) + 1)
        weights.append(Decimal(match.group(1) or 1))
        return f"[[{name}]]"

    text = BRACES.sub(named, raw)
    if LEFT.search(text):
        raise NotUnderstood(Message("a gap in braces can't be read"))
    if len(set(weights)) > 1:
        draft.note(Message("the gaps' own weights aren't kept: here each earns the same"))
    if draft.points is None and node.first("defaultgrade") is None:
        draft.take_points(str(sum(weights)))
    return found_in(draft, text, form, gaps, tagged)


def _several(draft: Draft, mark: re.Match[str], raw: str, form: TextForm) -> Found:
    """Return a text whose only gap lets several answers be chosen as a question of that kind."""
    pieces = [piece for piece in re.split(r"(?<!\\)~", mark.group(3)) if piece.strip()]
    check_rows(pieces)
    answers = [_answer(draft, piece) for piece in pieces]
    options = [
        RawOption(draft.texts.texts(a.text, TextForm.PLAIN, inline=True), a.share, a.feedback)
        for a in answers
    ]
    draft.prompt = draft.texts.texts(f"{raw[: mark.start()]} … {raw[mark.end() :]}", form)
    draft.note(
        Message("a text with one list of several right answers becomes a multiple choice"),
        Weight.FACT,
    )
    return draft.choice(options, single=False)


def parted(node: Node, *, most: int) -> list[Node]:
    """Return the questions that a text makes: each list of several right answers one of its own.

    One such list alone stays what it is; the other gaps stay one text. A part keeps the paragraphs
    that have no gap, so that what all of them speak of stands in each.

    Raises NotUnderstood for more than ``most`` such lists.
    """
    holder = node.first("questiontext")
    said = holder.first("text") if holder is not None else None
    raw = said.text if said is not None else ""
    marks = list(islice(BRACES.finditer(raw[: limits.TEXT_CHARACTERS + 1]), MOST + 1))
    several = [mark for mark in marks if mark.group(2) in SEVERAL]
    if not several or len(marks) == 1 or len(marks) > MOST:
        return [node]
    if len(several) > most:
        raise NotUnderstood(
            Message(
                "its lists with several right answers are too many for one file: import it in parts"
            )
        )
    groups = [[mark] for mark in several]
    others = [mark for mark in marks if mark not in several]
    return [_part(node, raw, marks, kept) for kept in ([others] if others else []) + groups]


def _part(
    node: Node, raw: str, marks: Sequence[re.Match[str]], kept: Sequence[re.Match[str]]
) -> Node:
    """Return the question with only those gaps.

    A paragraph with none but others is left out, and with it what stands since the gap before; what
    stands before the first gap and after the last is said in each part.
    """
    ends = [0, *(match.end() for match in BLOCK_END.finditer(raw)), len(raw)]
    pieces: list[str] = []
    waiting: list[str] = []
    for start, end in pairwise(ends):
        inside = [mark for mark in marks if start <= mark.start() < end]
        waiting.append(_without(raw, start, end, [mark for mark in inside if mark not in kept]))
        if any(mark in kept for mark in inside):
            pieces += waiting
        elif marks[0] in inside:
            pieces += waiting[:-1]
        waiting = [] if inside else waiting
    text = "".join(pieces + waiting)
    return _asking(node, text, str(sum(int(mark.group(1) or 1) for mark in kept)))


def _without(raw: str, start: int, end: int, left_out: Sequence[re.Match[str]]) -> str:
    """Return a piece of the text with dots for some of its gaps."""
    ends = [start, *(place for mark in left_out for place in mark.span()), end]
    return "…".join(raw[a:b] for a, b in zip(ends[::2], ends[1::2], strict=True))


def _asking(node: Node, text: str, points: str) -> Node:
    """Return a copy of a question that says something else, for so many points."""
    copy = deepcopy(node)
    asked = copy.first("questiontext")
    said = asked.first("text") if asked is not None else None
    assert said is not None
    said.parts = [text]
    copy.parts = [part for part in copy.parts if isinstance(part, str) or part.tag != GRADE]
    copy.parts.append(Node(GRADE, {}, points, line=node.line))
    return copy


def text_of(node: Node, parts: Parts) -> tuple[str, TextForm]:
    """Return what a question with gaps says, and its format. Raises NotUnderstood."""
    holder = node.first("questiontext")
    raw = parts.raw(holder)
    if len(raw) > limits.TEXT_CHARACTERS:
        raise NotUnderstood(
            Message("a text is longer than %(limit)s characters", limit=limits.TEXT_CHARACTERS)
        )
    return raw, parts.form(holder)


def found_in(
    draft: Draft, text: str, form: TextForm, gaps: dict[str, RawGap], tagged: Tagged
) -> Found:
    """Return a text with gaps; what stands before the first one is the task."""
    task, text = _parted(text, form)
    draft.prompt = draft.texts.texts(task, form) if task else {}
    return gap_text(draft, text, form, gaps, tagged.gaps)


def _parted(text: str, form: TextForm) -> tuple[str, str]:
    """Return the task and the text with gaps."""
    rule = RULE.search(text)
    if rule is not None:
        return text[: rule.start()], text[rule.end() :]
    first = text.find("[[")
    if first < 0 or "multilang" in text.lower() or "{mlang" in text.lower():
        return "", text  # a cut might go through a language
    if form in (TextForm.HTML, TextForm.AUTO):
        ends = [match.end() for match in BLOCK_END.finditer(text, 0, first)]
    else:
        ends = [match.end() for match in re.finditer(r"\n[ \t]*\n", text[:first])]
    cut = ends[-1] if ends else 0
    return text[:cut], text[cut:]


def _check_kind(kind: str, place: int) -> None:
    if kind in SEVERAL:
        raise NotUnderstood(
            Message(
                "gap %(place)s lets several answers be chosen (%(kind)s); here one: "
                "ask it as a question of its own with several right answers",
                place=place,
                kind=kind,
            )
        )
    if kind not in SHORT | LISTS | NUMBERS:
        raise NotUnderstood(
            Message(
                "gap %(place)s is of the kind “%(kind)s”, which isn't understood",
                place=place,
                kind=kind,
            )
        )


def _gap(draft: Draft, kind: str, inner: str, place: int) -> RawGap:
    if kind in EXACT:
        draft.note(Message("capital and small letters count there, not here"))
    pieces = re.split(r"(?<!\\)~", inner)
    check_rows(pieces)
    answers = [_answer(draft, piece) for piece in pieces if piece.strip()]
    if kind in NUMBERS:
        return RawGap([_number(answer, place) for answer in answers])
    if kind in SHORT:
        return RawGap(answers)
    for answer in answers:
        answer.text = literal(answer.text)
    right = [answer for answer in answers if answer.share >= FULL]
    others = [answer for answer in answers if answer.share < FULL]
    note_partial(draft, others)
    draft.feedbacks += [answer.feedback for answer in others if answer.feedback]
    return RawGap(right, [answer.literal for answer in others], is_list=True)


def _number(answer: RawAnswer, place: int) -> RawAnswer:
    """Return ``15:1`` as a wording that takes the numbers around 15; ``*`` is any wrong answer."""
    if answer.text.strip() == "*":
        return answer
    number, _, tolerance = answer.text.partition(":")
    value, off = number_of(number.replace(",", ".")), number_of(tolerance.replace(",", ".") or "0")
    if value is None or off is None or off < 0:
        raise NotUnderstood(
            Message("in gap %(place)s “%(text)s” is no number", place=place, text=answer.text[:60])
        )
    answer.text = number_within(value, off)
    return answer


def _answer(draft: Draft, piece: str) -> RawAnswer:
    piece = piece.strip()
    share = FULL if piece.startswith("=") else Decimal(0)
    piece = piece.removeprefix("=")
    match = SHARE.match(piece)
    if match:
        share, piece = Decimal(match.group(1)), piece[match.end() :]
    if abs(share) > FULL:
        raise NotUnderstood(Message("a weight is beyond the full score"))
    text, *more = FEEDBACK.split(piece, maxsplit=1)
    feedback = draft.texts.texts(_unescaped(more[0]), TextForm.HTML) if more else {}
    return RawAnswer(words_of_gap(draft, _unescaped(text)), share, feedback)


def _unescaped(text: str) -> str:
    return ESCAPED.sub(lambda match: match[1], text)


def words_of_gap(draft: Draft, html: str) -> str:
    """Return what a gap may be filled with as words; how they look isn't kept."""
    if MARKED.search(html):
        draft.note(Message("the formatting of words in gaps isn't kept"))
    return " ".join(tree_of(html, draft.texts.lost).text.split())


def choices(node: Node, draft: Draft, parts: Parts, tagged: Tagged) -> Found:
    """Read a question whose gaps name one of its choices; a group's others are the wrong ones."""
    raw, form = text_of(node, parts)
    boxes = [*node.all("dragbox"), *node.all("selectoption")]
    check_rows(boxes)
    words = [words_of_gap(draft, parts.raw(box)) for box in boxes]
    groups = [box.text_of("group") or "1" for box in boxes]
    gaps: dict[str, RawGap] = {}

    def named(match: re.Match[str]) -> str:
        right = int(match.group(1)) - 1
        if not 0 <= right < len(boxes):
            raise NotUnderstood(
                Message(
                    "its text names the choice %(name)s, which isn't there", name=match.group(0)
                )
            )
        name = f"g{len(gaps) + 1}"
        wrong = [
            text
            for place, text in enumerate(words)
            if groups[place] == groups[right] and place != right and text != words[right]
        ]
        gaps[name] = RawGap([RawAnswer(literal(words[right]))], wrong, is_list=True)
        check_rows(list(gaps))
        return f"[[{name}]]"

    text = PLACE.sub(named, raw)
    if node.get("type") == "ddwtos":
        draft.note(Message("words to drag become lists to choose from"), Weight.FACT)
    return found_in(draft, text, form, gaps, tagged)


def questiontext(item: AuthoredItem, language: str, languages: Sequence[str]) -> str:
    """Return the task and the text with its gaps in one language."""
    gaps = {gap.key: _braces(gap, language) for gap in item.gaps}
    task = _shown(item.prompt, language)
    text = GAP.sub(lambda match: gaps[match[1]], _shown(item.text, language))
    return (
        f"{in_languages({language: task}, languages)}"
        f'<hr class="{OWN}"/>{in_languages({language: text}, languages)}'
    )


def _shown(texts: Texts, language: str) -> str:
    return html_of(texts[language], language).replace("{", "&#123;")


def _braces(gap: Gap, language: str) -> str:
    right = wordings_in(gap, language)
    ranges = [within(word) for word in right]
    if not gap.is_choice and all(ranges):
        rows = [f"={value:f}:{tolerance:f}" for value, tolerance in filter(None, ranges)]
        return f"{{1:NUMERICAL:{'~'.join(rows)}}}"
    if not gap.is_choice:
        return f"{{1:SHORTANSWER:{'~'.join(f'={_coded(literal(word))}' for word in right)}}}"
    wrong = gap.distractors.get(language) or next(iter(gap.distractors.values()))
    rows = [*(f"={_coded(word)}" for word in right), *map(_coded, wrong)]
    return f"{{1:MULTICHOICE:{'~'.join(rows)}}}"


def _coded(word: str) -> str:
    """Return a word in which nothing is a mark of the cloze or of HTML."""
    return CODED.sub(lambda match: f"&#{ord(match[0])};", word)
