"""What one version of a design changed of the one before, in words for the history."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from lms.certification.designs.sheet.faces import Emblem, Face, Part, Signatory, changed
from lms.certification.designs.sheet.placeholders import Placeholder
from lms.certification.designs.sheet.styles import Accent, Layout
from lms.web.i18n import LANGUAGES, localised

LAYOUT_NAMES = {
    Layout.CLASSIC: _l("Classic, landscape: a frame and a seal"),
    Layout.BAND: _l("Modern, landscape: a band of colour"),
    Layout.PORTRAIT: _l("Upright: a fine frame"),
}
ACCENT_NAMES = {
    Accent.NAVY: _l("Navy blue"),
    Accent.BURGUNDY: _l("Burgundy"),
    Accent.FOREST: _l("Forest green"),
    Accent.PLUM: _l("Plum"),
    Accent.TEAL: _l("Teal"),
    Accent.GRAPHITE: _l("Graphite"),
}
PART_NAMES = {
    Part.CENTRE: _l("Training centre"),
    Part.HEADING: _l("Heading"),
    Part.SUBTITLE: _l("Line under the heading"),
    Part.OPENING: _l("Line above the name"),
    Part.WORDING: _l("Wording"),
    Part.WORDING_WITHOUT_EXAM: _l("Wording without an exam"),
    Part.NOTE: _l("Note beside the number"),
}
PART_HINTS = {
    Part.CENTRE: _l("Empty: the name of the training centre at issue."),
    Part.WORDING: _l("Between the name and the course; only here {score} is possible."),
    Part.WORDING_WITHOUT_EXAM: _l("Of courses that end without an exam."),
}
PLACEHOLDER_NAMES = {
    Placeholder.HOLDER: _l("full name"),
    Placeholder.COURSE: _l("title of the course"),
    Placeholder.HOURS: _l("academic hours, a number"),
    Placeholder.SCORE: _l("result of the final exam in percent"),
    Placeholder.DATE: _l("date of issue"),
    Placeholder.VALIDITY: _l("last valid day, or that it doesn’t expire"),
    Placeholder.NUMBER: _l("number of the certificate"),
    Placeholder.CENTRE: _l("name of the training centre"),
}
NAMES: dict[str, Any] = {
    "layout": _l("Layout"),
    "accent": _l("Colour"),
    "emblem": _l("Emblem"),
    "signatories": _l("Signatories"),
    **{part.value: name for part, name in PART_NAMES.items()},
}


@dataclass(frozen=True)
class Change:
    """One thing that differs; texts with the language they are in, empty for what has none."""

    name: Any
    before: Any
    after: Any
    language: str = ""


def changes(before: Face, after: Face) -> list[Change]:
    """Return what differs, in the order of the form."""
    return [one for name in changed(before, after) for one in _of(name, before, after)]


def _of(name: str, before: Face, after: Face) -> Iterator[Change]:
    if name in {part.value for part in Part}:
        part = Part(name)
        for language in LANGUAGES:
            old, new = before.texts[part][language], after.texts[part][language]
            if old != new:
                yield Change(NAMES[name], old, new, language)
        return
    yield Change(NAMES[name], shown(getattr(before, name)), shown(getattr(after, name)))


def shown(value: Any) -> Any:
    """Return a part of a face in words."""
    if isinstance(value, Layout):
        return LAYOUT_NAMES[value]
    if isinstance(value, Accent):
        return ACCENT_NAMES[value]
    if isinstance(value, Emblem):
        return localised(dict(value.alt)) or _l("a picture without a description")
    if isinstance(value, tuple):
        return "; ".join(_signatory(one) for one in value)
    return ""


def _signatory(one: Signatory) -> str:
    with_signature = _l("with a signature")
    signed = f" ({with_signature})" if one.picture else ""
    return f"{localised(dict(one.name))}, {localised(dict(one.position))}{signed}"
