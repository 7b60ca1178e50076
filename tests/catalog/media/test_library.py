"""The media library of a draft: files come in clean, are described, used, renamed, replaced, removed."""

import io
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, current_app

from lms.catalog.models import CourseFile, CourseVersion, Rendition
from lms.catalog.queries import whole_version
from lms.catalog.services import edit_lesson, open_draft
from lms.core.database import db
from lms.core.storage import blobs
from lms.people.models import AccessRole
from tests.builders.catalog import FIGURE, NOW, make_course
from tests.builders.learning import course_of
from tests.builders.media import CAPTIONS, PDF, docx, mp4, photograph, picture
from tests.builders.people import PASSWORD, make_account
from tests.pages import Page, PageClient

pytestmark = pytest.mark.in_turn


@pytest.fixture
def draft(app: Flask) -> CourseVersion:
    return open_draft(course_of(make_course("taught")), now=NOW, actor=None)


@pytest.fixture
def path(draft: CourseVersion) -> str:
    return f"/authoring/drafts/{draft.public_id}/media"


def paths(draft: CourseVersion) -> list[str]:
    return [file.path for file in whole_version(draft.id).files]


def file_at(draft: CourseVersion, place: str) -> CourseFile:
    found = sa.select(CourseFile).where(CourseFile.version_id == draft.id, CourseFile.path == place)
    return db.session.scalars(found).one()


def upload(author: PageClient, path: str, *files: tuple[str, bytes], **options: Any) -> Page:
    sent = [(io.BytesIO(content), name) for name, content in files]
    return author.post(path, {"files": sent}, content_type="multipart/form-data", **options)


def write(draft: CourseVersion, body: str, language: str = "en") -> None:
    lesson = whole_version(draft.id).activities[0]
    text = next(text for text in lesson.texts if text.language == language)
    edit_lesson(
        lesson,
        language,
        title=text.title,
        body=body,
        row_version=text.row_version,
        now=NOW,
        actor=None,
    )


def test_several_files_come_in_at_once_under_names_of_their_own(
    author: PageClient, draft: CourseVersion, path: str
) -> None:
    page = author.follow(
        upload(
            author,
            path,
            ("Зал ожидания.JPG", photograph()),
            ("..\\..\\hall.svg", FIGURE),
            ("Talk.mp4", mp4()),
            ("talk.ru.vtt", CAPTIONS),
            ("Зал ожидания.png", picture(kind="PNG")),
        )
    )
    assert "5 files are saved." in page.text
    assert paths(draft) == [
        "figures/hall-2.svg",
        "figures/hall.svg",
        "figures/zal-ozhidaniya-2.jpg",
        "figures/zal-ozhidaniya.jpg",
        "media/talk.mp4",
        "media/talk.ru.vtt",
    ]


def test_what_is_good_is_kept_and_what_is_not_is_named(
    author: PageClient, draft: CourseVersion, path: str
) -> None:
    lies = [("b.pdf", b"MZ lies"), ("talk.mp4", picture()), ("a.png", PDF), ("plan.xlsx", PDF)]
    page = upload(author, path, ("rules.pdf", PDF), *lies, status=422)
    told = page.one("#files-error").text_content()
    assert "b.pdf: is none of the kinds" in told
    for name, _ in lies[1:]:
        assert f"{name}: its content is not what its name says" in told
    assert paths(draft) == ["figures/hall.svg", "media/rules.pdf"]


def test_a_script_gets_the_new_cards_and_the_reasons(author: PageClient, path: str) -> None:
    asked = {"headers": {"Accept": "application/json"}}
    good = upload(author, path, ("room.jpg", picture()), status=201, **asked)
    assert "room.jpg" in good.response.json["cards"][0]
    bad = upload(author, path, ("a.exe", b"MZ"), status=422, **asked)
    assert bad.response.json["refused"][0].startswith("a.exe: ")


def test_a_picture_that_is_kept_in_another_format_says_what_it_was_called(
    author: PageClient, draft: CourseVersion, path: str
) -> None:
    upload(author, path, ("plan.png", picture(kind="PNG")), ("hall.jpeg", picture()))
    shown = {
        card.get("id"): "sent as" in card.text_content()
        for card in author.get(path).select("[data-media-grid] > li")
    }
    told = {one: shown[f"file-{file_at(draft, one).public_id}"] for one in paths(draft)}
    assert told["figures/plan.jpg"]
    assert sum(told.values()) == 1


def test_a_form_without_files_is_refused(author: PageClient, path: str) -> None:
    page = author.post(path, {}, status=422, content_type="multipart/form-data")
    assert "Choose a file." in page.text


