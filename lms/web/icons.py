"""The shapes of icons, read once from the files beside the templates."""

from functools import cache

from markupsafe import Markup

from lms.core.settings import PROJECT

FOLDER = PROJECT / "templates" / "components" / "icons"
NAMES = frozenset(path.stem for path in FOLDER.glob("*.svg"))


@cache
def icon_shape(name: str) -> Markup:
    """Return what stands inside the <svg> of the icon ``name``; KeyError for an unknown one."""
    if name not in NAMES:
        raise KeyError(f"there is no icon {name}")
    text = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    return Markup(text.strip())  # noqa: S704 - a file of this project, never a visitor's text
