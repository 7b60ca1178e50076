"""An item of a file brought together with the item of the bank that it is a state of.

What the file doesn't speak of (another language, a level, the keys of options) stays as it is in
the bank, and a text that only spells its Markdown otherwise is no change: so the same file twice
makes no new version.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from itertools import count
from typing import TypeVar

from lms.assessment.kinds.values import Area, AuthoredItem, Criterion, Entry, Option, Pair, Texts
from lms.assessment.source.checks import gap_faults
from lms.core.database import fold
from lms.standards.items.kinds.hotspots import WRONG
from lms.standards.items.texts.images import in_words
from lms.standards.items.texts.portable import plain_of, shows_the_same

OF_ESSAYS = {"rubric", "words", "examiners", "files"}
FIELDS = {field.name for field in fields(AuthoredItem)}
Row = TypeVar("Row", Option, Pair, Entry)


def merged(old: AuthoredItem, new: AuthoredItem, unstated: frozenset[str]) -> AuthoredItem:
    """Return ``new`` as the next state of ``old``."""
    kept = {name: getattr(old, name) for name in unstated if name in FIELDS}
    if old.kind is not new.kind:
        foreign = OF_ESSAYS | ({"points"} if new.rubric else set())
        return replace(
            new, key=old.key, **{name: kept[name] for name in kept if name not in foreign}
        )
    new = _with_gaps(old, replace(new, key=old.key, **kept))
    taken: set[str] = set()
    return replace(
        new,
        prompt=_texts(old.prompt, new.prompt),
        explanation=_texts(old.explanation, new.explanation),
        options=_rows(old.options, new.options, lambda o: o.text, _option, "o", taken),
        pairs=_rows(old.pairs, new.pairs, lambda p: p.left, _pair, "p", taken),
        distractors=_rows(
            old.distractors, new.distractors, lambda e: e.text, _distractor, "d", taken
        ),
        steps=_rows(old.steps, new.steps, lambda e: e.text, _entry, "s", taken),
        rubric=tuple(_criterion(old, criterion) for criterion in new.rubric),
        points=_points(old, new, unstated),
        figure={**old.figure, **new.figure},
        alt=_texts(old.alt, new.alt, inline=True),
        areas=_areas(old, new, unstated),
        value=old.value if old.value == new.value else new.value,
        tolerance=old.tolerance if old.tolerance == new.tolerance else new.tolerance,
        unit=_unit(old.unit, new.unit),
        accepted={**old.accepted, **new.accepted},
    )


def _with_gaps(old: AuthoredItem, new: AuthoredItem) -> AuthoredItem:
    """Return ``new`` with what the old text and gaps say in the language it lacks.

    Gaps of another number or nature leave no place for the old text.
    """
    shapes = [{gap.key: gap.is_choice for gap in item.gaps} for item in (old, new)]
    if not new.gaps or shapes[0] != shapes[1]:
        return new
    before = {gap.key: gap for gap in old.gaps}
    gaps = tuple(
        replace(
            gap,
            accepted={**before[gap.key].accepted, **gap.accepted},
            distractors={**before[gap.key].distractors, **gap.distractors},
        )
        for gap in new.gaps
    )
    text = _texts(old.text, new.text)
    if any(True for _ in gap_faults(text, gaps)):
        return new
    return replace(new, text=text, gaps=gaps)


def _areas(old: AuthoredItem, new: AuthoredItem, unstated: frozenset[str]) -> tuple[Area, ...]:
    """Return the areas; those of the same numbers go on, wrong ones that no file tells of too."""
    left = {(area.shape, area.numbers, area.correct): area for area in new.areas}
    rows = []
    for area in old.areas:
        again = left.pop((area.shape, area.numbers, area.correct), None)
        if again is not None:
            explanation = _texts(area.explanation, again.explanation)
            label = _texts(area.label, again.label, inline=True)
            rows.append(replace(area, explanation=explanation, label=label))
        elif WRONG in unstated and not area.correct:
            rows.append(area)
    taken = {area.key for area in rows}
    for area in left.values():
        key = area.key if area.key not in taken else _free("a", taken)
        taken.add(key)
        rows.append(replace(area, key=key))
    return tuple(rows)


def _criterion(old: AuthoredItem, new: Criterion) -> Criterion:
    before = next((criterion for criterion in old.rubric if criterion.key == new.key), None)
    if before is None:
        return new
    levels = new.levels
    if len(before.levels) == len(levels):
        levels = tuple(
            _texts(*both, inline=True) for both in zip(before.levels, levels, strict=True)
        )
    return replace(new, text=_texts(before.text, new.text, inline=True), levels=levels)


def _points(old: AuthoredItem, new: AuthoredItem, unstated: frozenset[str]) -> int:
    """Return the points; an essay's are always those of its rubric."""
    if not new.rubric:
        return new.points
    return old.points if "rubric" in unstated else sum(c.points for c in new.rubric)


