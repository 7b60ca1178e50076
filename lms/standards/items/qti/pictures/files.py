"""The files beside an item: its picture, found by a reference inside the package."""

from posixpath import dirname, normpath
from urllib.parse import unquote, urlsplit

from lms.catalog.messages import Message
from lms.standards.items.decoding import from_base64
from lms.standards.items.model import NotUnderstood
from lms.standards.items.pictures.gallery import Gallery, Met
from lms.standards.items.qti.archive import Archive
from lms.standards.items.texts.images import not_taken

LONGEST = 1000  # characters of a reference


class Beside:
    """Files of the package as the items of one file refer to them."""

    def __init__(
        self, gallery: Gallery, archive: Archive | None = None, item: str = "", base: str = ""
    ) -> None:
        self.gallery = gallery
        self.archive = archive
        self.folder = f"{dirname(item)}/{base}"
        self.used: set[str] = set()

    def picture(self, reference: str) -> tuple[str, Met]:
        """Return a picture's token and what it is. Raises NotUnderstood; never looks outside."""
        name, content = self._content(reference)
        self.used.add(name)
        return self.gallery.take(name.rpartition("/")[2], content)

    def weigh(self, address: str) -> None:
        """Count the pixels of an image before any is taken. Raises as taking it does."""
        content = _inline(address) if address.startswith("data:") else self._content(address)[1]
        self.gallery.weigh("picture", content)

    def _content(self, reference: str) -> tuple[str, bytes]:
        name = self._name(reference)
        if self.archive is None:
            raise NotUnderstood(
                Message(
                    "its picture “%(name)s” isn't in the file: import the whole package",
                    name=reference[:80],
                )
            )
        if name not in self.archive:
            raise NotUnderstood(Message("the package lacks the file “%(name)s”", name=name[:200]))
        return name, self.archive.read(name)

    def take(self, address: str) -> str:
        """Return the token of an image in a text. Raises NotUnderstood, never looks outside."""
        if not address.startswith("data:"):
            return self.picture(address)[0]
        return self.gallery.take("picture", _inline(address))[0]

    def _name(self, reference: str) -> str:
        try:
            parts = urlsplit(reference.strip()[:LONGEST])
        except ValueError:
            parts = urlsplit("")
        path = unquote(parts.path)
        name = normpath(f"{self.folder}/{path}").lstrip("/") if path else ""
        outside = parts.scheme or parts.netloc or path.startswith("/") or "\\" in path
        if not name or outside or name.startswith(".."):
            raise NotUnderstood(
                Message(
                    "its picture “%(name)s” lies outside the package", name=reference.strip()[:80]
                )
            )
        return name


def _inline(address: str) -> bytes:
    """Return the bytes of an image that stands in its address. Raises NotUnderstood."""
    try:
        return from_base64(address.partition(",")[2].encode("ascii"))
    except ValueError:
        not_taken(address)
        raise
