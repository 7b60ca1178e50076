"""Creating a course, its pages, publication, drafts: as an instructor meets them."""

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.catalog.models import Course, CourseVersion, VersionStatus
from lms.catalog.queries import draft_of, published_version
from lms.catalog.services import open_draft
from lms.core.database import db
from lms.people.models import AccessRole
from tests.builders.catalog import NOW, make_course
from tests.builders.learning import course_of
from tests.builders.people import PASSWORD, make_account, make_unit
from tests.pages import Page, PageClient

pytestmark = pytest.mark.in_turn

LONG = "я" * 301


def make_draft(slug: str = "taught") -> CourseVersion:
    return open_draft(course_of(make_course(slug)), now=NOW, actor=None)


def create(author: PageClient, **changed: object) -> Page:
    fields = {"title_ru": "Вежливость", "title_en": "Courtesy", "languages": ["ru", "en"]}
    status = changed.pop("status", None)
    return author.post("/authoring/new", {**fields, "slug": "", **changed}, status=status)  # type: ignore[arg-type]


def only_draft(slug: str) -> CourseVersion:
    course = db.session.scalars(sa.select(Course).filter_by(slug=slug)).one()
    draft = draft_of(course)
    assert draft is not None
    return draft


def test_an_empty_list_of_courses_says_how_to_begin(author: PageClient) -> None:
    page = author.get("/authoring")
    assert "No course yet" in page.text
    assert page.select("main a[href='/authoring/new']")


def test_a_new_course_gets_a_short_name_made_from_its_title(author: PageClient) -> None:
    page = author.follow(create(author))
    assert page.heading == "Courtesy"
    assert "The course has no modules yet" in page.text
    assert only_draft("courtesy").number == 1


def test_a_second_course_with_the_same_title_gets_a_short_name_of_its_own(
    author: PageClient,
) -> None:
    create(author)
    create(author)
    assert only_draft("courtesy-2").title == {"ru": "Вежливость", "en": "Courtesy"}


def test_a_short_name_that_is_taken_is_refused_beside_its_field(author: PageClient) -> None:
    create(author, slug="courtesy")
    page = create(author, slug="courtesy", title_ru="Другой", status=422)
    assert "already has this short name" in page.one("#slug-error").text_content()
    assert page.one("#title_ru").get("value") == "Другой"


def test_a_course_needs_its_title_in_each_of_its_languages(author: PageClient) -> None:
    page = create(author, title_en="", status=422)
    assert "Enter the title." in page.one("#title_en-error").text_content()
    assert len(page.select(".error-summary li")) == 1
    assert page.one("#title_ru").get("value") == "Вежливость"
    create(author, title_en="", languages=["ru"], slug="russian-only")
    assert only_draft("russian-only").languages == ["ru"]


def test_what_no_course_can_be_is_refused(author: PageClient) -> None:
    create(author, languages=[], status=422)
    create(author, languages=["ru", "xx"], status=422)
    create(author, slug="../etc", status=422)
    create(author, slug="A b", status=422)
    create(author, title_ru=LONG, status=422)
    assert not db.session.scalars(sa.select(Course)).all()


def test_a_title_loses_the_characters_no_database_takes(author: PageClient) -> None:
    create(author, title_en="Cour\0tesy", slug="nul")
    assert only_draft("nul").title["en"] == "Courtesy"


def test_the_page_of_a_course_leads_to_questions_exam_and_results(author: PageClient) -> None:
    make_course("taught")
    page = author.get("/authoring/courses/taught")
    addresses = {link.get("href") for link in page.select("main a")}
    assert {
        "/authoring/courses/taught/items",
        "/authoring/courses/taught/exam",
        "/results/taught",
    } <= addresses
    assert "Greeting" in page.text
    assert page.select("form[action$='/draft']")


def test_the_navigation_says_where_an_author_is(author: PageClient) -> None:
    make_course("taught")
    for path in ("", "/courses/taught", "/courses/taught/items", "/courses/taught/exam"):
        page = author.get(f"/authoring{path}")
        current = [link.text_content().strip() for link in page.select("nav [aria-current=page]")]
        assert "Authoring" in current, path


def test_opening_a_draft_twice_leads_to_the_same_one(author: PageClient) -> None:
    make_course("taught")
    first = author.post("/authoring/courses/taught/draft").location
    assert author.post("/authoring/courses/taught/draft").location == first


def test_an_unknown_course_or_a_published_version_as_draft_is_missing(author: PageClient) -> None:
    version = make_course("taught")
    author.get("/authoring/courses/no-such", status=404)
    author.post("/authoring/courses/no-such/draft", status=404)
    for path in ("", "/settings", "/topics", "/sources", "/figures", "/publish"):
        author.get(f"/authoring/drafts/{version.public_id}{path}", status=404)
        author.get(f"/authoring/drafts/{'0' * 16}{path}", status=404)
    author.post(f"/authoring/drafts/{version.public_id}/discard", status=404)


def test_an_instructor_of_one_centre_edits_no_course_of_the_network(app: Flask) -> None:
    account = make_account(AccessRole.INSTRUCTOR, over=make_unit())
    local = PageClient(app).sign_in(account.username, PASSWORD)
    make_course("taught")
    local.get("/authoring", status=403)
    local.get("/authoring/courses/taught/items", status=403)
    local.post("/authoring/courses/taught/draft", status=403)


SETTINGS = {
    "title_ru": "Имя",
    "title_en": "Name",
    "summary_ru": "О чём",
    "summary_en": "About",
    "languages": ["ru", "en"],
    "hours": "3.5",
    "valid_months": "24",
    "as_of": "2026-01-10",
    "review_by": "2026-09-10",
}


