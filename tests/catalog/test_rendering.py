"""The lesson dialect as HTML."""

import re

import pytest

from lms.catalog.markdown.typography import unbroken_filter
from lms.catalog.rendering import render_inline, render_lesson, render_text
from tests.builders.catalog import LESSONS
from tests.catalog.texts import html, rendered

CHECK = """\
Before.

::: check first-words
What comes first?

Think of the *visitor*.

- [x] A **greeting**
  > They are noticed.
- [ ] The papers
  > Later.
- [x] A look
  > It costs nothing.
:::

After.
"""


def test_paragraphs_lists_and_emphasis_are_plain_html() -> None:
    assert html("One *two* **three**\n\n- a\n- b") == (
        "<p>One <em>two</em> <strong>three</strong></p>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"
    )


def test_headings_get_readable_ids_that_never_repeat() -> None:
    lesson = rendered("## Шаг 1: пауза\n\n### Why?\n\n## Шаг 1: пауза\n\n## !!!")
    assert [heading.id for heading in lesson.headings] == [
        "section-шаг-1-пауза",
        "section-why",
        "section-шаг-1-пауза-2",
        "section-part",
    ]
    assert '<h2 id="section-шаг-1-пауза-2">' in lesson.html
    assert [heading.text for heading in lesson.headings][:2] == ["Шаг 1: пауза", "Why?"]


def test_a_first_level_heading_becomes_a_second_because_the_page_has_its_own() -> None:
    assert html("# Top") == '<h2 id="section-top">Top</h2>\n'
    assert "<h4 " in html("###### Deep")


def test_a_call_out_has_its_kind_and_title() -> None:
    assert html("::: tip Say your *name*\nText\n:::") == (
        '<div class="callout callout-tip" role="note">\n'
        '<p class="callout-title">Say your *name*</p>\n<p>Text</p>\n</div>\n'
    )


def test_a_call_out_without_a_title_is_named_after_its_kind_in_the_texts_language() -> None:
    assert '<p class="callout-title">Осторожно</p>' in html("::: warning\nx\n:::", "ru")
    assert '<p class="callout-title">Warning</p>' in html("::: warning\nx\n:::", "en")


def test_an_image_alone_becomes_a_figure_with_its_caption_and_size() -> None:
    assert html('![A door.](figures/hall.svg "The <way>")') == (
        '<figure class="figure"><img src="/files/hall" alt="A door." width="320" height="120"'
        ' loading="lazy" decoding="async"><figcaption>The &lt;way&gt;</figcaption></figure>\n'
    )


def test_an_image_inside_a_text_stays_inside() -> None:
    assert html("See ![x](figures/hall.svg) here").startswith("<p>See <img ")


def test_a_figure_that_is_not_there_shows_its_description() -> None:
    page = html('![A "door" & more.](figures/none.svg)')
    assert '<span class="figure-missing">A &#34;door&#34; &amp; more.</span>' in page
    assert "<img" not in page


def test_images_of_other_places_are_not_loaded() -> None:
    for address in ("https://example.org/a.png", "/static/a.png", "../a.svg", "lesson:queue"):
        assert "<img" not in html(f"![x]({address})")


def test_a_citation_is_numbered_by_its_first_appearance() -> None:
    lesson = rendered("One[@own-method]. Two[@law-1]. Three[@own-method].")
    assert lesson.citations == ("own-method", "law-1")
    assert str(lesson.html).count('href="#source-own-method" aria-label="Source 1">[1]</a>') == 2
    assert 'href="#source-law-1" aria-label="Source 2">[2]</a>' in lesson.html


def test_a_citation_of_an_unknown_source_stays_as_typed() -> None:
    lesson = rendered("One[@nobody].")
    assert lesson.citations == ()
    assert lesson.html == "<p>One[@nobody].</p>\n"


def test_links_lead_to_https_or_to_lessons() -> None:
    assert html("[x](https://example.org/?a=1&b=2)") == (
        '<p><a class="external" rel="noopener noreferrer"'
        ' href="https://example.org/?a=1&amp;b=2">x</a></p>\n'
    )
    assert html("[x](lesson:queue)") == (
        '<p><a class="lesson-link" href="/lessons/queue">x</a></p>\n'
    )


def test_a_link_to_an_unknown_lesson_is_text() -> None:
    assert "href" not in html("[x](lesson:nowhere)")


def test_other_links_stay_as_typed() -> None:
    for address in ("http://example.org", "/account", "mailto:a@b.c", "//example.org", "#top"):
        assert "<a" not in html(f"[x]({address})")


def test_a_table_scrolls_in_a_box_of_its_own_that_the_keyboard_reaches() -> None:
    page = html("| A | B |\n|---|--:|\n| 1 | 2 |")
    assert '<div class="table-wrap" role="region" tabindex="0" aria-label="Table 1"><table>' in page
    assert '<th scope="col">A</th>' in page
    assert '<td class="align-right">2</td>' in page
    assert "style" not in page


