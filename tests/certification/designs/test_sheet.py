"""What a design makes of a certificate's facts, free of the database."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.certification.designs.sheet.composing import Page, compose
from lms.certification.designs.sheet.faces import (
    ALLOWED,
    LIMITS,
    STANDARD,
    Emblem,
    Face,
    Part,
    changed,
    data_of,
    face_of,
)
from lms.certification.designs.sheet.layouts import SHEETS
from lms.certification.designs.sheet.placeholders import (
    Placeholder,
    StrayBrace,
    filled,
    named,
    unknown,
)
from lms.certification.designs.sheet.placing import POINT, Placed, lines
from lms.certification.designs.sheet.styles import COLOURS, SHEET_INKS, Accent, Ink, Layout
from tests.builders.designs import make_face
from tests.certification.test_document import LONG, data

LANGUAGES = ("ru", "en")


def page_of(face: Face | None = None, language: str = "ru", **facts: Any) -> Page:
    return compose(face or Face(), language, data(**facts))


def text(page: Page, key: str) -> Placed:
    (found,) = [one for one in page.texts if one.key == key]
    return found


def with_text(part: Part, said: str) -> Face:
    return Face(texts={**STANDARD, part: {"ru": said, "en": said}})


def luminance(colour: str) -> float:
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_a_centre_of_its_own_bears_the_word_of_a_demonstration() -> None:
    face = with_text(Part.CENTRE, "Северный центр")
    assert text(page_of(face), "centre").text == "Северный центр"
    assert text(page_of(face, mark="образец"), "centre").text == "Северный центр (образец)"


def test_every_layout_is_drawn_with_every_number_of_signatories() -> None:
    for layout in Layout:
        for count in range(4):
            page = page_of(make_face(layout=layout, signatories=count))
            assert len(page.rules) == count
            assert set(SHEETS[layout](count).boxes) == set(SHEETS[layout](0).boxes)


@pytest.mark.parametrize("accent", Accent)
def test_text_in_every_colour_can_be_read(accent: Accent) -> None:
    inks = COLOURS[accent]
    least = min(1.05 / (luminance(inks[ink]) + 0.05) for ink in SHEET_INKS)
    assert least >= 4.5
    assert set(inks) == set(Ink)


@pytest.mark.parametrize("count", [0, 3])
@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_name_title_and_texts_stay_in_their_places(
    layout: Layout, language: str, count: int
) -> None:
    title = "Порядок предоставления государственных услуг и работа с обращениями граждан " * 3
    texts = {part: dict.fromkeys(LANGUAGES, ("Слова " * 60)[: LIMITS[part]]) for part in Part}
    face = make_face(layout=layout, signatories=count, texts=texts)
    page = page_of(face, language, holder=f"{LONG} {LONG}", course=title[:200], unit=LONG)
    for one in page.texts:
        assert lines(one.text, one.box, one.size) * one.size * one.box.line_height * POINT <= (
            one.box.height + 0.02
        ), one.key


@pytest.mark.parametrize("layout", Layout)
def test_every_place_lies_on_the_sheet(layout: Layout) -> None:
    page = page_of(make_face(layout=layout, signatories=3))
    for box in (one.box for one in page.texts):
        assert box.left >= 8
        assert box.left + box.width <= page.sheet.width - 8
        assert box.top + box.height <= page.sheet.height - 8


def test_a_name_is_set_as_large_as_it_fits() -> None:
    sizes = [text(page_of(holder=name), "holder").size for name in ("Я", LONG, "Щ" * 300)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] == 41


@pytest.mark.parametrize("layout", Layout)
def test_a_line_ends_at_a_hyphen_only_in_a_name_longer_than_a_line(layout: Layout) -> None:
    face = make_face(layout=layout)
    name, endless = (text(page_of(face, holder=one), "holder") for one in (LONG, "Щ-" * 150))
    assert (name.data["whole"], endless.data["whole"]) == (True, False)
    first, *_others = LONG.split()
    assert lines(first, name.box, name.size) == 1


def test_what_stands_side_by_side_has_one_size() -> None:
    page = page_of(make_face(layout=Layout.PORTRAIT), holder=LONG, valid_until_on="2028-09-30")
    assert len({text(page, key).size for key in ("hours", "score", "issued", "valid")}) == 1


def test_what_varies_is_marked() -> None:
    page = page_of(with_text(Part.WORDING, "прошёл курс за {hours} часов"))
    varying = {one.key for one in page.texts if one.varies}
    assert varying >= {"holder", "unit", "course", "wording", "hours", "score", "number", "note"}
    assert not varying & {"heading", "subtitle", "opening", "centre", "hours-label"}


def test_placeholders_are_filled_in_each_language() -> None:
    said = "{holder}: {course}, {hours}, {score}, {date}, {validity}, {number}, {centre}"
    face = with_text(Part.WORDING, said)
    russian = text(page_of(face), "wording").text
    assert "Соколова Мария Андреевна: Искренний сервис, 16, 92,5" in russian
    assert "по\xa010\xa0марта\xa02028" in russian
    assert "until\xa010\xa0March\xa02028" in text(page_of(face, "en"), "wording").text


def test_a_certificate_without_an_exam_and_an_expiry_says_so() -> None:
    page = page_of(percent=None, valid_until_on=None)
    assert text(page, "wording").text == "Программа курса освоена"
    assert text(page, "valid").text == "бессрочно"
    assert "score" not in {one.key for one in page.texts}


@given(st.text(max_size=60), st.text(max_size=60))
def test_values_are_never_read_as_placeholders(name: str, said: str) -> None:
    assert filled("{holder}", {Placeholder.HOLDER: name}) == name
    assert filled(said.replace("{", ""), {}) == said.replace("{", "")


@pytest.mark.parametrize("said", ["{{ 7*7 }}", "a { b", "a } b", "{holder}}"])
def test_a_stray_brace_is_noticed(said: str) -> None:
    with pytest.raises(StrayBrace):
        named(said)


def test_unknown_placeholders_are_named() -> None:
    assert unknown("{holder} {salary} {% raw %} {salary}", ALLOWED[Part.NOTE]) == [
        "salary",
        "% raw %",
    ]
    assert unknown("{score}", ALLOWED[Part.NOTE]) == ["score"]
    assert unknown("{score}", ALLOWED[Part.WORDING]) == []


def test_a_face_is_stored_without_loss() -> None:
    face = make_face(layout=Layout.BAND, accent=Accent.PLUM, emblem=Emblem("abc", {"ru": "Герб"}))
    assert face_of(data_of(face)) == face


def test_what_changed_is_named() -> None:
    before = make_face()
    after = replace(
        before, accent=Accent.TEAL, texts={**before.texts, Part.NOTE: {"ru": "", "en": ""}}
    )
    assert changed(before, after) == ["accent", "note"]


def test_a_reissued_one_names_the_one_it_replaces() -> None:
    old = {"number": "0000-0000", "issued_on": "2025-01-02"}
    assert "0000-0000 (2\xa0января\xa02025" in text(page_of(replaces=old), "note").text
