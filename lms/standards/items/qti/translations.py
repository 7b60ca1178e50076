"""Items of a package that say the same in two languages, joined into one.

QTI holds one language in an item: an export writes an item for each, under one ``label`` and with
the same identifiers inside.
"""

from collections.abc import Iterator
from dataclasses import replace

from lms.assessment.kinds.arranging import right_keys
from lms.assessment.kinds.values import AuthoredItem, Criterion, Texts
from lms.catalog.messages import Message
from lms.standards.items.model import Found
from lms.standards.items.qti.reading import Single


class Translations:
    """Gathers items in their order; those with one label are joined where they fit."""

    def __init__(self) -> None:
        self._found: dict[int, Found] = {}
        self._by_label: dict[str, tuple[int, set[str]]] = {}

    def take(self, single: Single) -> None:
        """Take an item in one language."""
        place, languages = self._by_label.get(single.label, (None, set[str]()))
        if place is not None and single.language not in languages:
            joined = joined_items(self._found[place].item, single.found.item)
            if joined is not None:
                first = self._found[place]
                notes = tuple(dict.fromkeys((*first.notes, *single.found.notes)))
                self._found[place] = replace(first, item=joined, notes=notes)
                languages.add(single.language)
                return
            single = replace(
                single,
                found=single.found.noted(
                    Message("it differs from its translation, so it stays a question of its own")
                ),
            )
        number = len(self._found)
        self._found[number] = single.found
        self._by_label.setdefault(single.label, (number, {single.language}))

    def joined(self) -> Iterator[Found]:
        """Yield the items in the order of their first language."""
        yield from self._found.values()


def joined_items(one: AuthoredItem, other: AuthoredItem) -> AuthoredItem | None:
    """Return both languages in one item; None when more than the texts differs."""
    if _shape(one) != _shape(other):
        return None
    unit = _both(one.unit or {}, other.unit or {})
    return replace(
        one,
        prompt=_both(one.prompt, other.prompt),
        explanation=_both(one.explanation, other.explanation),
        options=tuple(
            replace(a, text=_both(a.text, b.text), explanation=_both(a.explanation, b.explanation))
            for a, b in zip(one.options, other.options, strict=True)
        ),
        pairs=tuple(
            replace(a, left=_both(a.left, b.left), right=_both(a.right, b.right))
            for a, b in zip(one.pairs, other.pairs, strict=True)
        ),
        distractors=tuple(
            replace(a, text=_both(a.text, b.text))
            for a, b in zip(one.distractors, other.distractors, strict=True)
        ),
        steps=tuple(
            replace(a, text=_both(a.text, b.text))
            for a, b in zip(one.steps, other.steps, strict=True)
        ),
        text=_both(one.text, other.text),
        gaps=tuple(
            replace(
                a,
                accepted={**a.accepted, **b.accepted},
                distractors={**a.distractors, **b.distractors},
            )
            for a, b in zip(one.gaps, other.gaps, strict=True)
        ),
        rubric=tuple(_criterion(a, b) for a, b in zip(one.rubric, other.rubric, strict=True)),
        figure=_both(one.figure, other.figure),
        alt=_both(one.alt, other.alt),
        areas=tuple(
            replace(
                a, explanation=_both(a.explanation, b.explanation), label=_both(a.label, b.label)
            )
            for a, b in zip(one.areas, other.areas, strict=True)
        ),
        unit=unit or None,
        accepted={**one.accepted, **other.accepted},
    )


def _criterion(one: Criterion, other: Criterion) -> Criterion:
    levels = zip(one.levels, other.levels, strict=True)
    return replace(
        one, text=_both(one.text, other.text), levels=tuple(_both(a, b) for a, b in levels)
    )


def _both(one: Texts, other: Texts) -> Texts:
    return {**one, **other}


def _shape(item: AuthoredItem) -> tuple[object, ...]:
    return (
        item.kind,
        item.points,
        [(option.key, option.correct) for option in item.options],
        item.truth,
        right_keys(item.pairs),
        [entry.key for entry in item.distractors],
        [step.key for step in item.steps],
        item.value,
        item.tolerance,
        [(criterion.key, criterion.points, len(criterion.levels)) for criterion in item.rubric],
        [(gap.key, len(next(iter(gap.distractors.values()), ()))) for gap in item.gaps],
        item.words,
        item.examiners,
        item.files,
        item.marks,
        [(area.key, area.shape, area.numbers, area.correct) for area in item.areas],
    )
