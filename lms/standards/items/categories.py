"""Moodle's paths of categories: ``$course$/top/Rules//of the house/Deadlines``."""

import re

from lms.assessment.kinds.values import Texts
from lms.catalog.source.content import is_key
from lms.standards.items.model import Category
from lms.standards.items.texts.reading import TextReader

ROOTS = re.compile(r"\$\w*\$|top", re.IGNORECASE)
SLASH = "\ue020"


def steps_of(path: str) -> list[str]:
    """Return the names along a path, without its roots; ``//`` is a slash in a name."""
    names = [name.replace(SLASH, "/").strip() for name in path.replace("//", SLASH).split("/")]
    while names and (not names[0] or ROOTS.fullmatch(names[0])):
        names.pop(0)
    return [name for name in names if name]


def category_of(path: str, language: str, key: str = "") -> Category | None:
    """Return the last category of a path; None for a path of roots alone."""
    names = steps_of(path[:2000])
    if not names and not is_key(key):
        return None
    name = names[-1] if names else key
    title: Texts = TextReader(language).plain(name[:300])
    return Category(key if is_key(key) else name if is_key(name) else "", title)


def path_of(name: str) -> str:
    """Return the path of a category right under the course's top."""
    return f"$course$/top/{' '.join(name.split()).replace('/', '//')}"
