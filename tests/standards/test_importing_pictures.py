"""Pictures of an import in a course: where they go, and that a second import changes nothing."""

import base64

import pytest
from flask import Flask

from lms.assessment.authoring.services import bank_of, put_item
from lms.assessment.models import ItemKind
from lms.catalog.media.queries import paths_of
from lms.catalog.models import Course
from lms.catalog.services import open_draft
from lms.core.database import db
from lms.standards.items.banks.exporting import export_bank
from lms.standards.items.banks.importing import Outcome
from lms.standards.items.banks.queries import kept_items
from lms.standards.items.formats import ItemFormat
from tests.builders.assessment import both, make_item
from tests.builders.catalog import NOW
from tests.builders.media import picture
from tests.pages import PageClient
from tests.standards.samples import make_empty
from tests.standards.test_importing import newest, plan, take
from tests.standards.test_pages import BANK, confirm, upload
from tests.standards.test_pictures import marked

pytestmark = pytest.mark.in_turn

FORMS = [ItemFormat.MOODLE_XML, ItemFormat.QTI21, ItemFormat.QTI3]


def quiz(name: str, content: bytes, asked: str = "Где?") -> str:
    """A question of Moodle with a picture in its text."""
    coded = base64.b64encode(content).decode()
    return (
        '<quiz><question type="truefalse"><questiontext format="html"><text><![CDATA['
        f'<p>{asked}</p><p><img src="@@PLUGINFILE@@/{name}" alt="Зал"></p>]]></text>'
        f'<file name="{name}" path="/" encoding="base64">{coded}</file></questiontext>'
        '<answer fraction="100"><text>true</text></answer>'
        '<answer fraction="0"><text>false</text></answer></question></quiz>'
    )


@pytest.fixture(autouse=True)
def course(app: Flask) -> Course:
    """A course with a draft."""
    course = make_empty("taught")
    open_draft(course, now=NOW, actor=None)
    return course


def test_a_picture_goes_to_the_draft_with_its_question(course: Course) -> None:
    made = take(course, marked())
    assert "figures/plan.png" in paths_of(newest(course).id)
    assert made.items[0].item.figure == {"ru": "figures/plan.png"}
    again = take(course, marked())
    assert (again.count(Outcome.UNCHANGED), again.pictures) == (1, {})


def test_pictures_of_texts_go_to_the_draft_under_free_names(course: Course) -> None:
    before = paths_of(newest(course).id)
    content = quiz("hall.png", picture(90, 90, "PNG", noise=False))
    dry = plan(course, content)
    assert list(dry.pictures) == ["figures/hall.png"]
    assert paths_of(newest(course).id) == before  # nothing is written
    [made] = take(course, content).items
    assert made.item.prompt == {"ru": "Где?\n\n![Зал](figures/hall.png)"}
    again = take(course, content)
    assert (again.count(Outcome.UNCHANGED), again.pictures) == (1, {})
    other = take(course, quiz("hall.png", picture(80, 80, "PNG", noise=False), "Куда?"))
    assert other.items[0].item.prompt == {"ru": "Куда?\n\n![Зал](figures/hall-2.png)"}
    assert paths_of(newest(course).id) == before | {"figures/hall.png", "figures/hall-2.png"}
    closed = plan(make_empty("closed"), content)
    assert closed.items[0].item.prompt == {"ru": "Где?\n\nЗал"}
    assert not closed.is_whole
    assert any("begin a draft" in str(note.message) for note in closed.notes)


def test_another_picture_of_the_same_name_gets_one_of_its_own(course: Course) -> None:
    take(course, marked())
    other = marked(picture(300, 300, "PNG", noise=False)).replace("Where?", "And there?")
    assert take(course, other).items[0].item.figure == {"ru": "figures/plan-2.png"}


def test_a_published_course_takes_no_picture(course: Course) -> None:
    published = make_empty("closed")
    made = plan(published, marked())
    assert made.items == []
    assert "begin a draft" in str(made.rejected[0].reason)
    assert not made.is_whole


@pytest.mark.parametrize("form", FORMS)
def test_an_export_comes_back_as_it_was(course: Course, form: ItemFormat) -> None:
    shown = both("Look:\n\n![The *hall*](figures/hall.svg)")
    for item in (
        make_item(ItemKind.HOTSPOT, points=3),
        make_item(ItemKind.FILE, points=3, prompt=shown),
        make_item(ItemKind.ORDERING, points=3, explanation=shown),
    ):
        put_item(bank_of(course), item, now=NOW, actor_id=None)
    db.session.flush()
    before = {key: kept.item for key, kept in kept_items(course).items()}
    written = export_bank(course=course, version=newest(course), form=form, languages=["ru", "en"])
    made = take(course, written.content, form=form)
    assert made.count(Outcome.UNCHANGED) == 3
    assert {key: kept.item for key, kept in kept_items(course).items()} == before


def test_a_course_without_the_picture_says_so(course: Course) -> None:
    item = make_item(ItemKind.HOTSPOT, figure={"ru": "figures/gone.png", "en": "figures/gone.png"})
    put_item(bank_of(course), item, now=NOW, actor_id=None)
    written = export_bank(
        course=course, version=newest(course), form=ItemFormat.QTI3, languages=["ru"]
    )
    assert [(loss.whole, str(loss.message)) for loss in written.losses] == [
        (True, "the course doesn't have its picture")
    ]


def test_the_check_shows_the_picture_before_it_is_kept(author: PageClient) -> None:
    page = upload(author, marked().encode())
    [shown] = page.select("img.hotspot-picture")
    assert str(shown.get("src")).startswith("data:image/png;base64,")
    assert "the picture “figures/plan.png” is added to the draft" in page.text
    confirm(author, page)
    stored = author.get(f"{BANK}").select("a.item-link")
    assert len(stored) == 1


def test_a_file_that_lies_about_its_picture_is_told_on_the_page(author: PageClient) -> None:
    page = upload(author, marked(b"no picture").encode())
    assert "its picture “plan.png” is no picture that can be read" in page.text
