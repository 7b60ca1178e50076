"""The item bank: questions of all seven kinds, written, changed, retired, restored."""

import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.assessment.authoring.queries import current_version, written_versions
from lms.assessment.authoring.services import bank_of
from lms.assessment.models import Item, ItemKind, ItemVersion, PoolEntry
from lms.assessment.practice.met import PRACTISED
from lms.catalog.models import Activity, CourseVersion, LessonText
from lms.catalog.services import create_course, open_draft
from lms.core.database import db
from tests.builders.assessment import make_exam, make_item
from tests.builders.catalog import NOW, make_course
from tests.builders.learning import course_of
from tests.pages import Page, PageClient

pytestmark = pytest.mark.in_turn

BANK = "/authoring/courses/taught/items"


def texts(name: str, text: str) -> dict[str, str]:
    return {f"{name}-ru": f"{text} (рус)", f"{name}-en": text}


def rows(name: str, key: str, count: int, *parts: str) -> dict[str, str]:
    """The fields of a list's rows, keyed ``key``1, ``key``2, …"""
    fields: dict[str, str] = {}
    for place in range(count):
        fields[f"{name}-{place}-key"] = f"{key}{place + 1}"
        for part in parts:
            fields |= texts(f"{name}-{place}-{part}", f"{part} {place + 1}")
    return fields


COMMON = {
    **texts("prompt", "What **first**?"),
    **texts("explanation", "Because."),
    "topic": "greeting",
    "level": "2",
    "points": "3",
    "key": "",
    "enemies": "twins",
}
SPECIAL: dict[ItemKind, dict[str, Any]] = {
    ItemKind.SINGLE_CHOICE: rows("options", "o", 3, "text", "explanation") | {"correct": "o2"},
    ItemKind.MULTIPLE_CHOICE: rows("options", "o", 4, "text", "explanation")
    | {"correct": ["o1", "o3"]},
    ItemKind.TRUE_FALSE: {"truth": "false"},
    ItemKind.MATCHING: rows("pairs", "p", 3, "left", "right") | rows("distractors", "d", 1, "text"),
    ItemKind.ORDERING: rows("steps", "s", 4, "text"),
    ItemKind.NUMERIC: {"value": "12,5", "tolerance": "0.5", **texts("unit", "min")},
    ItemKind.SHORT_TEXT: {"accepted-ru": "Ёлка\nель", "accepted-en": "fir tree\nfir"},
    ItemKind.GAP_TEXT: texts("text", "Wait [[g1]] minutes in the [[g2]].")
    | rows("gaps", "g", 2, "accepted")
    | texts("gaps-1-distractors", "nowhere"),
    ItemKind.HOTSPOT: rows("areas", "a", 2, "label", "explanation")
    | {f"figure-{code}": "figures/hall.svg" for code in ("ru", "en")}
    | texts("alt", "A hall")
    | {"marks": "1", "correct": "a1", "areas-0-shape": "rectangle", "areas-0-at": "10 20 30.5 15"}
    | {"areas-1-shape": "ellipse", "areas-1-at": "70 50 10 5"},
    ItemKind.DIALOGUE: rows("turns", "t", 3, "says")
    | {"turns-1-score": "100", "turns-2-score": "0"}
    | texts("turns-1-debriefing", "Well done.")
    | texts("turns-2-debriefing", "Not well done.")
    | rows("replies", "r", 2, "text", "explanation")
    | {f"replies-{n}-at": "t1" for n in range(2)}
    | {f"replies-{n}-to": f"t{n + 2}" for n in range(2)}
    | {f"replies-{n}-mood": str(1 - 2 * n) for n in range(2)}
    | {f"replies-{n}-seconds": "20" for n in range(2)},
    ItemKind.FILE: rows("rubric", "k", 2, "text")
    | {"rubric-0-points": "1", "rubric-1-points": "2", "examiners": "1"}
    | {"most_files": "2", "types": ["pdf", "txt"], "megabytes": "3"},
    ItemKind.ESSAY: rows("rubric", "k", 2, "text")
    | {"rubric-0-points": "1", "rubric-1-points": "2", "fewest": "50", "most": "200"}
    | {f"rubric-1-levels-{code}": "0: None.\n1: Some.\n2: All." for code in ("ru", "en")}
    | {"examiners": "2"},
}
kinds = pytest.mark.parametrize("kind", ItemKind, ids=lambda kind: kind.value)