def is_state_of(old: AuthoredItem, new: AuthoredItem) -> bool:
    """Tell whether two items of one key can be the same question.

    Other tools call their items ``q1`` or ``choice``: a file must not overwrite a question that has
    nothing in common with its own. One whose text is wholly new but for an answer is still itself.
    """
    shared = [language for language in new.prompt if old.prompt.get(language)]
    if not shared:
        return True
    for language in shared:
        before, after = (_words(_asked(item, language)) for item in (old, new))
        if before & after and len(before & after) * 5 >= min(len(before), len(after)):
            return True
    return bool(_answers(old) & _answers(new))


def _asked(item: AuthoredItem, language: str) -> str:
    """Return what tells the question from others; texts with gaps may share their task."""
    return item.text.get(language) or item.prompt[language]


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", fold(text) or "") if len(word) > 2} or {text}


def _answers(item: AuthoredItem) -> set[str]:
    texts = [
        *(option.text for option in item.options),
        *(pair.left for pair in item.pairs),
        *(step.text for step in item.steps),
    ]
    wordings = [wording for wordings in item.accepted.values() for wording in wordings]
    return {text for shown in texts for text in shown.values()} | set(wordings)


def _texts(old: Texts, new: Texts, *, inline: bool = False) -> Texts:
    same = {
        language
        for language, text in new.items()
        if language in old
        and any(
            shows_the_same(before, text, language, inline=inline)
            for before in {old[language], in_words(old[language])}  # as a file without pictures
        )
    }
    kept = {language: text for language, text in old.items() if language not in new}
    return {
        **{language: old[language] if language in same else text for language, text in new.items()},
        **kept,
    }


def _unit(old: Texts | None, new: Texts | None) -> Texts | None:
    return {**(old or {}), **(new or {})} or None


def _option(old: Option, new: Option, key: str) -> Option:
    return replace(
        new,
        key=key,
        text=_texts(old.text, new.text, inline=True),
        explanation=_texts(old.explanation, new.explanation),
    )


def _pair(old: Pair, new: Pair, key: str) -> Pair:
    return Pair(key, _texts(old.left, new.left, inline=True), _right(old.right, new.right))


def _distractor(old: Entry, new: Entry, key: str) -> Entry:
    return Entry(key, _right(old.text, new.text))


def _right(old: Texts, new: Texts) -> Texts:
    """Return a right side; no format of Moodle's holds its formatting, so the words decide."""
    said = {
        code: old[code] if _same_words(old.get(code), text, code) else text
        for code, text in new.items()
    }
    return _texts(old, said, inline=True)


def _same_words(old: str | None, new: str, language: str) -> bool:
    return old is not None and plain_of(old, language) == plain_of(new, language)


def _entry(old: Entry, new: Entry, key: str) -> Entry:
    return Entry(key, _texts(old.text, new.text, inline=True))


def _rows(
    old: Sequence[Row],
    new: Sequence[Row],
    text_of: Callable[[Row], Texts],
    join: Callable[[Row, Row, str], Row],
    prefix: str,
    taken: set[str],
) -> tuple[Row, ...]:
    """Return the new rows; each that shows the text of an old one continues that."""
    left = list(old)
    partners: list[Row | None] = []
    for row in new:
        partner = next((o for o in left if _alike(text_of(o), text_of(row))), None)
        if partner is not None:
            left.remove(partner)
        partners.append(partner)
    taken |= {partner.key for partner in partners if partner is not None}
    rows = []
    for row, partner in zip(new, partners, strict=True):
        if partner is not None:
            rows.append(join(partner, row, partner.key))
        else:
            key = row.key if row.key not in taken else _free(prefix, taken)
            taken.add(key)
            rows.append(replace(row, key=key))
    return tuple(rows)


def _free(prefix: str, taken: set[str]) -> str:
    return next(key for number in count(1) if (key := f"{prefix}{number}") not in taken)


def _alike(old: Texts, new: Texts) -> bool:
    shared = [language for language in new if language in old]
    return bool(shared) and all(
        shows_the_same(old[language], new[language], language, inline=True)
        or _same_words(old[language], new[language], language)
        for language in shared
    )
