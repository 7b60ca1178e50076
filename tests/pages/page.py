"""One opened page: easy to ask, and inspected for faults that no page may have."""

import re
from collections import Counter
from functools import cache
from typing import Any

import lxml.html
from lxml import etree
from lxml.cssselect import CSSSelector
from werkzeug.test import TestResponse

# What the Nu Html Checker refuses and a browser forgives.
REFUSED = {
    words: etree.XPath(path)
    for words, path in {
        "a fraction of a second of more than three digits": (
            "//time[string-length(substring-before(substring-after(@datetime, '.'), '+')) > 3]"
        ),
        "an empty list of what a file may be": "//input[@accept='']",
        "a legend that isn't the first in its fieldset": (
            "//legend[not(parent::fieldset) or preceding-sibling::*]"
        ),
        "a name for what has no role": (
            "//*[self::code or self::div or self::p or self::pre or self::span]"
            "[@aria-label or @aria-labelledby][not(@role)]"
        ),
        "a drop-down required though a choice is made": (
            "//select[@required][not(@multiple)][descendant::option[1][@value!='']]"
        ),
        "a row with more cells than the first": (
            "//table[not(.//@colspan or .//@rowspan)][.//tr[count(*) > count(../../descendant::tr[1]/*)]]"
        ),
        "hidden twice": "//*[@hidden][@aria-hidden]",
        "a measured length of a circle": "//circle[@pathlength]",
    }.items()
}
SENT = re.compile(r"[ \t\x21-\x7e\x80-\xff]*")  # RFC 9110, 5.5
TEXTS = etree.XPath(
    "//body//text()[not(ancestor::script or ancestor::style or ancestor::template)]"
)
KEPT_IN_TEMPLATE = etree.XPath("ancestor::template")
IDS = etree.XPath("//@id")
POINTERS = {
    name: etree.XPath(f"//@{name}")
    for name in ("for", "aria-describedby", "aria-labelledby", "aria-controls")
}
LABELS = etree.XPath("//label/@for")
INLINE_HANDLERS = etree.XPath("//@*[starts-with(name(), 'on')]")
INLINE_SCRIPTS = etree.XPath("//script[not(@src)][not(@type='application/json')]")
UNTRANSLATED = re.compile(r"%\(\w+\)s|\{\{|\}\}|None None|\bundefined\b")


@cache
def compiled(selector: str) -> CSSSelector:
    """Return what finds the elements of HTML that match: a test asks the same again and again."""
    return CSSSelector(selector, translator="html")


class Page:
    """A response; ``select`` and ``text`` look into its HTML."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.headers = response.headers
        self.html = response.get_data(as_text=True) if "text/" in (response.mimetype or "") else ""
        self.tree = lxml.html.fromstring(self.html) if self.is_html and self.html.strip() else None

    @property
    def is_html(self) -> bool:
        return self.response.mimetype == "text/html"

    @property
    def json(self) -> Any:
        return self.response.get_json()

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")

    @property
    def text(self) -> str:
        """The visible text with runs of space folded."""
        if self.tree is None:
            return self.html
        return " ".join(" ".join(TEXTS(self.tree)).split())

    @property
    def heading(self) -> str:
        return " ".join(self.one("h1").text_content().split())

    def select(self, selector: str) -> list[Any]:
        """The elements that are there for a reader: what a <template> keeps is not."""
        found = [] if self.tree is None else compiled(selector)(self.tree)
        return [one for one in found if not KEPT_IN_TEMPLATE(one)]

    def one(self, selector: str) -> Any:
        found = self.select(selector)
        assert len(found) == 1, f"{len(found)} × {selector} in\n{self.html[:3000]}"
        return found[0]

    def form_values(self, selector: str = "main form") -> dict[str, Any]:
        """Return what the browser would send of the first matching form untouched."""
        forms = self.select(selector)
        assert forms, f"no form {selector}"
        values: dict[str, Any] = {}
        areas = {area.get("name") for area in forms[0].iter("textarea")}
        for name, raw in forms[0].form_values():
            # A browser's parser drops the first line end of a text area.
            value = re.sub(r"\A\r?\n", "", raw) if name in areas else raw
            if name in values:
                kept = values[name] if isinstance(values[name], list) else [values[name]]
                values[name] = [*kept, value]
            else:
                values[name] = value
        return values

    def inspect(self) -> None:
        """Assert what holds on each page, and of the head of each reply."""
        for name, value in self.headers:  # a server breaks off where this doesn't hold
            assert SENT.fullmatch(value), f"{name}: {value!r}"
        if self.tree is None:
            return
        problems = [*self._head_problems(), *self._id_problems(), *self._form_problems()]
        problems += [
            f"{words}: {etree.tostring(one, encoding='unicode', with_tail=False)[:200]}"
            for words, found in REFUSED.items()
            for one in found(self.tree)
        ]
        problems += [f"untranslated or unfilled: {m}" for m in UNTRANSLATED.findall(self.text)]
        if "Content-Security-Policy" not in self.headers:
            problems.append("no Content-Security-Policy")
        if self.select("[style], body style") or INLINE_SCRIPTS(self.tree):
            problems.append("inline style or script")
        if INLINE_HANDLERS(self.tree):
            problems.append("inline event handler")
        assert not problems, "\n".join(problems)

    def _head_problems(self) -> list[str]:
        problems = []
        titles = self.select("head > title")
        if len(titles) != 1 or not (titles[0].text or "").strip():
            problems.append("not one title")
        if len(self.select("h1")) != 1:
            problems.append(f"{len(self.select('h1'))} h1")
        if self.tree.get("lang") not in ("ru", "en"):
            problems.append("no language")
        return problems

    def _id_problems(self) -> list[str]:
        ids = Counter(IDS(self.tree))
        problems = [f"duplicate id {one}" for one, times in ids.items() if times > 1]
        for attribute, pointers in POINTERS.items():
            for value in pointers(self.tree):
                problems += [
                    f"{attribute}={part} points nowhere"
                    for part in value.split()
                    if part not in ids
                ]
        return problems

    def _form_problems(self) -> list[str]:
        # The exam's plain form is authorised by its attempt's token, which no other site knows.
        known = "[name=csrf_token], #paper > [name=token]"
        problems = [
            f"form without CSRF token: {form.get('action')}"
            for form in self.select("form")
            if (form.get("method") or "get").lower() == "post" and not compiled(known)(form)
        ]
        labelled_for = set(LABELS(self.tree))
        for control in self.select("input, select, textarea"):
            if control.get("type") in ("hidden", "submit", "button"):
                continue
            labelled = control.get("aria-label") or control.get("aria-labelledby")
            inside = control.xpath("ancestor::label")
            if not (labelled or inside or control.get("id") in labelled_for):
                problems.append(f"control without label: {control.get('name')}")
        return problems