@pytest.fixture(autouse=True)
def course(app: Flask) -> CourseVersion:
    return make_course("taught")


def create(author: PageClient, kind: ItemKind, **changed: Any) -> Page:
    status = changed.pop("status", None)
    fields = {**COMMON, **SPECIAL[kind], "action": "save", **changed}
    fields = {name: value for name, value in fields.items() if value is not None}
    return author.post(f"{BANK}/new/{kind.value}", fields, status=status)


def created(author: PageClient, kind: ItemKind) -> str:
    """Create an item and return its address."""
    return create(author, kind).location


def at_address(address: str) -> Item:
    public_id = address.rsplit("/", 1)[1]
    item = db.session.scalars(sa.select(Item).filter_by(public_id=public_id)).one()
    db.session.refresh(item)
    return item


def problems_of(page: Page) -> str:
    return page.one(".error-summary").text_content()


def by_place(shown: dict[str, Any]) -> dict[str, Any]:
    """Return ``shown`` with keys as they were sent: those of options are dealt out anew, and those
    of replies name their turn too.
    """
    for name in [n for n in shown if n.startswith("replies-") and n.endswith("-key")]:
        shown[name] = shown[name].rpartition("--")[2]
    sent = {shown.get(f"options-{n}-key"): f"o{n + 1}" for n in range(4)}
    return {
        name: [sent.get(v, v) for v in value] if isinstance(value, list) else sent.get(value, value)
        for name, value in shown.items()
    }


@kinds
def test_a_question_of_each_kind_is_written_and_shown_again(
    author: PageClient, kind: ItemKind
) -> None:
    address = created(author, kind)
    written = current_version(at_address(address)).authored
    assert (written.kind, written.topic, written.level, written.points) == (kind, "greeting", 2, 3)
    assert written.explanation == {"ru": "Because. (рус)", "en": "Because."}
    assert written.enemies == "twins"
    page = author.get(address)
    assert "The question is saved." in page.text
    offered = "Open it for practice" in page.text
    assert offered == (kind in PRACTISED), "what practice can't ask is not offered to it"
    shown = by_place(page.form_values("form.item-form"))
    assert shown["enemies"] == "twins"
    for name, value in SPECIAL[kind].items():
        expected = value.replace(",", ".") if name == "value" else value
        assert shown[name] == expected, name


@kinds
def test_the_form_shows_what_the_candidate_will_see(author: PageClient, kind: ItemKind) -> None:
    page = author.get(created(author, kind))
    sample = page.select("#preview-body .sample")[1]
    assert "What first?" in " ".join(sample.text_content().split())
    assert sample.cssselect("strong")
    assert not page.select("#preview-body input[checked]")


@kinds
def test_an_empty_form_of_each_kind_is_refused_with_every_fault_named(
    author: PageClient, kind: ItemKind
) -> None:
    author.get(f"{BANK}/new/{kind.value}")
    page = author.post(f"{BANK}/new/{kind.value}", {"action": "save"}, status=422)
    ids = set(page.tree.xpath("//@id"))
    links = [link.get("href")[1:] for link in page.select(".error-summary a")]
    assert links
    assert set(links) <= ids
    assert db.session.scalar(sa.select(sa.func.count(Item.id))) == 8


@kinds
def test_a_change_makes_a_version_and_no_change_makes_none(
    author: PageClient, kind: ItemKind
) -> None:
    address = created(author, kind)
    values = author.get(address).form_values("form.item-form")
    page = author.follow(author.post(address, {**values, "action": "save"}))
    assert "Nothing was changed." in page.text
    author.post(address, {**values, "prompt-en": "What next?", "action": "save"})
    item = at_address(address)
    assert [v.authored.prompt["en"] for v in written_versions(item)] == [
        "What next?",
        "What **first**?",
    ]
    history = author.get(f"{address}/history")
    assert "What next?" in history.text
    assert "The question was added." in history.text