def settings_of(author: PageClient, draft: CourseVersion) -> dict[str, object]:
    values = author.get(f"/authoring/drafts/{draft.public_id}/settings").form_values()
    return {**values, **SETTINGS}


def test_the_settings_of_a_draft_are_changed(author: PageClient) -> None:
    draft = make_draft()
    path = f"/authoring/drafts/{draft.public_id}/settings"
    page = author.follow(author.post(path, settings_of(author, draft)))
    assert "The settings are saved." in page.text
    changed = only_draft("taught")
    assert (str(changed.hours), changed.certificate_valid_months) == ("3.5", 24)
    assert str(changed.review_by) == "2026-09-10"


def test_settings_that_make_no_sense_are_refused_beside_their_fields(author: PageClient) -> None:
    draft = make_draft()
    path = f"/authoring/drafts/{draft.public_id}/settings"
    good = settings_of(author, draft)
    for field, value in {
        "hours": "1.3",
        "valid_months": "0",
        "review_by": "2026-01-09",
        "as_of": "31.31.2026",
        "languages": [],
        "title_en": "",
    }.items():
        page = author.post(path, {**good, field: value}, status=422)
        assert page.select(f"#{field}-error"), field
        assert page.one("#title_ru").get("value") == "Имя"
    for hours in ("NaN", "sNaN", "Infinity", "1e9", "-1", "0"):
        author.post(path, {**good, "hours": hours}, status=422)


def test_two_people_who_change_the_settings_at_once_see_both(author: PageClient) -> None:
    draft = make_draft()
    path = f"/authoring/drafts/{draft.public_id}/settings"
    mine = settings_of(author, draft)
    author.post(path, {**settings_of(author, draft), "summary_en": "Theirs"})
    page = author.post(path, {**mine, "summary_en": "Mine"}, status=409)
    assert "Theirs" in page.text
    assert page.one("#summary_en").text.strip() == "Mine"
    author.post(path, page.form_values())
    assert only_draft("taught").summary["en"] == "Mine"


def test_a_row_version_that_is_no_number_overwrites_nothing(author: PageClient) -> None:
    draft = make_draft()
    path = f"/authoring/drafts/{draft.public_id}/settings"
    for wrong in ("", "x", "-1", "9" * 40, "٣", "1.0"):
        author.post(path, {**settings_of(author, draft), "row_version": wrong}, status=409)
    assert only_draft("taught").title["en"] == "Welcoming a visitor"


def test_a_draft_is_discarded_and_the_published_version_stays(author: PageClient) -> None:
    draft = make_draft()
    page = author.follow(author.post(f"/authoring/drafts/{draft.public_id}/discard"))
    assert "The draft is discarded." in page.text
    course = db.session.scalars(sa.select(Course).filter_by(slug="taught")).one()
    assert draft_of(course) is None
    assert published_version(course) is not None


def test_discarding_the_only_draft_leaves_an_empty_course(author: PageClient) -> None:
    create(author, slug="empty")
    author.post(f"/authoring/drafts/{only_draft('empty').public_id}/discard")
    page = author.get("/authoring/courses/empty")
    assert "Nothing is published yet" in page.text
    assert "empty" in author.get("/authoring").text


def test_what_a_new_draft_lacks_is_shown_and_keeps_it_from_publication(author: PageClient) -> None:
    create(author, slug="empty")
    path = f"/authoring/drafts/{only_draft('empty').public_id}"
    lacks = author.get(path).text
    assert "Settings: fill in “Summary in Russian”" in lacks
    assert "The course has no modules yet" in lacks
    page = author.get(f"{path}/publish")
    assert page.select("button[disabled]")
    page = author.post(f"{path}/publish", status=422)
    assert "still missing" in page.text
    assert only_draft("empty").status is VersionStatus.DRAFT


def test_publishing_makes_the_next_version_and_tells_what_changes(author: PageClient) -> None:
    draft = make_draft()
    author.post(f"/authoring/drafts/{draft.public_id}/settings", settings_of(author, draft))
    page = author.get(f"/authoring/drafts/{draft.public_id}/publish")
    assert "Settings" in page.one("#changes").getparent().getparent().text_content()
    for _click in range(2):
        page = author.follow(author.post(f"/authoring/drafts/{draft.public_id}/publish"))
        assert "Version 2 is published." in page.text
        assert page.heading == "Name"


def test_what_was_changed_after_the_changes_were_shown_is_not_published(author: PageClient) -> None:
    draft = make_draft()
    path = f"/authoring/drafts/{draft.public_id}"
    seen = author.get(f"{path}/publish").form_values()["seen"]
    author.post(f"{path}/settings", settings_of(author, draft))
    page = author.post(f"{path}/publish", {"seen": seen}, status=409)
    assert "Look through the changes again." in page.text
    author.post(f"{path}/publish", {"seen": page.form_values()["seen"]})


def test_a_draft_that_changes_nothing_is_not_published(author: PageClient) -> None:
    draft = make_draft()
    path = f"/authoring/drafts/{draft.public_id}/publish"
    assert "Nothing has changed" in author.get(path).text
    page = author.post(path, status=409)
    assert "same as the published version" in page.text


def test_a_draft_that_another_version_overtook_is_not_published(author: PageClient) -> None:
    draft = make_draft()
    author.post(f"/authoring/drafts/{draft.public_id}/settings", settings_of(author, draft))
    make_course(
        "taught", **{"lessons/queue.en.md": "---\nschema: lms-lesson/1\ntitle: Q\n---\nX.\n"}
    )
    page = author.get(f"/authoring/drafts/{draft.public_id}")
    assert "can no longer be published" in page.text
    page = author.post(f"/authoring/drafts/{draft.public_id}/publish", status=409)
    assert "Another version was published" in page.text
