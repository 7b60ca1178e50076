"""Files come in pieces: each once, in order, from their owner alone, and are swept when forgotten."""

import base64
import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, current_app

from lms.catalog.models import CourseFile, CourseVersion
from lms.catalog.queries import whole_version
from lms.catalog.services import discard_draft, open_draft
from lms.catalog.uploading import queries, services
from lms.catalog.uploading.jobs import sweep_uploads
from lms.catalog.uploading.models import MediaPiece, MediaUpload
from lms.core import clock
from lms.core.database import db
from lms.core.storage import blobs
from lms.people.models import AccessRole
from tests.builders.catalog import NOW, make_course
from tests.builders.learning import course_of
from tests.builders.media import CAPTIONS, PDF, begun, mp3, mp4
from tests.builders.people import PASSWORD, make_account
from tests.pages import PageClient
from tests.support.buckets import BUCKET, served_bucket

pytestmark = pytest.mark.in_turn

TUS = {"Tus-Resumable": "1.0.0", "Accept": "application/json"}
PIECE_TYPE = "application/offset+octet-stream"


class Sender:
    """Somebody who sends a file in pieces."""

    def __init__(self, client: PageClient, draft: CourseVersion) -> None:
        self.client, self.base = client, f"/authoring/drafts/{draft.public_id}/media"

    def ask(self, method: str, path: str, headers: Any = None, **options: Any) -> Any:
        sent = {**TUS, "X-CSRFToken": self.client.csrf_token(), **(headers or {})}
        return self.client._request(path, method=method, headers=sent, **options)

    def begin(self, name: str, size: int, **headers: str) -> Any:
        told = {"filename": name, "modified": "1772442000000"}
        pairs = (
            f"{word} {base64.b64encode(text.encode()).decode()}" for word, text in told.items()
        )
        sent = {"Upload-Length": str(size), "Upload-Metadata": ",".join(pairs)}
        return self.ask("POST", f"{self.base}/uploads", {**sent, **headers})

    def place(self, name: str, size: int) -> str:
        answer = self.begin(name, size)
        assert answer.status_code == 201, answer.text
        return str(answer.headers["Location"])

    def piece(self, place: str, offset: int, content: bytes, **options: Any) -> Any:
        sent = {"Upload-Offset": str(offset)}
        return self.ask(
            "PATCH", place, sent, **{"data": content, "content_type": PIECE_TYPE, **options}
        )

    def all(self, name: str, content: bytes) -> Any:
        place = self.place(name, len(content))
        for begin in range(0, len(content), 300):
            assert self.piece(place, begin, content[begin : begin + 300]).status_code == 204
        return self.ask("POST", f"{place}/finish")

    def offset(self, place: str) -> str:
        return str(self.ask("HEAD", place).headers["Upload-Offset"])


@pytest.fixture
def draft(app: Flask) -> CourseVersion:
    return open_draft(course_of(make_course("taught")), now=NOW, actor=None)


@pytest.fixture
def sender(author: PageClient, draft: CourseVersion) -> Sender:
    return Sender(author, draft)


def paths(draft: CourseVersion) -> list[str]:
    return [file.path for file in whole_version(draft.id).files]


def arriving() -> list[Path]:
    """The pieces that lie in the store."""
    found = (current_app.extensions["blobs"].root / "arriving").rglob("*")
    return [path for path in found if path.is_file()]


def test_a_video_its_captions_and_a_talk_come_in_pieces_and_are_cleaned_as_ever(
    sender: Sender, draft: CourseVersion
) -> None:
    for name, content in (("Talk.mp4", mp4()), ("talk.ru.vtt", CAPTIONS), ("song.mp3", mp3())):
        assert sender.all(name, content).status_code == 201
    assert paths(draft)[1:] == ["media/song.mp3", "media/talk.mp4", "media/talk.ru.vtt"]
    stored = blobs().get(whole_version(draft.id).files[2].blob)
    assert len(stored) == len(mp4())
    assert b"55.7558" not in stored
    assert arriving() == []


def test_a_broken_piece_is_kept_as_far_as_it_came_and_only_the_rest_is_awaited(
    sender: Sender,
) -> None:
    content = mp4()
    place = sender.place("talk.mp4", len(content))
    cut = {"CONTENT_LENGTH": str(len(content))}
    sender.piece(
        place, 0, b"", input_stream=io.BytesIO(content[:70]), data=None, environ_overrides=cut
    )
    assert sender.offset(place) == "70"
    again = sender.begin("talk.mp4", len(content))
    assert (again.headers["Location"], again.headers["Upload-Offset"]) == (place, "70")
    assert sender.piece(place, 70, content[70:]).headers["Upload-Offset"] == str(len(content))
    assert sender.ask("POST", f"{place}/finish").status_code == 201