@kinds
def test_two_people_who_change_a_question_at_once_see_both(
    author: PageClient, kind: ItemKind
) -> None:
    address = created(author, kind)
    values = author.get(address).form_values("form.item-form")
    author.post(address, {**values, "prompt-en": "Theirs?", "action": "save"})
    page = author.post(address, {**values, "prompt-en": "Mine?", "action": "save"}, status=409)
    assert "Theirs?" in page.one("table.differences").text_content()
    assert "Mine?" in page.one("table.differences").text_content()
    assert current_version(at_address(address)).authored.prompt["en"] == "Theirs?"
    again = page.form_values()
    going_on = author.post(address, {**again, "action": "continue"}, status=200)
    assert going_on.form_values("form.item-form")["prompt-en"] == "Mine?"
    author.post(address, {**again, "action": "save"})
    assert current_version(at_address(address)).authored.prompt["en"] == "Mine?"


def test_an_older_version_is_edited_into_a_new_one(author: PageClient) -> None:
    address = created(author, ItemKind.TRUE_FALSE)
    values = author.get(address).form_values("form.item-form")
    author.post(address, {**values, "prompt-en": "Second?", "action": "save"})
    page = author.get(f"{address}?version=1")
    assert "The form shows version 1" in page.text
    author.post(address, {**page.form_values("form.item-form"), "action": "save"})
    item = at_address(address)
    assert item.current_number == 3
    assert current_version(item).authored.prompt["en"] == "What **first**?"
    author.get(f"{address}?version=99", status=404)
    author.get(f"{address}?version=x")


def test_a_question_need_not_explain_itself_and_is_found_by_that(author: PageClient) -> None:
    kind = ItemKind.SINGLE_CHOICE
    silent = {name: "" for name in COMMON | SPECIAL[kind] if "explanation" in name}
    told, untold = created(author, kind), create(author, kind, **silent).location
    listed = author.get(f"{BANK}?unexplained=y").select("a.item-link")
    assert [link.get("href") for link in listed] == [untold] != [told]
    half = create(author, kind, **{**silent, "explanation-en": "Because."}, status=422)
    assert "in this language too" in problems_of(half)


@pytest.mark.parametrize(("language", "number"), [("en", "1920"), ("ru", "1.920")])
def test_an_author_writes_numbers_as_candidates_do(
    author: PageClient, language: str, number: str
) -> None:
    author.browser.set_cookie("language", language)
    address = create(author, ItemKind.NUMERIC, value="1,920", tolerance="0").location
    assert author.get(address).form_values("form.item-form")["value"] == number


def test_a_question_is_retired_and_restored(author: PageClient) -> None:
    address = created(author, ItemKind.NUMERIC)
    page = author.follow(author.post(f"{address}/retire"))
    assert "is retired" in page.text
    listed = author.get(BANK)
    assert address not in {link.get("href") for link in listed.select("a.item-link")}
    assert address in {
        link.get("href") for link in author.get(f"{BANK}?retired=y").select("a.item-link")
    }
    page = author.follow(author.post(f"{address}/restore"))
    assert "in use again" in page.text
    assert at_address(address).retired_at is None


def test_retiring_is_a_change_for_whoever_is_editing(author: PageClient) -> None:
    address = created(author, ItemKind.NUMERIC)
    values = author.get(address).form_values("form.item-form")
    author.post(f"{address}/retire")
    changed = {**values, "prompt-en": "Mine?", "action": "save"}
    author.post(address, changed, status=409)