def test_a_body_beyond_the_limit_is_not_read(make_app: Any) -> None:
    app = make_app(max_video_bytes=2048, max_picture_bytes=2048, max_audio_bytes=2048,
                   max_document_bytes=2048)  # fmt: skip
    with app.app_context():
        draft = open_draft(course_of(make_course()), now=NOW, actor=None)
        author = _author(app)
        place = f"/authoring/drafts/{draft.public_id}/media"
        big = b"--x\r\n" + b" " * (4 * 1024 * 1024)
        sent = author.browser.post(place, data=big, content_type="multipart/form-data; boundary=x")
        assert sent.status_code == 413
        assert paths(draft) == ["figures/hall.svg"]


def _author(app: Flask) -> PageClient:
    account = make_account(AccessRole.INSTRUCTOR)
    return PageClient(app).sign_in(account.username, PASSWORD)


def test_a_picture_has_smaller_ones_that_only_its_readers_see(
    app: Flask, author: PageClient, draft: CourseVersion, path: str
) -> None:
    upload(author, path, ("room.jpg", picture(1200, 800)))
    file = file_at(draft, "figures/room.jpg")
    assert list(db.session.scalars(sa.select(Rendition.width).order_by(Rendition.width))) == [
        480, 960, 1200,
    ]  # fmt: skip
    served = author.get(f"/files/{file.public_id}/480")
    assert served.response.mimetype == "image/webp"
    author.get(f"/files/{file.public_id}/481", status=404)
    PageClient(app).get(f"/files/{file.public_id}/480", status=302)


def test_a_description_stands_where_a_lesson_gives_none(
    author: PageClient, draft: CourseVersion, path: str
) -> None:
    upload(author, path, ("room.jpg", picture()))
    file = file_at(draft, "figures/room.jpg")
    page = author.get(f"{path}/{file.public_id}")
    values = {**page.form_values(), "alt_ru": "Зал.", "alt_en": "A  hall\nfull of light."}
    author.post(f"{path}/{file.public_id}", values)
    write(draft, "![](figures/room.jpg)")
    lesson = whole_version(draft.id).activities[0].public_id
    shown = author.get(f"/authoring/lessons/{lesson}?language=en")
    assert shown.one(".lesson-body img").get("alt") == "A hall full of light."
    assert "has no description" not in shown.text


def test_two_people_who_describe_a_picture_at_once_see_both(
    author: PageClient, draft: CourseVersion, path: str
) -> None:
    upload(author, path, ("room.jpg", picture()))
    place = f"{path}/{file_at(draft, 'figures/room.jpg').public_id}"
    values = author.get(place).form_values()
    author.post(place, {**values, "alt_en": "Theirs"})
    page = author.post(place, {**values, "alt_en": "Mine"}, status=409)
    assert "Theirs" in page.one(".facts").text_content()


def test_a_picture_nobody_describes_keeps_the_draft_from_publication(
    author: PageClient, draft: CourseVersion, path: str
) -> None:
    upload(author, path, ("room.jpg", picture()))
    write(draft, "![](figures/room.jpg)")
    page = author.get(f"/authoring/drafts/{draft.public_id}")
    assert "the image has no description in its brackets" in page.text


def test_a_file_that_nothing_shows_is_named_among_what_is_missing(
    author: PageClient, draft: CourseVersion, path: str
) -> None:
    upload(author, path, ("unused.jpg", picture()))
    page = author.get(f"/authoring/drafts/{draft.public_id}")
    assert page.one(".missing-list a[href$='/media']").text_content() == "figures/unused.jpg"


def test_a_recording_needs_captions_and_a_transcript(
    author: PageClient, draft: CourseVersion, path: str
) -> None:
    upload(author, path, ("talk.mp4", mp4()))
    write(draft, "::: video\n[A talk](media/talk.mp4)\n:::")
    page = author.get(f"/authoring/drafts/{draft.public_id}")
    assert "the recording has no captions: media/talk.en.vtt" in page.text
    assert "the recording has no transcript" in page.text
    file = file_at(draft, "media/talk.mp4")
    sent = {"language": "en", "captions": (io.BytesIO(CAPTIONS), "any.vtt")}
    author.post(f"{path}/{file.public_id}/captions", sent, content_type="multipart/form-data")
    write(draft, "::: video\n[A talk](media/talk.mp4)\n\nGood morning!\n:::")
    page = author.get(f"/authoring/drafts/{draft.public_id}")
    assert "talk.en.vtt" not in page.text
    assert "transcript" not in page.text


