"""The one sanitiser of authored content: every page and preview gets its HTML through here.

The renderer makes no dangerous HTML of any Markdown; this is the second, independent fence: an
allow-list of elements, attributes, classes and the shapes of ids and addresses.
"""

import re

import nh3

from lms.catalog.markdown.dialect import CALLOUTS

TAGS = {
    "a", "blockquote", "br", "code", "div", "em", "figcaption", "figure", "h2", "h3", "h4", "hr",
    "li", "ol", "p", "pre", "s", "span", "strong", "sup", "table", "tbody", "td", "th", "thead",
    "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "rel", "aria-label"},
    "div": {"role", "tabindex", "aria-label"},
    "h2": {"id"},
    "h3": {"id"},
    "h4": {"id"},
    "ol": {"start"},
    "th": {"scope"},
}
CLASSES = {
    "a": {"external", "lesson-link"},
    "div": {"table-wrap", "callout", *(f"callout-{kind}" for kind in CALLOUTS)},
    "figure": {"figure"},
    "p": {"callout-title"},
    "sup": {"citation"},
    "td": {"align-center", "align-right"},
    "th": {"align-center", "align-right"},
}
SHAPES = {
    "id": re.compile(r"section-[\w-]{1,80}"),
    "href": re.compile(r"https://[^\s]+|#source-[a-z0-9-]{2,60}|\ue000\d+\ue001"),
    "rel": re.compile(r"noopener noreferrer"),
    "role": re.compile(r"note|region"),
    "scope": re.compile(r"col"),
    "start": re.compile(r"\d{1,9}"),
    "tabindex": re.compile(r"0"),
}


def _shaped(_element: str, attribute: str, value: str) -> str | None:
    shape = SHAPES.get(attribute)
    return value if shape is None or shape.fullmatch(value) else None


def sanitise(html: str) -> str:
    """Return ``html`` with everything but the allow-list removed or escaped."""
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        allowed_classes=CLASSES,
        attribute_filter=_shaped,
        url_schemes={"https"},
        link_rel=None,
        strip_comments=True,
    )