def test_a_self_check_is_data_between_the_prose() -> None:
    lesson = rendered(CHECK)
    before, check, after = lesson.blocks
    assert (before.html, after.html) == ("<p>Before.</p>\n", "<p>After.</p>\n")
    assert check.check is not None
    assert (check.check.key, check.check.number) == ("first-words", 1)
    assert check.check.prompt == (
        "<p>What comes first?</p>\n<p>Think of the <em>visitor</em>.</p>\n"
    )
    assert [(o.key, o.html, o.right) for o in check.check.options] == [
        ("1", "A <strong>greeting</strong>", True),
        ("2", "The papers", False),
        ("3", "A look", True),
    ]
    assert check.check.options[1].explanation == "<p>Later.</p>\n"
    assert check.check.is_multiple
    assert check.check.right_keys == {"1", "3"}
    assert lesson.check("first-words") == check.check
    assert lesson.check("nothing") is None


def test_the_prose_alone_holds_nothing_of_the_self_checks() -> None:
    assert rendered(CHECK).html == "<p>Before.</p>\n<p>After.</p>\n"


def test_citations_are_counted_through_prose_and_self_checks() -> None:
    lesson = rendered(
        "a[@law-1]\n\n::: check one\nb[@own-method]\n- [x] c[@law-1]\n  > d\n:::\n\ne[@own-method]"
    )
    assert lesson.citations == ("law-1", "own-method")
    assert lesson.checks[0].options[0].html.endswith("[1]</a></sup>")


def test_each_reader_gets_addresses_of_their_own_from_one_compiled_text() -> None:
    def page(prefix: str) -> str:
        lesson = render_lesson(
            LESSONS["greeting.en"].split("---\n")[2],
            language="en",
            sources=["own-method"],
            files_url=lambda path: f"/{prefix}/{path}?a=1&b=2",
            lesson_url=lambda key: f"/{prefix}/{key}",
        )
        return str(lesson.html)

    assert 'src="/mine/figures/hall.svg?a=1&amp;b=2"' in page("mine")
    assert page("mine").replace("/mine/", "/yours/") == page("yours")


def test_a_typed_private_character_can_not_forge_a_place_for_an_address() -> None:
    assert html("\ue0000\ue001 and \ue000") == "<p>\ufffd0\ufffd and \ufffd</p>\n"


def test_inline_texts_have_no_blocks() -> None:
    assert render_inline("One *two*\n\nthree") == "One <em>two</em><br>three"
    assert render_inline("# no heading") == "# no heading"
    assert render_inline("[x](lesson:queue)") == '<a class="lesson-link">x</a>'
    assert render_inline("![x & y](figures/hall.svg)") == "x &amp; y"


def test_short_texts_have_paragraphs_and_lists_and_say_what_figures_show() -> None:
    assert render_text("A\n\n- b") == "<p>A</p>\n<ul>\n<li>b</li>\n</ul>"
    assert "figure-missing" not in render_text("![x](figures/hall.svg)")
    shown = render_text("![x](figures/hall.svg) [y](media/a.pdf)", files_url=lambda _path: None)
    assert shown.startswith('<p><span class="figure-missing">x</span> <a class="download">y</a>')


def test_a_short_text_shows_its_pictures_where_their_addresses_are_known() -> None:
    shown = render_text("![x](figures/hall.svg)", files_url=lambda path: f"/of/{path}")
    assert shown == (
        '<figure class="figure"><img src="/of/figures/hall.svg" alt="x" loading="lazy" '
        'decoding="async"></figure>'
    )


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("по закону № 210-ФЗ и", "№ 210-ФЗ"),
        ("редакция 509-ФЗ.", "509-ФЗ"),
        ("(152-FZ)", "152-FZ"),
        ("окно № 5, налево", "№ 5"),
        ("Rules No. 684, point 18", "No. 684"),
        ("не более 1 млн ₽", "1 млн ₽"),
        ("5 000, от 30 500 000 ₽;", "30 500 000 ₽"),
        ("и 0,02 % цены", "и 0,02 %"),
        ("ГОСТ Р 56405-2024, введён", "ГОСТ Р 56405-2024"),
        ("доля 18 / 2 400 = 0,0075", "18 / 2 400"),
        ("датирована 23 марта 2024", "23 марта"),
        ("on 23 March 2024", "23 March"),
        ("оценок 9–10 минус", "9–10"),
        ("лежат и в «Правилах» тоже", "и в «Правилах"),
        ("Отзыв (мнение) — сведения", "мнение) —"),
        ("забота о клиентоцентричности", ""),
    ],
)
def test_what_belongs_together_stays_on_one_line(text: str, whole: str) -> None:
    shown = html(text)
    assert not whole or f'<span class="nowrap">{whole}</span>' in shown
    assert shown.count("nowrap") == (1 if whole else 0)
    assert re.sub("<[^>]+>", "", shown).strip() == text
    assert str(unbroken_filter(text)) in shown


def test_a_sign_at_the_end_of_a_typed_line_keeps_its_number() -> None:
    assert "№&nbsp;5" in html("окно №\n5")
    assert html("окно\n5") == "<p>окно\n5</p>\n"
    assert str(unbroken_filter("<b>№ 5")) == '&lt;b&gt;<span class="nowrap">№ 5</span>'
