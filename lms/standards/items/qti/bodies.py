"""An item's body: its text as HTML with the interaction taken out."""

from html import escape

from lms.catalog.messages import Message
from lms.standards.items.drafting import Draft
from lms.standards.items.texts.trees import VOID
from lms.standards.items.xml.nodes import Node
from lms.standards.items.xml.reading import walk

GAP = "_____"
# Not part of the question; each is told.
ASIDE = {
    "rubricBlock": Message("a note for others than the candidate"),
    "stylesheet": Message("a style sheet"),
    "feedbackInline": Message("feedback inside the text"),
    "feedbackBlock": Message("feedback inside the text"),
    "templateInline": Message("a template inside the text"),
    "templateBlock": Message("a template inside the text"),
    "printedVariable": Message("a variable inside the text"),
    "catalogInfo": Message("a catalogue for accessibility"),
    "infoControl": Message("an extra text"),
}
SCORING = {"scorer", "tutor"}
TRANSPARENT = {"itemBody", "contentBody", "prompt"}


def html_of_node(node: Node, draft: Draft, skipped: Node | None = None) -> str:
    """Return what stands in a node as HTML; ``skipped`` is the interaction, a gap or nothing."""
    return "".join(
        escape(part, quote=False) if isinstance(part, str) else _element(part, draft, skipped)
        for part in node.parts
    )


def _element(node: Node, draft: Draft, skipped: Node | None) -> str:
    if node is skipped:
        return GAP if node.tag == "textEntryInteraction" else ""
    if node.tag == "math":
        said = node.get("alttext") or _formula(node)
        draft.note(Message("a formula in MathML became plain text: “%(text)s”", text=said[:60]))
        return escape(said, quote=False)
    if node.tag in ASIDE:
        draft.note(
            Message("%(what)s isn't kept: “%(text)s”", what=ASIDE[node.tag], text=node.words[:60])
        )
        return ""
    if skipped is not None and _is_alone(node, skipped):
        return ""
    if node.tag == "object" and node.get("type").startswith("image/"):
        alt = node.get("alt") or node.words
        return f'<img src="{escape(node.get("data"))}" alt="{escape(alt)}"/>'
    if node.tag == "object":
        draft.note(Message("the file “%(name)s” isn't kept", name=node.get("data")[:80]))
        return html_of_node(node, draft, skipped)
    if node.tag == "img" and node.get("label") and not node.get("title"):
        node.attributes = {**node.attributes, "title": node.get("label")}
    inside = html_of_node(node, draft, skipped)
    if node.tag in TRANSPARENT:
        return inside
    marks = "".join(
        f' {name}="{escape(value)}"'
        for name, value in node.attributes.items()
        if name.replace("-", "").isalpha() and name.isascii()
    )
    tag = node.tag if node.tag.isascii() and node.tag.isalnum() else "span"
    return f"<{tag}{marks}/>" if tag in VOID else f"<{tag}{marks}>{inside}</{tag}>"


def _formula(math: Node) -> str:
    """Return a formula of MathML in words: as TeX where it says so too."""
    tex = [node for node in math.below("annotation") if "tex" in node.get("encoding").lower()]
    return tex[0].words if tex else "".join(math.text.split())


def taken_rubric(body: Node) -> list[Node]:
    """Take the blocks for those who score out of a body, and return them."""
    taken = []
    for node in list(walk(body)):
        blocks = [b for b in node.all("rubricBlock") if SCORING & set(b.get("view").split())]
        node.parts = [part for part in node.parts if part not in blocks]
        taken += blocks
    return taken


def _is_alone(node: Node, interaction: Node) -> bool:
    """Tell whether a block holds the interaction and no words (but a unit) beside it."""
    return any(part is interaction for part in node.parts) and not any(
        part.strip() if isinstance(part, str) else part is not interaction and not is_unit(part)
        for part in node.parts
    )


def is_unit(node: Node) -> bool:
    """Tell whether an element is the unit beside a number's field, as our exports write it."""
    return node.tag == "span" and node.get("class") == "lms-unit"
