"""Items' texts as other tools show them: HTML, plain text, and two languages in one text.

Moodle's multilang filter shows a reader one of the marked spans; other tools show both.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from lms.assessment.kinds.values import Texts
from lms.catalog.markdown.examining import TAG
from lms.catalog.rendering import render_inline, render_text
from lms.standards.items.texts.markdown import markdown_of_html, markdown_of_plain
from lms.standards.items.texts.reading import TextForm
from lms.standards.items.texts.trees import VOID, Element, Lost, clean_tree

# What Markdown between spans would be taken for: HTML, or the spans' own end.
SPACE = re.compile(r"[ \t\n]+")
KEPT_TOGETHER = re.compile(r'<span class="nowrap">([^<]*)</span>')
UNSAFE = re.compile(f"{TAG.pattern}|mlang|multilang|</?span", re.IGNORECASE)
ALIGNED = {"align-right": "right", "align-center": "center"}
# Words without anything that Markdown may take for a mark: as HTML they are the same.
WORDS = re.compile(
    r"(?!\d+[.)])[^\W_](?: ?(?:[^\s\\`*_\[\]<>&#|!~:+=\-^$@{}\"'\ue000-\uf8ff]"
    r"|(?<=\w)(?:-(?=\w)|:(?= ))))*"
)
LAYOUT = {"table-wrap", "nowrap"}
BARE = {"id", "rel", "role", "tabindex", "aria-label", "class", "scope", "loading", "decoding"}


@lru_cache(maxsize=4096)
def html_of(text: str, language: str, *, inline: bool = False) -> str:
    """Return Markdown as XHTML, without anything that only this platform's pages need."""
    if WORDS.fullmatch(text):
        return text
    children = _bare(clean_tree(_compiled(text, language, inline=inline))).children
    if len(children) == 1 and isinstance(children[0], Element) and children[0].tag == "p":
        children = children[0].children  # one paragraph needs no mark of its own
    return "".join(_shown(child) for child in children).strip()


def _compiled(text: str, language: str, *, inline: bool = False) -> str:
    """Return Markdown as HTML in which pictures have their paths for addresses."""
    render = render_inline if inline else render_text
    return str(render(text, language=language, files_url=lambda path: path))


def _bare(element: Element) -> Element:
    children: list[Element | str] = []
    for child in element.children:
        if isinstance(child, str):
            children.append(child)
            continue
        if child.tag == "figure":
            children.append(_picture(child))
            continue
        bare = _bare(child)
        if child.attributes.get("class") in LAYOUT:
            children += bare.children
        else:
            children.append(bare)
    kept = {name: value for name, value in element.attributes.items() if name not in BARE}
    words = element.attributes.get("class", "")
    if words in ALIGNED:
        kept["style"] = f"text-align: {ALIGNED[words]}"
    return Element(element.tag, kept, children)


def _picture(figure: Element) -> Element:
    """Return a picture that stands alone as a paragraph; its caption is its title."""
    captions = [c.text for c in figure.children if isinstance(c, Element) and c.tag != "img"]
    images = [c for c in _bare(figure).children if isinstance(c, Element) and c.tag == "img"]
    titled = {"title": captions[0]} if captions else {}
    return Element("p", {}, [Element("img", {**image.attributes, **titled}) for image in images])


def _shown(node: Element | str) -> str:
    if isinstance(node, str):
        return escape(node, quote=False)
    marks = "".join(f' {name}="{escape(value)}"' for name, value in node.attributes.items())
    if node.tag in VOID:
        return f"<{node.tag}{marks}/>"
    return f"<{node.tag}{marks}>{''.join(_shown(c) for c in node.children)}</{node.tag}>"


def _back(text: str, language: str, *, inline: bool) -> str:
    html = html_of(text, language, inline=inline)
    return markdown_of_html(html, Lost(), inline=inline, taking=lambda path: path)


@lru_cache(maxsize=4096)
def survives_html(text: str, language: str, *, inline: bool = False) -> bool:
    """Tell whether the text comes back from its HTML letter by letter."""
    return _back(text, language, inline=inline) == text


@lru_cache(maxsize=4096)
def shows_the_same(one: str, other: str, language: str, *, inline: bool = False) -> bool:
    """Tell whether two texts look the same to a reader."""
    return one == other or _even(_compiled(one, language, inline=inline)) == _even(
        _compiled(other, language, inline=inline)
    )


def _even(html: str) -> str:
    """Return HTML with runs of white space, which look like one space, as one.

    Words that stay on one line follow from the text, but for where it was broken when it was typed.
    """
    html = KEPT_TOGETHER.sub(r"\1", html)
    return html if "<pre" in html else SPACE.sub(" ", html).replace("<br> ", "<br>")


def survives_html_in_looks(text: str, language: str, *, inline: bool = False) -> bool:
    """Tell whether the text that comes back from its HTML looks the same."""
    back = _back(text, language, inline=inline)
    return shows_the_same(text, back, language, inline=inline)


def plain_of(text: str, language: str) -> str:
    """Return a text's words without marks, on one line."""
    # A no-break space stays: it is a letter of the text.
    return SPACE.sub(" ", clean_tree(str(render_inline(text, language=language))).text).strip(" ")


def survives_plain(text: str, language: str) -> bool:
    """Tell whether the text comes back from its words alone."""
    back = markdown_of_plain(plain_of(text, language), inline=True)
    return shows_the_same(text, back, language, inline=True)


def in_languages(parts: Texts, languages: Sequence[str]) -> str:
    """Return the parts as one text: spans for the multilang filter, or the only language's."""
    if len(languages) == 1:
        return parts.get(languages[0], "")
    return "".join(
        f'<span lang="{language}" class="multilang">{parts[language]}</span>'
        for language in languages
        if parts.get(language)
    )


@dataclass(frozen=True)
class Portable:
    """A text for a file; ``whole``: it comes back and looks the same."""

    text: str
    form: TextForm
    whole: bool = True


def portable(
    texts: Texts, languages: Sequence[str], *, inline: bool = False, never: str = ""
) -> Portable:
    """Return a text in the form that brings it back: HTML if it can, else Markdown.

    Markdown that has ``never`` in it, a mark of the format with a ``>``, is no choice.
    """
    spoken = {code: texts[code] for code in languages if texts.get(code)}
    exact = all(survives_html(text, code, inline=inline) for code, text in spoken.items())
    unsafe = any(UNSAFE.search(t) or (never and never in t) for t in spoken.values())
    if exact or unsafe:
        shown = {code: html_of(text, code, inline=inline) for code, text in spoken.items()}
        whole = exact or all(
            survives_html_in_looks(t, code, inline=inline) for code, t in spoken.items()
        )
        return Portable(in_languages(shown, languages), TextForm.HTML, whole)
    # Blank lines let lists and tables begin inside the span.
    edge = "\n\n" if len(languages) > 1 and any("\n" in text for text in spoken.values()) else ""
    marked = {code: f"{edge}{text}{edge}" for code, text in spoken.items()}
    return Portable(in_languages(marked, languages), TextForm.MARKDOWN)
