"""What every page is made with: calls in templates, kept texts and links that are nobody's own."""

import re
from datetime import UTC, date, datetime
from typing import Any

import lxml.html
import pytest
from flask import Flask, url_for
from flask_babel import ngettext
from jinja2 import Environment, UndefinedError, meta, nodes

from lms.people.models import AccessRole
from lms.web.i18n import in_language, show_date, show_number, show_percent
from tests.builders.people import PASSWORD, make_account
from tests.pages import PageClient
from tests.pages.page import REFUSED

pytestmark = pytest.mark.in_turn

CALLS = {
    "{% macro m(a, b='x') %}{{ a }}{{ b }}{{ caller() if caller }}{% endmacro %}"
    "{% call m('<', b='>') %}{{ '&' }}{% endcall %}": "&lt;&gt;&amp;",
    "{% macro m(a) %}{{ a }}{% endmacro %}{{ m('<')|upper }}": "&LT;",
    "{% for one in [1, 2] %}{{ _('Continue') }}{{ loop.cycle('-', '') }}{% endfor %}": (
        "Continue-Continue"
    ),
    "{{ ngettext('%(num)d lesson', '%(num)d lessons', 2) }}": "2 lessons",
    "{{ ngettext('%(num)d lesson', '%(num)d lessons', 9715) }}": "9,715 lessons",
    "{{ '<' if false }}{{ ('a' if false) or 'b' }}{{ ('a' if false) is defined }}": "bFalse",
    "{% set b %}<b>{% endset %}{{ b }}{{ '<' ~ b }}{{ '<i>'|safe }}{{ 1 }}": "<b>&lt;<b><i>1",
    "{{ 'a&b' }}{{ '\"' }}{{ 'plain' }}{{ 5 }}{{ true }}{{ 1.5 }}": "a&amp;b&#34;plain5True1.5",
    "{{ 'a-b'.split('-')|length }}{{ range(3)|list }}": "2[0, 1, 2]",
}


def _links(client: PageClient) -> list[str]:
    return [str(one.get("href")) for one in client.get("/").select("nav.nav a")]


def _imported(templates: Environment) -> set[str]:
    loader = templates.loader
    assert loader is not None
    sources = [loader.get_source(templates, page)[0] for page in templates.list_templates(["html"])]
    assert not any("with context" in source for source in sources)
    trees = [templates.parse(source) for source in sources]
    imports = [one.template for tree in trees for one in tree.find_all(nodes.Import)]
    named = {one.value for one in imports if isinstance(one, nodes.Const)}
    kinds = templates.list_templates(
        filter_func=re.compile(r"assessment/_item_\w+\.html").fullmatch
    )
    return named | set(kinds)


@pytest.mark.parametrize(
    ("text", "length", "shown"),
    [
        ("Please wait. The clerk", 14, "Please wait…"),
        ("On the day, then", 13, "On the day…"),
        ("Ready? Then go on", 7, "Ready?…"),
        ("Please wait.", 255, "Please wait."),
    ],
)
def test_what_is_cut_ends_with_a_word(app: Flask, text: str, length: int, shown: str) -> None:
    page = app.jinja_env.from_string("{{ text|truncate(length, leeway=0) }}")
    assert page.render(text=text, length=length) == shown


def test_a_very_long_name_is_cut_for_the_eye_alone(app: Flask) -> None:
    page = "{% import 'components/ui.html' as ui %}{{ ui.breadcrumbs([(long, '/a'), ('Draft', None)]) }}"
    with app.test_request_context():
        shown = lxml.html.fromstring(app.jinja_env.from_string(page).render(long="Word " * 40))
    (cut,) = shown.cssselect(".crumb-long")
    assert cut.text_content() == "Word " * 40


def test_an_imported_template_depends_on_no_page(app: Flask) -> None:
    # Its module is made once for all pages: a variable of one page's context would never come in.
    templates, offenders = app.jinja_env, set()
    for imported in _imported(templates):
        tree = templates.parse(templates.loader.get_source(templates, imported)[0])  # type: ignore[union-attr]
        own = {one.name for one in tree.find_all(nodes.Name) if one.ctx in ("store", "param")}
        asked = meta.find_undeclared_variables(tree) - own - set(templates.globals)
        kept = [
            one
            for one in tree.body
            if not isinstance(one, nodes.Macro | nodes.Import | nodes.FromImport | nodes.Output)
            and (one.find(nodes.Call) or one.find(nodes.Filter))
        ]
        offenders |= {f"{imported}: {what}" for what in asked}
        offenders |= {f"{imported}:{one.lineno}" for one in kept}
    assert offenders == set()


@pytest.mark.parametrize("source", CALLS)
def test_templates_call_what_they_may(app: Flask, source: str) -> None:
    with app.test_request_context(headers={"Cookie": "language=en"}):
        assert app.jinja_env.from_string(source).render() == CALLS[source]


