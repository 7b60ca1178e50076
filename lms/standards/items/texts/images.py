"""Pictures in the texts of items: as Markdown, and as words where none may stand."""

import re
from collections.abc import Callable, Collection
from urllib.parse import urlsplit

from lms.catalog.media.kinds import NAME
from lms.catalog.messages import Message
from lms.standards.items.model import NotUnderstood

# Takes an image's address; returns the path by which the item's text names it. Raises NotUnderstood
# for one that can't be taken.
Taking = Callable[[str], str]
ALT = r"(?:[^\[\]\\]|\\.|\[[^\[\]\\]{0,200}\]){0,1000}"
IMAGE = re.compile(rf"!\[({ALT})\]\((figures/{NAME})(?:\s+\"[^\"]{{0,500}}\")?\)")
FOREIGN = re.compile(rf"!\[({ALT})\]\(([^()\s]{{1,500}})((?:\s+\"[^\"]{{0,500}}\")?)\)")
INLINED = re.compile(
    r"""(?<=[\s"'])src\s*=\s*(["'])\s*(data:image/[a-z+.-]{1,20};base64,[A-Za-z0-9+/=\s]*)\1""",
    re.IGNORECASE,
)


def not_taken(address: str) -> str:
    """Refuse an image: what a reader does whose files have none."""
    parts = urlsplit(address[:2000]) if "\\" not in address else urlsplit("")
    name = "data:" if parts.scheme == "data" else parts.path.rsplit("/", 1)[-1][:60]
    if parts.scheme in ("http", "https") or parts.netloc:
        raise NotUnderstood(
            Message("the image “%(name)s” is left out: it lies on another site", name=address[:80])
        )
    raise NotUnderstood(
        Message("the image “%(name)s” is left out: it isn't in the file", name=name)
    )


def in_words(text: str, paths: Collection[str] | None = None) -> str:
    """Return a text in which images (``paths``: only these) are told by what they show."""

    def told(match: re.Match[str]) -> str:
        if paths is not None and match[2] not in paths:
            return match[0]
        return match[1] or match[2].rpartition("/")[2].rpartition(".")[0]

    return IMAGE.sub(told, text) if "](figures/" in text else text