# What is wrong in one field, by kind: the changed fields and what the page says.
WRONG: list[tuple[ItemKind, dict[str, Any], str]] = [
    (ItemKind.SINGLE_CHOICE, {"correct": None}, "Mark the one right option."),
    (ItemKind.SINGLE_CHOICE, {"correct": ["o1", "o2"]}, "Mark the one right option."),
    (ItemKind.SINGLE_CHOICE, {"correct": "zz"}, "Mark the one right option."),
    (ItemKind.SINGLE_CHOICE, texts("options-1-text", "Text 1!"), "stands here twice"),
    (ItemKind.MULTIPLE_CHOICE, {"correct": None}, "at least one right option"),
    (ItemKind.MULTIPLE_CHOICE, {"correct": ["o1", "o2", "o3", "o4"]}, "at least one wrong option"),
    (ItemKind.TRUE_FALSE, {"truth": None}, "Choose whether the statement is true."),
    (ItemKind.TRUE_FALSE, {"truth": "perhaps"}, "Not a valid choice"),
    (ItemKind.MATCHING, texts("pairs-1-left", "left 1"), "stands here twice"),
    (ItemKind.MATCHING, texts("distractors-0-text", "right 1"), "stands here twice"),
    (ItemKind.MATCHING, {"distractors-0-key": "p1"}, "damaged"),
    (ItemKind.ORDERING, texts("steps-1-text", "Text 1!"), "stands here twice"),
    (ItemKind.ORDERING, {"steps-1-key": "s1"}, "damaged"),
    (ItemKind.ORDERING, {"steps-1-key": None}, "damaged"),
    (ItemKind.ORDERING, {"steps-1-key": "../x"}, "damaged"),
    (ItemKind.SINGLE_CHOICE, {"options-1-key": ""}, "damaged"),
    (ItemKind.NUMERIC, {"value": "a dozen"}, "Enter a number, such as 12.5."),
    (ItemKind.NUMERIC, {"value": " "}, "Enter the number."),
    (ItemKind.NUMERIC, {"value": "NaN"}, "Enter a number, such as 12.5."),
    (ItemKind.NUMERIC, {"value": "1e99"}, "Enter a number, such as 12.5."),
    (ItemKind.NUMERIC, {"tolerance": "-1"}, "not below 0"),
    (ItemKind.NUMERIC, {"tolerance": "Infinity"}, "not below 0"),
    (ItemKind.NUMERIC, {"unit-ru": ""}, "in this language too"),
    (ItemKind.SHORT_TEXT, {"accepted-en": "...\n!"}, "needs a letter or a digit"),
    (ItemKind.SHORT_TEXT, {"accepted-ru": ""}, "in this language too"),
    (ItemKind.SHORT_TEXT, {"accepted-en": "x" * 3000}, "characters a line"),
    (ItemKind.TRUE_FALSE, {"prompt-en": " "}, "in this language too"),
    (ItemKind.TRUE_FALSE, {"prompt-en": "x" * 100_000}, "Use at most"),
    (ItemKind.TRUE_FALSE, {"prompt-en": "![x](figures/none.svg)"}, "no file figures/none.svg"),
    (ItemKind.TRUE_FALSE, {"prompt-en": "![](figures/hall.svg)"}, "has no description"),
    (ItemKind.ESSAY, {"rubric-0-text-en": "![x](figures/hall.svg)"}, "can't stand here"),
    (ItemKind.ESSAY, {"rubric-1-levels-en": "None.\n\nAll."}, "from 0 to 2: 3 lines, not 2"),
    (ItemKind.ESSAY, {"rubric-1-levels-en": "0: None.\n1:\n2: All."}, "3 lines, not 2"),
    (ItemKind.ESSAY, {"rubric-1-levels-ru": ""}, "in this language too"),
    (ItemKind.ESSAY, {"rubric-1-levels-ru": f"a\nb\n{'x' * 1001}"}, "characters a line"),
    (ItemKind.ESSAY, {"rubric-1-points": "3", "points": "4"}, "3: 4 lines, not 3"),
    (ItemKind.TRUE_FALSE, {"topic": "no-such"}, "Not a valid choice"),
    (ItemKind.TRUE_FALSE, {"topic": None}, "Topic"),
    (ItemKind.TRUE_FALSE, {"level": "9"}, "Not a valid choice"),
    (ItemKind.TRUE_FALSE, {"points": "0"}, "from 1 to 10"),
    (ItemKind.TRUE_FALSE, {"points": "many"}, "Points"),
    (ItemKind.TRUE_FALSE, {"points": "9" * 5000}, "Points"),
    (ItemKind.TRUE_FALSE, {"key": "Big Key"}, "2 to 60"),
    (ItemKind.TRUE_FALSE, {"key": "greeting-1"}, "already in use"),
    (ItemKind.TRUE_FALSE, {"sources": "no-such"}, "Sources"),
]


@pytest.mark.parametrize(("kind", "changed", "told"), WRONG)
def test_what_makes_no_sense_is_told_at_its_field_and_what_was_typed_is_kept(
    author: PageClient, kind: ItemKind, changed: dict[str, Any], told: str
) -> None:
    page = create(author, kind, **{"explanation-en": "Kept.", **changed}, status=422)
    assert told in problems_of(page)
    assert page.form_values("form.item-form")["explanation-en"] == "Kept."
    assert db.session.scalar(sa.select(sa.func.count(Item.id))) == 8