def test_modules_write_counts_as_pages_do(app: Flask) -> None:
    with app.test_request_context(headers={"Cookie": "language=ru"}):
        assert ngettext("%(num)d row", "%(num)d rows", 9715) == "9\xa0715 строк"


def test_a_template_that_calls_what_it_may_not_fails_as_ever(app: Flask) -> None:
    for source in (
        "{% macro m() %}{% endmacro %}{{ m(1) }}",
        "{{ 3() }}",
        "{{ nothing() }}",
        "{{ (1 if false).x }}",
    ):
        with app.test_request_context(), pytest.raises((TypeError, UndefinedError)):
            app.jinja_env.from_string(source).render()


def test_days_and_figures_are_written_in_the_language_asked_now(app: Flask) -> None:
    day = date(2026, 3, 1)
    with app.test_request_context():
        for _ in range(2):
            with in_language("ru"):
                assert show_date(day) == "1 марта 2026"
                assert (show_number(1234.56), show_percent(12.5)) == ("1\xa0234,6", "12,5\xa0%")
            with in_language("en"):
                assert show_date(day) == "1 March 2026"
                assert (show_number(1234.56), show_percent(12.5)) == ("1,234.6", "12.5%")
                assert show_percent(5.371, 2) == "5.37%"


def test_a_day_of_an_instant_is_the_one_in_the_networks_zone(app: Flask) -> None:
    with app.test_request_context(), in_language("en"):
        assert show_date(datetime(2026, 3, 1, 21, 30, tzinfo=UTC)) == "2 March 2026"
        assert show_date(date(2026, 3, 1)) == "1 March 2026"


def test_nothing_is_nothing_below_zero(app: Flask) -> None:
    with app.test_request_context(), in_language("en"):
        assert show_number(-0.04) == show_number(0) == "0"
        assert show_number(10**400) == str(10**400)  # typed for points, shown in the preview
        assert (show_number(-1.5), show_percent(-2)) == ("−1.5", "−2%")  # no hyphens


def test_each_viewer_sees_the_links_of_their_own_rights(app: Flask) -> None:
    people = [make_account(role) for role in (AccessRole.HR, AccessRole.TRAINEE, AccessRole.HR)]
    hr, trainee, other = (_links(PageClient(app).sign_in(one.username, PASSWORD)) for one in people)
    assert hr == other
    assert "/hr/mail" in set(hr) - set(trainee)


def test_links_are_told_in_the_language_of_each_page_and_mark_where_one_is(app: Flask) -> None:
    client = PageClient(app).sign_in(make_account(AccessRole.TRAINEE).username, PASSWORD)
    told = []
    for language in ("ru", "en", "ru"):
        client.browser.set_cookie("language", language)
        told.append(client.get("/").select("nav.nav a")[0].text_content().strip())
    assert told[0] == told[2] != told[1]
    with app.test_request_context():
        home, courses = url_for("learning.home"), url_for("learning.courses")
    marked = [
        [str(one.get("href")) for one in client.get(path).select("nav.nav [aria-current=page]")]
        for path in (home, courses, home)
    ]
    assert marked[0] == marked[2]


@pytest.mark.parametrize(
    ("endpoint", "values"),
    [
        ("learning.home", {}),
        ("learning.home", {"_anchor": "others"}),
        ("learning.home", {"_external": True}),
        ("learning.search", {"q": "a&b <c>"}),
        ("learning.courses", {"page": 1}),
        ("learning.courses", {"page": True}),
        ("learning.courses", {"page": None}),
        ("learning.courses", {"page": ["1", "2"]}),
        ("learning.course", {"enrolment_id": "x/y"}),
        ("static", {"filename": "css/base.css", "v": "1"}),
    ],
)
def test_an_address_in_a_page_is_the_one_under_the_page_s_own_root(
    app: Flask, endpoint: str, values: dict[str, Any]
) -> None:
    in_page = app.jinja_env.globals["url_for"]
    for site in ("http://one.example/", "http://one.example/lms/", "http://two.example/") * 2:
        with app.test_request_context(base_url=site):
            assert in_page(endpoint, **values) == url_for(endpoint, **values)


def test_what_a_checker_of_html_refuses_is_seen_on_each_page() -> None:
    faults = (
        "<time datetime='2026-11-28T07:18:16.842972+00:00'>28</time>",
        "<input type=file accept=''>",
        "<fieldset><div><legend>Whom?</legend></div></fieldset>",
        "<pre aria-label='Example'>{}</pre>",
        "<select required><option value=one>One</option></select>",
        "<table><thead><tr><th>One</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table>",
        "<span hidden aria-hidden=true></span>",
        "<svg><circle pathLength=100></circle></svg>",
    )
    for fault, words in zip(faults, REFUSED, strict=True):
        tree = lxml.html.fromstring(f"<main>{fault}</main>")
        assert [one for one, found in REFUSED.items() if found(tree)] == [words]
