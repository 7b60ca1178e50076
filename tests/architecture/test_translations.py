"""Every text a reader sees is translated."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from babel.messages import extract, pofile
from babel.messages.catalog import Catalog

from lms.web.i18n import CATALOGUES, TRANSLATIONS
from tests.architecture.sources import PROJECT

KEYWORDS = {
    **extract.DEFAULT_KEYWORDS,
    "_l": None,
    "Message": None,
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


def extracted() -> Iterator[tuple[str, object]]:
    """Yield (place, message id) of all translatable texts."""
    for folder, files, method in (
        ("lms", "**.py", "python"),
        ("templates", "**.html", "jinja2"),
        ("templates", "emails/**.txt", "jinja2"),
    ):
        found = extract.extract_from_dir(
            PROJECT / folder,
            method_map=[(files, method)],
            keywords=KEYWORDS,
            strip_comment_tags=True,
        )
        for name, line, message, _comments, context in found:
            yield f"{folder}/{name}:{line}", (context, message)


def catalogues() -> dict[str, Catalog]:
    """Return the Russian catalogues by name."""
    found = {}
    for name in CATALOGUES:
        file = TRANSLATIONS / "ru" / "LC_MESSAGES" / f"{name}.po"
        if file.exists():
            with file.open("rb") as stream:
                found[name] = pofile.read_po(stream)
    return found


def test_every_text_has_a_russian_translation() -> None:
    known = set()
    for catalogue in catalogues().values():
        for message in catalogue:
            texts = message.string if isinstance(message.string, tuple) else (message.string,)
            if message.id and all(texts) and not message.fuzzy:
                known.add(
                    (
                        message.context,
                        message.id if isinstance(message.id, str) else tuple(message.id),
                    )
                )
    wanted = list(extracted())
    assert wanted
    missing = [
        f"{place}: {message!r}"
        for place, (context, message) in wanted  # type: ignore[misc]
        if (context, message if isinstance(message, str) else tuple(m for m in message if m))
        not in known
    ]
    assert missing == []


def test_translations_fill_the_same_gaps_as_their_originals() -> None:
    wrong = []
    for name, catalogue in catalogues().items():
        for message in catalogue:
            ids = message.id if isinstance(message.id, tuple) else (message.id,)
            texts = message.string if isinstance(message.string, tuple) else (message.string,)
            wanted = {gap for text in ids for gap in PLACEHOLDER.findall(text)}
            for text in texts:
                extra = set(PLACEHOLDER.findall(text)) - wanted
                if extra:
                    wrong.append(f"{name}: {message.id!r} has {extra}")
    assert wrong == []


@pytest.mark.parametrize("name", CATALOGUES)
def test_catalogues_count_the_russian_way(name: str) -> None:
    catalogue = catalogues().get(name)
    assert catalogue is None or catalogue.num_plurals == 3


def test_each_text_is_translated_once() -> None:
    """Catalogues are merged: of two translations one would silently win."""
    counted = Counter(
        (message.context, message.id)
        for catalogue in catalogues().values()
        for message in catalogue
        if message.id
    )
    assert [text for text, times in counted.items() if times > 1] == []


def test_each_catalogue_counts_as_russian_does() -> None:
    """The rule of plurals follows from the catalogue's language: one without it counts in English."""
    paths = list(TRANSLATIONS.glob("ru/*/*.po"))
    assert paths
    assert [path for path in paths if '"Language: ru\\n"' not in path.read_text()] == []
