"""What a certificate's record keeps of the moment of issue; it never changes afterwards,
but that an erasure takes the name from it.

A snapshot is a plain map: ``holder`` (family_name, given_name, patronymic), ``unit`` (ru, en; or
None), ``course`` (title by language), ``version`` (number), ``hours`` (academic, as text),
``percent`` (of the exam, or None), ``issuer`` (ru, en).
"""

import hashlib
import hmac
import re
import unicodedata
from typing import Any

from flask_babel import gettext as _

from lms.catalog.models import CourseVersion
from lms.core.database import fold
from lms.core.settings import Settings
from lms.people.models import OrganisationUnit, Person

NAME_PARTS = ("family_name", "given_name", "patronymic")
# Typed in many ways or not at all: apostrophes, and what takes no room (soft hyphens, joiners).
_LEFT_OUT = re.compile("['ʹʻʼ‘’‛`´′＇\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
# Dashes of any kind, and signs of a sentence or a list that a name stands in.
_APART = re.compile(r'[‐-―−⁃˗⸺⸻.,;:«»“”„"()-]+')


def take(
    *,
    holder: Person,
    unit: OrganisationUnit | None,
    version: CourseVersion,
    percent: float | None,
    settings: Settings,
) -> dict[str, Any]:
    """Return the snapshot of these records as they are now."""
    return {
        "holder": {part: getattr(holder, part) for part in NAME_PARTS},
        "unit": None if unit is None else {"ru": unit.name_ru, "en": unit.name_en},
        "course": dict(version.title),
        "version": version.number,
        "hours": str(version.hours),
        "percent": percent,
        "issuer": settings.issuer,
    }


def is_erased(snapshot: dict[str, Any]) -> bool:
    """Tell whether the holder's name was taken from the record; see ``disclosure.held``."""
    return not any(snapshot["holder"].values())


def erased_name() -> str:
    """Return what pages say in place of a name that was taken away."""
    return str(_("Holder’s data erased"))


def shown_name(snapshot: dict[str, Any]) -> str:
    """Return the holder's full name, or that it was erased, for a page."""
    return erased_name() if is_erased(snapshot) else full_name(snapshot)


def full_name(snapshot: dict[str, Any]) -> str:
    """Return the holder's full name as of issue."""
    return " ".join(snapshot["holder"][part] for part in NAME_PARTS if snapshot["holder"][part])


def sort_name(snapshot: dict[str, Any]) -> str:
    """Return what the holder's name is sorted and found by; nothing where it was taken away."""
    return str(fold(full_name(snapshot)))


def masked_name(snapshot: dict[str, Any]) -> str:
    """Return the first letters of the holder's names; nothing else of them, not their length."""
    if is_erased(snapshot):
        return erased_name()
    parts = (snapshot["holder"][part] for part in NAME_PARTS)
    return " ".join(f"{part[0].upper()}…" for part in parts if part)


def in_language(texts: dict[str, Any] | None, language: str) -> str:
    """Return a text in ``language``, else in the other one, else nothing."""
    if not texts:
        return ""
    return str(texts.get(language) or next((text for text in texts.values() if text), ""))


def comparable(name: str) -> bytes:
    """Return what two spellings of one name have in common.

    Case, ё and е, spaces, apostrophes, commas and full stops, and the order of the parts don't
    count; a dash counts as a space (Мамед-кызы, Мамед кызы).
    """
    plain = unicodedata.normalize("NFKC", _LEFT_OUT.sub("", name))  # full width, such as － and Ａ
    folded = fold(_APART.sub(" ", plain)) or ""
    return hashlib.sha256(" ".join(sorted(folded.split())).encode()).digest()


def is_name_of(snapshot: dict[str, Any] | None, name: str) -> bool:
    """Tell, in a time that doesn't depend on the names, whether ``name`` is the holder's.

    False without a snapshot.
    """
    actual = full_name(snapshot) if snapshot else ""
    same = hmac.compare_digest(comparable(actual), comparable(name))
    return same and snapshot is not None