def test_a_piece_from_another_place_of_the_file_is_refused(sender: Sender) -> None:
    place = sender.place("talk.mp4", 500)
    sender.piece(place, 0, b"\0" * 100)
    for offset in (0, 99, 101):
        answer = sender.piece(place, offset, b"\0" * 10)
        assert (answer.status_code, answer.json["offset"]) == (409, 100)
    assert sender.offset(place) == "100"


def test_two_requests_with_the_same_piece_count_once(sender: Sender, draft: CourseVersion) -> None:
    account = make_account(AccessRole.INSTRUCTOR)
    upload = begun(draft, account.person)
    given = {"offset": 0, "size": 7, "blob": "0" * 64, "now": clock.now()}
    services.keep_piece(upload.id, **given)
    with pytest.raises(services.OffsetMoved):
        services.keep_piece(upload.id, **given)
    assert queries.received(upload.id) == 7


def test_asking_twice_to_finish_makes_one_file(sender: Sender, draft: CourseVersion) -> None:
    place = sender.place("a.pdf", len(PDF))
    sender.piece(place, 0, PDF)
    first, second = (sender.ask("POST", f"{place}/finish") for _ in range(2))
    assert first.json == second.json
    assert len(paths(draft)) == 2


def test_nobody_else_goes_on_with_an_upload(
    app: Flask, sender: Sender, draft: CourseVersion
) -> None:
    place = sender.place("talk.mp4", 500)
    other = Sender(
        PageClient(app).sign_in(make_account(AccessRole.INSTRUCTOR).username, PASSWORD), draft
    )
    answers = [other.piece(place, 0, b"x"), other.ask("POST", f"{place}/finish")]
    answers += [other.ask(method, place) for method in ("HEAD", "DELETE")]
    assert {answer.status_code for answer in answers} == {404}
    assert other.begin("talk.mp4", 500).headers["Location"] != place


def test_a_form_can_name_an_upload_instead_of_bringing_the_file(
    sender: Sender, draft: CourseVersion, author: PageClient
) -> None:
    sender.all("talk.mp4", mp4())
    talk = next(one for one in whole_version(draft.id).files if one.path.endswith(".mp4"))
    before, page = talk.blob, f"{sender.base}/{talk.public_id}"
    for action, content, more in (
        ("replace", mp4(length=99), {}),
        ("captions", CAPTIONS, {"language": "ru"}),
    ):
        place = sender.place("any", len(content))
        sender.piece(place, 0, content)
        author.post(f"{page}/{action}", {"upload": place.rpartition("/")[2], **more})
    found = {one.path: one for one in whole_version(draft.id).files}
    assert found["media/talk.mp4"].blob != before
    assert "media/talk.ru.vtt" in found
    refused = author.post(f"{page}/replace", {"upload": "0" * 16}, status=422)
    assert "no longer there" in refused.text


def test_what_is_no_file_of_a_course_is_told_and_forgotten(sender: Sender) -> None:
    answer = sender.all("tool.exe", b"MZ" + b"\0" * 700)
    assert answer.status_code == 422
    assert answer.json["refused"][0].startswith("tool.exe: is none of the kinds")
    assert arriving() == []


def test_a_file_too_large_for_its_kind_is_refused_at_its_first_piece(sender: Sender) -> None:
    place = sender.place("talk.mp4", 120 * 1024 * 1024)
    answer = sender.piece(place, 0, b"ID3\4" + b"\0" * 600)
    assert (answer.status_code, answer.json["message"]) == (422, "is larger than 50.0 MB")
    assert sender.ask("HEAD", place).status_code == 404
    assert sender.begin("talk.mp4", 201 * 1024 * 1024).status_code == 413
    assert sender.piece(sender.place("b", 5), 0, b"sixsix").status_code == 413


def test_one_person_can_not_fill_the_disk(sender: Sender, draft: CourseVersion) -> None:
    for number in range(services.AT_ONCE):
        sender.place(f"{number}.mp4", 500)
    answer = sender.begin("more.mp4", 500)
    assert answer.status_code == 429
    assert "20 unfinished" in answer.json["message"]


