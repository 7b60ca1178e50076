"""Icons as inline SVG, from the files beside the templates."""

from functools import cache, lru_cache

from markupsafe import Markup

from lms.core.settings import PROJECT

FOLDER = PROJECT / "templates" / "components" / "icons"
NAMES = frozenset(path.stem for path in FOLDER.glob("*.svg"))
KEPT = 2000  # a page has dozens, most of them the same as on the page before


@lru_cache(maxsize=KEPT)
def icon(name: str, label: str | None = None, size: int = 20) -> Markup:
    """Return the icon ``name``, ``size`` CSS pixels high; with a ``label`` it says something.

    Raises KeyError for an unknown name.
    """
    told = (
        Markup('role="img" aria-label="{}"').format(label)
        if label
        else Markup('aria-hidden="true" focusable="false"')
    )
    return Markup(
        '<svg class="icon" width="{0}" height="{0}" viewBox="0 0 24 24" {1}>{2}</svg>'
    ).format(size, told, _shape(name))


@cache
def _shape(name: str) -> Markup:
    if name not in NAMES:
        raise KeyError(f"there is no icon {name}")
    text = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    return Markup(text.strip())  # noqa: S704 - a file of this project, never a visitor's text