@pytest.mark.parametrize("typed", ["0: None.\n1: Some.\n2: 2: all.", " None.\n\nSome. \n2: all."])
def test_levels_are_taken_with_their_numbers_or_without(author: PageClient, typed: str) -> None:
    fields = {f"rubric-1-levels-{code}": typed for code in ("ru", "en")}
    item = at_address(create(author, ItemKind.ESSAY, **fields).location)
    levels = current_version(item).authored.rubric[1].levels
    assert [level["en"] for level in levels] == ["None.", "Some.", "2: all."]


def test_a_question_is_saved_with_a_picture_of_the_course(author: PageClient) -> None:
    text = "Here:\n\n![The way](figures/hall.svg)"
    address = create(author, ItemKind.TRUE_FALSE, **{"prompt-en": text}).location
    page = author.get(address)
    assert page.form_values("form.item-form")["prompt-en"] == text
    assert [image.get("alt") for image in page.select(".question-text img")] == ["The way"]


def test_rows_are_added_moved_and_removed_without_saving(author: PageClient) -> None:
    def row_keys(page: Page) -> list[str]:
        return [i.get("value") for i in page.select("#steps input[type=hidden][name$='-key']")]

    path, fields = f"{BANK}/new/ordering", {**COMMON, **SPECIAL[ItemKind.ORDERING]}
    page = author.post(path, {**fields, "rows": "add:steps"}, status=200)
    assert row_keys(page) == ["s1", "s2", "s3", "s4", "s5"]
    page = author.post(path, {**fields, "rows": "down:steps:0"}, status=200)
    assert page.form_values("form.item-form")["steps-0-text-en"] == "text 2"
    page = author.post(path, {**fields, "rows": "remove:steps:1"}, status=200)
    assert row_keys(page) == ["s1", "s3", "s4"]
    for senseless in ("up:steps:0", "remove:steps:99", "add:pairs", "drop:steps:1", "x" * 5000):
        page = author.post(path, {**fields, "rows": senseless}, status=200)
        assert row_keys(page) == ["s1", "s2", "s3", "s4"]


def test_a_form_with_absurdly_many_rows_is_refused(author: PageClient) -> None:
    many = rows("options", "o", 60, "text", "explanation")
    page = create(author, ItemKind.SINGLE_CHOICE, **many, status=422)
    assert "There must be from" in problems_of(page)


@kinds
def test_a_forged_preview_of_nothing_shows_a_page(author: PageClient, kind: ItemKind) -> None:
    author.post(f"{BANK}/new/{kind.value}", {"action": "preview"}, status=200)
    forged = {f"{name}-0-text-en": "x" for name in ("options", "steps", "distractors")}
    forged |= {"pairs-7-left-en": "x", "points": "x", "topic": "x", "level": "x", "correct": "x"}
    author.post(f"{BANK}/new/{kind.value}", {**forged, "action": "preview"}, status=200)


EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)> [x](javascript:alert(1)) \0"


@kinds
def test_hostile_texts_are_harmless_in_form_preview_list_and_history(
    author: PageClient, kind: ItemKind
) -> None:
    texts = {
        name: value
        for name, value in {**COMMON, **SPECIAL[kind]}.items()
        if name.endswith(("-ru", "-en"))
        and not any(part in name for part in ("accepted", "unit", "figure"))
    }
    evil = {name: f"{value}{EVIL}" for name, value in texts.items()}
    page = create(author, kind, **evil, action="preview", status=200)
    assert not page.tree.xpath("//main//script | //main//*[contains(@href, 'javascript')]")
    # A course folder with it would be refused.
    assert "Raw HTML is not allowed" in create(author, kind, **evil, status=422).text
    quoted = {name: f"{value} `{EVIL}`" for name, value in texts.items()}
    page = create(author, kind, **quoted, action="preview", status=200)
    unsaved = [sample.text_content() for sample in page.select("#preview-body .sample")]
    page = create(author, kind, **quoted)
    address = page.location
    for path in (address, BANK, f"{address}/history", f"{BANK}?q=script"):
        shown = author.get(path)
        assert not shown.tree.xpath(
            "//main//script | //main//img[not(starts-with(@src, '/files/'))]"
        )
        assert not shown.tree.xpath("//main//*[contains(@href, 'javascript')]")
    saved = [s.text_content() for s in author.get(address).select("#preview-body .sample")]
    assert saved == unsaved


