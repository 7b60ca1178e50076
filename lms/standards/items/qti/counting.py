"""What the items of a package amount to, told by a survey before one of them is read."""

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress

from lms.standards.items.model import NotUnderstood, check_count
from lms.standards.items.pictures.gallery import Gallery
from lms.standards.items.qti.archive import Archive
from lms.standards.items.qti.pictures.files import Beside
from lms.standards.items.xml.reading import Broken, Budget, survey
from lms.web.i18n import LANGUAGES

ADDRESSES = {"img": "src", "object": "data"}


class _Item:
    """What the survey of one item meets: what it shares with its translations, its pictures."""

    def __init__(self) -> None:
        self.label = ""
        self.language = ""
        self.base = ""
        self.addresses: list[str] = []

    def __call__(self, depth: int, tag: str, attributes: Mapping[str, str]) -> None:
        if depth == 1:
            named = {name.rpartition("\n")[2]: value for name, value in attributes.items()}
            self.label = named.get("label") or named.get("identifier", "")
            spoken = named.get("lang", "")[:2].lower()
            self.language = spoken if spoken in LANGUAGES else ""
            self.base = named.get("base", "")
        elif tag in ADDRESSES and ADDRESSES[tag] in attributes:
            self.addresses.append(attributes[ADDRESSES[tag]])


def refuse_hostile(
    archive: Archive, names: list[str], *, budget: Budget, gallery: Gallery, language: str
) -> None:
    """Raise Unreadable where one item is hostile, or they or their pictures are too many together.

    Items of one label in different languages may be one question.
    """
    seen: Counter[tuple[str, str]] = Counter()
    for name, times in Counter(names).items():
        item = _Item()
        if name in archive:
            with suppress(Broken):  # told in its turn
                survey(archive.read(name), budget=budget, file=name, part=1, witness=item)
            beside = Beside(gallery, archive, name, item.base)
            for address in item.addresses:
                with suppress(NotUnderstood):
                    beside.weigh(address)
        seen[item.label or name, item.language or language] += times
    translated = Counter(label for label, _ in seen)
    check_count(sum(seen.values()) - sum(count - 1 for count in translated.values()))
