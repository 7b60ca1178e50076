"""The one sanitiser of authored content: every page and preview gets its HTML through here.

The renderer makes no dangerous HTML of any Markdown; this is the second, independent fence: an
allow-list of elements, attributes, classes and the shapes of ids and addresses.
"""

import re

import nh3

from lms.catalog.markdown.blocks.names import CALLOUTS

FORMULA_TAGS = {
    "math", "mfrac", "mi", "mn", "mo", "mover", "mroot", "mrow", "mspace", "msqrt", "mstyle",
    "msub", "msubsup", "msup", "mtable", "mtd", "mtext", "mtr", "munder", "munderover",
}  # fmt: skip
TAGS = FORMULA_TAGS | {
    "a", "blockquote", "br", "code", "dd", "details", "div", "dl", "dt", "em", "figcaption",
    "figure", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre", "s", "span", "strong", "summary",
    "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "rel", "aria-label"},
    "div": {"role", "tabindex", "aria-label"},
    "h2": {"id"},
    "h3": {"id"},
    "h4": {"id"},
    "math": {"display"},
    "mfrac": {"linethickness"},
    "mi": {"mathvariant"},
    "mo": {"fence", "form", "largeop", "movablelimits", "separator", "stretchy"},
    "mspace": {"width"},
    "mstyle": {"displaystyle", "scriptlevel"},
    "mtable": {"columnalign"},
    "mtd": {"columnalign"},
    "ol": {"start"},
    "th": {"scope"},
}
CLASSES = {
    "a": {"download", "external", "lesson-link"},
    "div": {
        "accordion", "accordion-text", "block", "callout", "formula", "recording", "table-wrap",
        "term", "timeline-text", *(f"callout-{kind}" for kind in CALLOUTS),
    },
    "details": {"transcript"},
    "dl": {"terms"},
    "figure": {"figure"},
    "ol": {"timeline"},
    "p": {"block-title", "callout-title", "recording-name", "timeline-date"},
    "span": {"download-facts", "nowrap"},
    "sup": {"citation"},
    "td": {"align-center", "align-right"},
    "th": {"align-center", "align-right"},
    "ul": {"before-after", "downloads", "gallery"},
}  # fmt: skip
SHAPES = {
    "columnalign": re.compile(r"(?:left|center|right)(?: (?:left|center|right)){0,20}"),
    "display": re.compile(r"inline|block"),
    "displaystyle": re.compile(r"true|false"),
    "fence": re.compile(r"true|false"),
    "form": re.compile(r"prefix|infix|postfix"),
    "id": re.compile(r"section-[\w-]{1,80}"),
    "href": re.compile(r"https://[^\s]+|#(?:source|fact)-[a-z0-9-]{2,60}|\ue000\d+\ue001"),
    "largeop": re.compile(r"true|false"),
    "linethickness": re.compile(r"\d(?:\.\d+)?(?:px|em)?"),
    "mathvariant": re.compile(r"[a-z-]{1,30}"),
    "movablelimits": re.compile(r"true|false"),
    "rel": re.compile(r"noopener noreferrer"),
    "role": re.compile(r"note|region"),
    "scope": re.compile(r"col"),
    "scriptlevel": re.compile(r"[+-]?\d"),
    "separator": re.compile(r"true|false"),
    "start": re.compile(r"\d{1,9}"),
    "stretchy": re.compile(r"true|false"),
    "tabindex": re.compile(r"0"),
    "width": re.compile(r"-?\d(?:\.\d+)?em"),
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