def test_captions_with_markup_are_refused_with_the_line(
    author: PageClient, draft: CourseVersion, path: str
) -> None:
    upload(author, path, ("talk.mp4", mp4()))
    place = f"{path}/{file_at(draft, 'media/talk.mp4').public_id}/captions"
    evil = CAPTIONS.replace(b"<v Anna>", b"<script>")
    sent = {"language": "en", "captions": (io.BytesIO(evil), "a.vtt")}
    page = author.post(place, sent, status=422, content_type="multipart/form-data")
    assert "line 4" in page.one("#captions-error").text_content()


def test_a_file_says_where_it_is_used_and_stays_as_long(
    author: PageClient, draft: CourseVersion, path: str
) -> None:
    hall = file_at(draft, "figures/hall.svg").public_id
    page = author.get(f"{path}/{hall}")
    assert len(page.select("[aria-labelledby=uses] .page-entry")) == 2
    page = author.follow(author.post(f"{path}/{hall}/remove"))
    assert "A lesson or a question still shows this file." in page.text
    upload(author, path, ("spare.pdf", PDF))
    spare = file_at(draft, "media/spare.pdf").public_id
    page = author.follow(author.post(f"{path}/{spare}/remove"))
    assert paths(draft) == ["figures/hall.svg"]


def test_a_renamed_file_is_renamed_in_the_lessons_too(
    author: PageClient, draft: CourseVersion, path: str
) -> None:
    hall = file_at(draft, "figures/hall.svg").public_id
    author.post(f"{path}/{hall}/rename", {"name": "way"})
    bodies = [text.body for text in whole_version(draft.id).activities[0].texts]
    assert all("(figures/way.svg " in body and "hall.svg" not in body for body in bodies)
    page = author.post(f"{path}/{hall}/rename", {"name": "../way"}, status=422)
    assert page.select("#name-error")


def test_no_two_files_have_one_name(author: PageClient, draft: CourseVersion, path: str) -> None:
    upload(author, path, ("way.svg", FIGURE))
    hall = file_at(draft, "figures/hall.svg").public_id
    page = author.post(f"{path}/{hall}/rename", {"name": "way"}, status=422)
    assert "already has this name" in page.text


def test_a_replaced_file_leaves_published_versions_as_they_are(
    author: PageClient, draft: CourseVersion, path: str
) -> None:
    hall = file_at(draft, "figures/hall.svg")
    before = hall.blob
    other = FIGURE.replace(b"The way", b"Another way")
    place = f"{path}/{hall.public_id}/replace"
    sent = {"file": (io.BytesIO(other), "x.svg")}
    author.post(place, sent, content_type="multipart/form-data")
    assert b"Another way" in blobs().get(file_at(draft, "figures/hall.svg").blob)
    kept = sa.select(CourseFile.blob).where(CourseFile.version_id != draft.id)
    assert db.session.scalars(kept).one() == before
    sent = {"file": (io.BytesIO(PDF), "x.pdf")}
    page = author.post(place, sent, status=422, content_type="multipart/form-data")
    assert "another kind" in page.text


def test_the_picker_offers_the_markdown_of_each_file(
    author: PageClient, draft: CourseVersion, path: str
) -> None:
    upload(author, path, ("form.docx", docx()), ("talk.mp4", mp4()))
    answer = author.browser.get(f"{path}/picker?language=en").text
    for words in ("](figures/hall.svg)", "::: download", "::: video", "(media/talk.mp4)"):
        assert words in answer


def test_a_document_is_downloaded_and_never_opened_here(
    author: PageClient, draft: CourseVersion, path: str
) -> None:
    upload(author, path, ("rules.pdf", PDF))
    served = author.get(f"/files/{file_at(draft, 'media/rules.pdf').public_id}")
    assert served.response.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in served.response.headers["Content-Security-Policy"]


def test_a_foreign_file_is_missing(author: PageClient, path: str) -> None:
    other = whole_version(make_course("other").id).files[0].public_id
    for action in ("", "/rename", "/remove"):
        author.post(f"{path}/{other}{action}", {"name": "x"}, status=404)


# What the framework spooled of the request is closed by the garbage collector, which pytest tells.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_dropped_connection_loses_nothing_and_leaves_nothing_half_written(
    author: PageClient, draft: CourseVersion, path: str
) -> None:
    upload(author, path, ("first.pdf", PDF))
    store = current_app.extensions["blobs"].root
    before = sorted(store.rglob("*"))
    head = (
        f'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{author.csrf_token()}\r\n'
        '--x\r\nContent-Disposition: form-data; name="files"; filename="second.pdf"\r\n\r\n'
    )
    body = head.encode() + PDF + b"\r\n--x--\r\n"
    answer = author.browser.post(
        path,
        input_stream=io.BytesIO(body[:-40]),
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(len(body))},
    )
    assert answer.status_code == 400
    assert paths(draft) == ["figures/hall.svg", "media/first.pdf"]
    assert sorted(store.rglob("*")) == before
