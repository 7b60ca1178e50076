"""Gapfill, a much used plug-in of Moodle: gaps stand in marks of the author's choice."""

import re

from lms.catalog.messages import Message
from lms.standards.items.drafting import Draft, RawAnswer, check_rows, literal
from lms.standards.items.kinds.gaps import RawGap
from lms.standards.items.model import Found, Weight
from lms.standards.items.moodle.cloze import found_in, text_of, words_of_gap
from lms.standards.items.moodle.parts import Parts
from lms.standards.items.tags import Tagged
from lms.standards.items.xml.nodes import Node

MARKS = "[]"
LISTS = {"dragdrop", "dropdown"}
DELIVERY = frozenset(
    "answerdisplay delimitchars casesensitive noduplicates disableregex fixedgapsize "
    "optionsaftertext letterhints singleuse".split()
)


def gapfill(node: Node, draft: Draft, parts: Parts, tagged: Tagged) -> Found:
    """Read a text whose gaps hold their right words, parted by bars."""
    raw, form = text_of(node, parts)
    marks = (node.text_of("delimitchars") or MARKS)[:2]
    inside = re.compile(
        rf"{re.escape(marks[0])}([^{re.escape(marks)}<>]{{1,400}}){re.escape(marks[-1])}"
    )
    said = [match[1].split("|") for match in inside.finditer(raw)]
    accepted = [[words_of_gap(draft, word) for word in words] for words in said]
    check_rows(accepted)
    wrong = [
        words_of_gap(draft, parts.raw(a)) for a in node.all("answer") if a.get("fraction") == "0"
    ]
    right = dict.fromkeys(word for words in accepted for word in words)
    shown = list(dict.fromkeys([*right, *wrong]))
    is_list = node.text_of("answerdisplay") in LISTS and all(len(words) == 1 for words in accepted)
    gaps = {
        f"g{place}": RawGap(
            [RawAnswer(literal(word)) for word in words],
            [word for word in shown if word not in words] if is_list else [],
            is_list=is_list,
        )
        for place, words in enumerate(accepted, start=1)
    }
    _remark(node, draft, is_list=is_list, has_wrong=bool(wrong))
    names = iter(gaps)
    return found_in(draft, inside.sub(lambda _: f"[[{next(names)}]]", raw), form, gaps, tagged)


def _remark(node: Node, draft: Draft, *, is_list: bool, has_wrong: bool) -> None:
    if node.text_of("casesensitive") == "1":
        draft.note(Message("capital and small letters count there, not here"))
    if node.text_of("noduplicates") == "1":
        draft.note(Message("the same word in two gaps counts twice here"))
    if is_list:
        draft.note(Message("words to drag become lists to choose from"), Weight.FACT)
    elif has_wrong:
        draft.note(Message("the wrong words to choose from aren't kept: its gaps are typed here"))
