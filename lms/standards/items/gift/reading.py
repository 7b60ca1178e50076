"""GIFT files read: each block a question, a category or a comment."""

import re
from functools import partial

from lms.catalog.messages import Message
from lms.standards.items import limits
from lms.standards.items.categories import category_of, steps_of
from lms.standards.items.decoding import decode as decoded
from lms.standards.items.drafting import Draft, attempt
from lms.standards.items.gift.answers import Answers, form_of
from lms.standards.items.gift.scanning import CATEGORY, Block, blocks, decode
from lms.standards.items.model import (
    Category,
    Found,
    NotUnderstood,
    Place,
    Reading,
    Weight,
    check_count,
    too_long,
)
from lms.standards.items.tags import Tagged
from lms.standards.items.texts.reading import TextForm

TITLE = re.compile(r"\s*::(.*?)::", re.DOTALL)
GAP = "_____"


def read_gift(content: bytes, *, language: str) -> Reading:
    """Read a GIFT file; texts that name no language are in ``language``."""
    reading = Reading()
    category: Category | None = None
    named = remarks = 0
    counted = _counted(decoded(content))
    reading.effort.begin()
    for block in counted:
        remarks += block.remarks
        if block.is_empty:
            continue
        heading = CATEGORY.match(block.lines[0])
        if heading:
            category = _category(reading, heading.group(1), block, language)
            continue
        if block.length > limits.BLOCK_CHARACTERS:
            reading.reject(Place(block.line), too_long().reason)
            continue
        title, rest = _title(block)
        named += bool(title)
        place = Place(block.line + _leading(block), 0, title)
        attempt(reading, place, partial(_question, block, rest, place, category, language))
    if remarks:
        message = Message("comments aren't kept (lines: %(count)s)", count=remarks)
        reading.note(Place(), message, Weight.FACT)
    if named:
        reading.remark_names(named)
    return reading


def _counted(text: str) -> list[Block]:
    """Return the blocks. Raises Unreadable for too many categories or questions."""
    found = []
    categories = questions = 0
    for block in blocks(text):
        is_category = CATEGORY.match(block.lines[0]) is not None
        categories += is_category
        questions += not is_category and not block.is_empty
        check_count(max(categories, questions))
        found.append(block)
    return found


def _category(reading: Reading, path: str, block: Block, language: str) -> Category | None:
    names = steps_of(path[:2000])
    if len(names) > 1:
        reading.note(
            Place(block.line),
            Message(
                "of the category “%(path)s” only the last name is used", path=path.strip()[:200]
            ),
        )
    return category_of(path, language)


def _leading(block: Block) -> int:
    """Return how many comment lines stand before the question's first line."""
    return next((n for n, line in enumerate(block.lines) if line.strip()), 0)


def _title(block: Block) -> tuple[str, str]:
    text = block.text
    match = TITLE.match(text)
    if match is None:
        return "", text
    return " ".join(decode(match.group(1)).split())[:200], text[match.end() :]


def _question(
    block: Block, text: str, place: Place, category: Category | None, language: str
) -> Found:
    draft = Draft(language, place)
    draft.category = category
    draft.take_key(block.name)
    tagged = Tagged(draft, block.tags)
    before, inner, after = _braces(block, text)
    form, before = form_of(before, TextForm.AUTO)
    prompt, rest = _line(before), _line(after)
    if rest:
        gap = GAP if form is not TextForm.MARKDOWN else GAP.replace("_", "\\_")
        prompt = f"{prompt} {gap} {rest}" if rest[:1].isalnum() else f"{prompt} {gap}{rest}"
    draft.prompt = draft.texts.texts(prompt.strip(), form)
    return Answers(draft, tagged, form).read(inner)


def _line(encoded: str) -> str:
    return decode(" ".join(encoded.split("\n"))).strip()


def _braces(block: Block, text: str) -> tuple[str, str, str]:
    """Return the text before, between and after the braces. Raises NotUnderstood with its line."""
    begin = text.find("{")
    if begin < 0:
        if "}" in text:
            raise NotUnderstood(Message("a brace } closes nothing"), line=_at(block, text, "}"))
        raise NotUnderstood(Message("it has no answers: a description, not a question"))
    end = text.find("}", begin)
    if end < 0:
        raise NotUnderstood(
            Message("the brace { is not closed before the blank line"), line=_at(block, text, "{")
        )
    inner, after = text[begin + 1 : end], text[end + 1 :]
    if "{" in inner:
        raise NotUnderstood(
            Message("a brace { stands inside the answers; as text it is written \\{"),
            line=_at(block, text, "{"),
        )
    if "{" in after or "}" in after:
        raise NotUnderstood(
            Message("it has more than one block of answers; a blank line parts questions"),
            line=_at(block, text, "}"),
        )
    return text[:begin], inner, after


def _at(block: Block, text: str, mark: str) -> int:
    """Return the line of the first ``mark``; ``text`` is the end of the block's."""
    whole = block.text
    offset = whole.find(mark, len(whole) - len(text))
    return block.line + whole.count("\n", 0, max(offset, 0))