def test_what_a_form_brings_counts_to_the_same_quota(
    make_app: Any,
) -> None:
    app = make_app(max_day_upload_bytes=1024)
    with app.app_context():
        draft = open_draft(course_of(make_course("taught")), now=NOW, actor=None)
        account = make_account(AccessRole.INSTRUCTOR)
        client = PageClient(app).sign_in(account.username, PASSWORD)
        sender, file = Sender(client, draft), PDF + b" " * 900

        def send() -> dict[str, Any]:
            return {"files": [(io.BytesIO(file), "a.pdf")]}

        client.post(sender.base, send(), content_type="multipart/form-data")
        page = client.post(sender.base, send(), status=422, content_type="multipart/form-data")
        assert "within a day" in page.one("#files-error").text_content()
        assert sender.begin("b.pdf", 500).status_code == 429


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Tus-Resumable": "0.2.2"}, 412),
        ({"Upload-Length": "-5"}, 400),
        ({"Upload-Length": "٥٠"}, 400),
        ({"Upload-Length": "0"}, 422),
        ({"Upload-Metadata": "filename %%%"}, 400),
        ({"X-CSRFToken": "forged"}, 400),
    ],
)
def test_what_is_not_said_as_agreed_is_refused(
    sender: Sender, headers: dict[str, str], status: int
) -> None:
    encoded = {name: value.encode().decode("latin-1") for name, value in headers.items()}
    assert sender.begin("a.pdf", 10, **encoded).status_code == status
    assert db.session.scalar(sa.select(MediaUpload.id)) is None


def test_a_piece_is_sent_as_a_piece(sender: Sender) -> None:
    place = sender.place("a.pdf", 10)
    assert sender.piece(place, 0, b"x", content_type="text/plain").status_code == 415
    assert sender.ask("POST", f"{place}/finish").status_code == 409
    options = sender.ask("OPTIONS", f"{sender.base}/uploads")
    assert options.headers["Tus-Extension"] == "creation,termination,expiration"


def test_the_page_tells_of_what_broke_off_and_lets_it_go(
    sender: Sender, author: PageClient
) -> None:
    place = sender.place("<b>talk</b>.mp4", 400)
    sender.piece(place, 0, b"\0" * 100)
    page = author.get(sender.base)
    assert "25 % of 0.4 KB arrived" in page.one("[data-broken-off]").text_content()
    author.post(f"{place}/remove")
    assert not author.get(sender.base).select("[data-broken-off]")
    assert arriving() == []


def test_what_nobody_finished_is_swept(sender: Sender, draft: CourseVersion) -> None:
    places = [sender.place(f"{name}.mp4", 400) for name in ("old", "young")]
    for place in places:
        sender.piece(place, 0, place.encode())
    db.session.execute(
        sa.update(MediaUpload)
        .where(MediaUpload.name == "old.mp4")
        .values(expires_at=clock.now() - timedelta(seconds=1))
    )
    assert sender.ask("HEAD", places[0]).status_code == 410
    db.session.commit()
    sweep_uploads()
    assert db.session.scalars(sa.select(MediaUpload.name)).all() == ["young.mp4"]
    assert len(arriving()) == db.session.scalar(sa.select(sa.func.count(MediaPiece.id))) == 1


def test_the_sweep_takes_what_was_meant_for_a_discarded_draft(
    sender: Sender, draft: CourseVersion
) -> None:
    sender.piece(sender.place("a.mp4", 400), 0, b"\0" * 100)
    discard_draft(draft, now=NOW, actor=None)
    db.session.commit()
    sweep_uploads()
    assert arriving() == []


@pytest.fixture
def in_a_bucket(make_app: Any) -> Iterator[tuple[Any, Flask]]:
    with served_bucket() as bucket:
        app = make_app(
            storage=f"s3://{BUCKET}/kept",
            s3_endpoint=bucket.endpoint,
            s3_access_key="key",
            s3_secret_key="secret",
        )
        with app.app_context():
            yield bucket, app


def test_pieces_lie_in_shared_storage_until_the_file_is_whole(
    in_a_bucket: tuple[Any, Flask],
) -> None:
    bucket, app = in_a_bucket
    draft = open_draft(course_of(make_course("taught")), now=NOW, actor=None)
    username = make_account(AccessRole.INSTRUCTOR).username
    sender = Sender(PageClient(app).sign_in(username, PASSWORD), draft)
    place = sender.place("a.pdf", len(PDF))
    sender.piece(place, 0, PDF[:20])
    assert [name for name in bucket.names() if name.startswith("kept/arriving/")]
    sender.piece(place, 20, PDF[20:])
    assert sender.ask("POST", f"{place}/finish").status_code == 201
    assert [name for name in bucket.names() if name.startswith("kept/arriving/")] == []
    file = db.session.scalars(
        sa.select(CourseFile).where(CourseFile.media_type == "application/pdf")
    ).one()
    assert blobs().get(file.blob) == PDF
