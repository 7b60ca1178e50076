"""How question statistics speak: flags with what to do about them, options, readings of figures."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.assessment.authoring.words import plain_text
from lms.assessment.models import ItemKind
from lms.people.models import OrganisationUnit
from lms.reporting.asked_versions import ELSEWHERE, TRUE_FALSE, AskedVersion
from lms.reporting.item_analysis.flags import Flag, FlagKind
from lms.web.i18n import localised

FLAG_NAMES = {
    FlagKind.WRONG_KEY: _l("Key may be wrong"),
    FlagKind.NEGATIVE: _l("The strong do worse"),
    FlagKind.TWO_RIGHT: _l("Two options look right"),
    FlagKind.LOW: _l("Tells little"),
    FlagKind.GROUPS: _l("Differs by place"),
    FlagKind.HARD: _l("Very hard"),
    FlagKind.EASY: _l("Very easy"),
    FlagKind.UNUSED: _l("Option nobody takes"),
    FlagKind.UNTAKEN: _l("Reply nobody gives"),
    FlagKind.UNREACHED: _l("End nobody comes to"),
    FlagKind.UNFINISHED: _l("Often broken off"),
    FlagKind.EMPTY: _l("Often left empty"),
    FlagKind.SLOW: _l("Slow"),
}
FLAG_NOTES = {
    FlagKind.WRONG_KEY: _l(
        "People who do well in the rest of the exam choose an option that counts as wrong more "
        "often than people who do badly. Check the scoring key first: perhaps that option is "
        "right, or became right when a rule changed."
    ),
    FlagKind.NEGATIVE: _l(
        "People who do well in the rest of the exam answer this question worse than those who do "
        "badly. Check the scoring key, then whether the wording leads astray those who know more."
    ),
    FlagKind.TWO_RIGHT: _l(
        "Even the strongest third is split between the right option and another one. Make plain "
        "in the wording what sets the right option apart, or accept both."
    ),
    FlagKind.LOW: _l(
        "Whether someone answers this rightly has almost nothing to do with the rest of the exam. "
        "See whether the wording is clear, and whether the question belongs to this exam."
    ),
    FlagKind.GROUPS: _l(
        "Equally strong people answer differently depending on where they work. Perhaps the matter "
        "is handled differently there, or was not taught: ask before changing the question."
    ),
    FlagKind.HARD: _l(
        "Few people earn the points. Check the key and the wording; if both are sound, the lesson "
        "may not teach it."
    ),
    FlagKind.EASY: _l(
        "Almost everybody earns the points, so the question tells nobody apart. Keep it if all "
        "must know this; otherwise ask something harder."
    ),
    FlagKind.UNUSED: _l(
        "Among the wrong answers nobody takes this option, so it only costs reading time. Replace "
        "it by a mistake that people really make, or drop it."
    ),
    FlagKind.UNTAKEN: _l(
        "People come to this place of the conversation and nobody ever takes this branch. Replace "
        "the reply by one that people really give, or drop it."
    ),
    FlagKind.UNREACHED: _l(
        "Nobody's conversation ever ends here. See whether the way there is one that anybody would "
        "choose."
    ),
    FlagKind.UNFINISHED: _l(
        "Many begin the conversation and come to no end, which earns nothing. Perhaps it is too "
        "long, or time ran out."
    ),
    FlagKind.EMPTY: _l(
        "Many leave the question without an answer. It may be unclear what is asked or how to "
        "answer, or time ran out."
    ),
    FlagKind.SLOW: _l(
        "Answers take more than twice as long as with the typical question. Shorten the text, or "
        "allow for it in the time limit."
    ),
}
OUTCOMES = {
    "full": _l("All points"),
    "part": _l("Part of the points"),
    "none": _l("No points"),
    "empty": _l("Left empty"),
}
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def option_texts(version: AskedVersion) -> dict[str, str]:
    """Return what each option says, in the reader's language."""
    if version.kind is ItemKind.TRUE_FALSE:
        return dict(zip(TRUE_FALSE, (_("True"), _("False")), strict=True))
    if version.kind is ItemKind.HOTSPOT:
        return area_texts(version)
    return {option["key"]: plain_text(option["text"]) for option in version.content["options"]}


def area_texts(version: AskedVersion) -> dict[str, str]:
    """Return what lies in each area of a picture: its description, else its place among them."""
    [first, *_others] = version.answers
    words = {entry["key"]: plain_text(entry["text"]) for entry in version.content["described"]}
    labels = {area: words[key] for key, area in first["described"].items()}
    texts = {
        area["key"]: labels.get(area["key"]) or _("Area %(number)d", number=number)
        for number, area in enumerate(first["areas"], start=1)
    }
    return {**texts, ELSEWHERE: _("Beside all areas")}


def branch_texts(version: AskedVersion) -> dict[str, str]:
    """Return what is said at each turn and in each reply of a dialogue, with the author's keys."""
    [answer, *_others] = version.answers
    texts = {}
    for turn in version.content["turns"]:
        name = answer["turn_names"][turn["key"]]
        texts[turn["key"]] = f"{name}: {plain_text(turn['says'])}"
        for reply in turn["replies"]:
            texts[reply["key"]] = f"{name}: {plain_text(reply['text'])}"
    return texts


def option_letters(version: AskedVersion) -> dict[str, str]:
    """Return a letter for each option, in the author's order; candidates saw them shuffled."""
    return dict(zip(version.options, LETTERS, strict=False))


def about(flag: Flag, version: AskedVersion, units: dict[str, OrganisationUnit]) -> Sequence[str]:
    """Return the names of the options or units a flag is about."""
    if flag.kind is FlagKind.GROUPS:
        return [localised(units[path]) for path in flag.about if path in units]
    if flag.kind in (FlagKind.UNTAKEN, FlagKind.UNREACHED):
        says = branch_texts(version)
        return [says[key] for key in flag.about]
    letters, texts = option_letters(version), option_texts(version) if flag.about else {}
    return [f"{letters[key]}. {texts[key]}" for key in flag.about]


def reading_of_alpha(alpha: float) -> Any:
    """Return what a reliability means, in words."""
    if alpha >= 0.9:
        return _l("high: enough for decisions about single people")
    if alpha >= 0.8:
        return _l("good")
    if alpha >= 0.7:
        return _l("fair: enough for training, little for decisions near the pass mark")
    if alpha >= 0.5:
        return _l("weak: near the pass mark chance has a large say")
    return _l("low: results are mostly chance")
