"""Texts of Moodle's XML, with their format and their files."""

from lms.assessment.kinds.values import Texts
from lms.catalog.messages import Message
from lms.standards.items.drafting import Draft
from lms.standards.items.texts.reading import TextForm
from lms.standards.items.xml.nodes import Node

FORMS = {
    "html": TextForm.HTML,
    "markdown": TextForm.MARKDOWN,
    "plain_text": TextForm.PLAIN,
    "moodle_auto_format": TextForm.AUTO,
}


class Parts:
    """Reads elements that hold a ``<text>`` into texts of a draft."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft

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
        """Return the format of the element's text; its files are told."""
        if node is None:
            return default
        for file in node.all("file"):
            self.draft.note(Message("the file “%(name)s” isn't kept", name=file.get("name")[:80]))
        return FORMS.get(node.get("format"), default)
