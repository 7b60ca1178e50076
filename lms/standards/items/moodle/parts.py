"""Texts of Moodle's XML, with their format and the pictures beside them."""

from urllib.parse import unquote

from lms.assessment.kinds.values import Texts
from lms.catalog.messages import Message
from lms.standards.items.decoding import from_base64
from lms.standards.items.drafting import Draft
from lms.standards.items.model import NotUnderstood
from lms.standards.items.pictures.gallery import Gallery
from lms.standards.items.texts.images import not_taken
from lms.standards.items.texts.reading import TextForm
from lms.standards.items.xml.nodes import Node

FORMS = {
    "html": TextForm.HTML,
    "markdown": TextForm.MARKDOWN,
    "plain_text": TextForm.PLAIN,
    "moodle_auto_format": TextForm.AUTO,
}
OWN = "@@PLUGINFILE@@/"  # begins the address of a file that stands beside the text


class Files:
    """The files beside one text, as its images name them."""

    def __init__(self, node: Node, gallery: Gallery) -> None:
        self.gallery = gallery
        self.files = {_path(file.get("path"), file.get("name")): file for file in node.all("file")}
        self.used: set[str] = set()

    def take(self, address: str) -> str:
        """Take an image. Raises NotUnderstood for one that isn't there, or is none."""
        if address.startswith("data:"):
            return self.gallery.take("picture", _bytes(address.partition(",")[2], "data:"))[0]
        name = unquote(address.removeprefix(OWN).partition("?")[0]).strip("/")
        if not address.startswith(OWN) or name not in self.files:
            return not_taken(address)
        self.used.add(name)
        file = self.files[name]
        return self.gallery.take(file.get("name") or "picture", decoded(file))[0]

    @property
    def left(self) -> list[str]:
        """Names of the files that no image shows."""
        return [file.get("name")[:80] for name, file in self.files.items() if name not in self.used]


def _path(folder: str, name: str) -> str:
    return f"{folder.strip('/')}/{name}".strip("/")


def decoded(file: Node) -> bytes:
    """Return the bytes of a file inside the XML. Raises NotUnderstood."""
    name = file.get("name")[:80]
    if file.get("encoding", "base64") != "base64":
        raise NotUnderstood(
            Message("the file “%(name)s” isn't encoded as base64", name=name), line=file.line
        )
    return _bytes(file.text, name, file.line)


def _bytes(text: str, name: str, line: int = 0) -> bytes:
    try:
        return from_base64(text.encode("ascii"))
    except ValueError as error:
        raise NotUnderstood(
            Message("the file “%(name)s” isn't encoded as base64", name=name), line=line
        ) from error


class Parts:
    """Reads elements that hold a ``<text>`` into texts of a draft."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self._files: dict[int, Files] = {}  # by the identity of their element

    def raw(self, node: Node | None) -> str:
        """Return what the element's text says, as it stands."""
        if node is None:
            return ""
        holder = node.first("text")
        if holder is not None:
            return holder.text.strip()
        return "".join(part for part in node.parts if isinstance(part, str)).strip()

    def texts(
        self, node: Node | None, *, inline: bool = False, default: TextForm = TextForm.HTML
    ) -> Texts:
        """Return the element's text in its format."""
        if node is None:
            return {}
        return self.draft.texts.texts(self.raw(node), self.form(node, default), inline=inline)

    def form(self, node: Node | None, default: TextForm = TextForm.HTML) -> TextForm:
        """Return the format of the element's text; images are taken from its files from here on."""
        if node is None:
            return default
        files = self._files.setdefault(id(node), Files(node, self.draft.gallery))
        self.draft.texts.taking = files.take
        return FORMS.get(node.get("format"), default)

    def left(self) -> list[Message]:
        """Return what to say of files that no image shows."""
        return [
            Message("the file “%(name)s” isn't kept", name=name)
            for files in self._files.values()
            for name in files.left
        ]