def test_the_bank_is_narrowed_by_words_topic_kind_and_level(author: PageClient) -> None:
    address = created(author, ItemKind.ORDERING)

    def found(query: str) -> list[str]:
        return [link.get("href") for link in author.get(f"{BANK}?{query}").select("a.item-link")]

    assert found("q=FIRST") == [address]
    assert found("kind=ordering&topic=greeting&level=2") == [address]
    assert found("q=вопрос+3") == found("q=question 3")
    assert len(found("topic=waiting")) == 4
    assert found("q=no-such-word") == []
    for odd in ("q=%25_", "q=" + "я" * 500):
        author.get(f"{BANK}?{odd}")
    for odd in ("kind=x&level=x&topic=x", "level=9"):
        author.get(f"{BANK}?{odd}", status=422)
    author.get(f"{BANK}?q=%00", status=400)


def test_an_empty_bank_says_how_to_begin(author: PageClient) -> None:
    create_course(slug="empty", title={"en": "E"}, languages=["en"], now=NOW, actor=None)
    page = author.get("/authoring/courses/empty/items")
    assert "No questions yet" in page.text
    page = author.get("/authoring/courses/empty/items/new")
    assert "no topics yet" in page.text
    author.get("/authoring/courses/empty/items/new/matching")


def test_what_is_foreign_or_not_there_is_missing(author: PageClient) -> None:
    foreign = make_exam([make_item(ItemKind.NUMERIC)])
    item = db.session.scalars(
        sa.select(Item).where(Item.bank_id == bank_of(course_of(foreign)).id)
    ).one()
    for key in (item.public_id, "0" * 16, "x"):
        author.get(f"{BANK}/{key}", status=404)
        author.get(f"{BANK}/{key}/history", status=404)
        author.post(f"{BANK}/{key}", {"action": "save"}, status=404)
        author.post(f"{BANK}/{key}/retire", status=404)
        author.post(f"{BANK}/{key}/restore", status=404)
    author.get(f"{BANK}/new/no-such", status=404)
    author.get("/authoring/courses/no-such/items", status=404)


def test_a_published_exam_keeps_the_wording_it_was_published_with(
    author: PageClient, course: CourseVersion
) -> None:
    item = db.session.scalars(
        sa.select(Item).where(
            Item.bank_id == bank_of(course_of(course)).id, Item.key == "greeting-1"
        )
    ).one()
    address = f"{BANK}/{item.public_id}"
    values = author.get(address).form_values("form.item-form")
    author.post(address, {**values, "prompt-en": "Reworded?", "action": "save"})
    pinned = sa.select(ItemVersion.number).join(PoolEntry).where(ItemVersion.item_id == item.id)
    assert db.session.scalars(pinned).all() == [1]
    assert "Exams still ask version 1 of this question." in author.get(address).text
    assert "1 question differs from what people are asked now." in author.get(BANK).text
    page = author.follow(author.post("/authoring/courses/taught/draft"))
    author.post(f"{page.response.request.path}/publish")
    assert sorted(db.session.scalars(pinned)) == [1, 2]
    assert "differs from what people are asked" not in author.get(BANK).text


def test_a_picture_that_only_a_question_shows_keeps_no_draft_from_being_published(
    author: PageClient, course: CourseVersion
) -> None:
    draft = open_draft(course_of(course), now=NOW, actor=None)
    own = LessonText.activity_id.in_(sa.select(Activity.id).where(Activity.version_id == draft.id))
    for text in db.session.scalars(sa.select(LessonText).where(own)):
        text.body = re.sub(r"!\[[^]]*\]\(figures/hall\.svg[^)]*\)", "", text.body)
    db.session.flush()
    page = f"/authoring/drafts/{draft.public_id}"
    unused = "is shown in no lesson and no question"
    assert unused in author.get(page).text
    create(author, ItemKind.HOTSPOT)
    assert unused not in author.get(page).text
