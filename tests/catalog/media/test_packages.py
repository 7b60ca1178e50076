"""Courses as packages: the same bytes everywhere, hostile ones refused, imported after a dry run."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.catalog.models import CourseVersion
from lms.catalog.packages import read_package, write_package
from lms.catalog.queries import course_for, draft_of, published_version
from lms.catalog.services import load_course, publish
from lms.catalog.source.collecting import export
from lms.catalog.source.folder import SourceFile, SourceFolder, content_of
from lms.catalog.source.problems import Problems
from lms.catalog.source.reading import read_folder
from lms.catalog.source.writing import write_folder
from lms.core.database import db
from lms.people.models import AccessRole
from tests.builders.catalog import NOW, course_files, item_files, make_course
from tests.builders.learning import course_of
from tests.builders.media import CAPTIONS, docx, mp3, mp4, picture
from tests.builders.people import PASSWORD, make_account
from tests.pages import Page, PageClient

pytestmark = pytest.mark.in_turn

SLUG = "welcome"
VIDEO = "::: video\n[A talk](media/talk.mp4)\n\nGood morning!\n:::\n"
LESSON = "---\nschema: lms-lesson/1\ntitle: The queue\n---\n"
ALTS = """\
schema: lms-media/1
files:
  - path: figures/room.jpg
    alt:
      ru: Зал.
      en: A room.
"""


def rich_files(**changed: Any) -> dict[str, bytes]:
    """A course with a picture that media.yaml describes, a video with captions, and downloads."""
    body = f"![](figures/room.jpg)\n\n{VIDEO}\n::: download\n- [Form](media/form.docx)\n:::\n"
    from_media = {
        "media.yaml": ALTS,
        "figures/room.jpg": clean_picture(),
        "media/talk.mp4": mp4(place=False),
        "media/talk.ru.vtt": CAPTIONS,
        "media/talk.en.vtt": CAPTIONS,
        "media/form.docx": docx(),
        **{f"lessons/queue.{language}.md": LESSON + body for language in ("ru", "en")},
    }
    files = course_files(SLUG) | item_files() | from_media | changed
    return {k: v.encode() if isinstance(v, str) else v for k, v in files.items() if v is not None}


def clean_picture() -> bytes:
    return picture(700, 500)


def package(files: dict[str, SourceFile], slug: str = SLUG) -> bytes:
    target = io.BytesIO()
    write_package(files, slug, target)
    return target.getvalue()


def canonical(files: dict[str, bytes]) -> dict[str, SourceFile]:
    reading = read_folder(SourceFolder(dict(files), SLUG))
    assert reading.problems == ()
    return write_folder(reading.content, reading.parts)


def read(content: bytes) -> tuple[SourceFolder, Problems]:
    problems = Problems()
    return read_package(io.BytesIO(content), "x.zip", problems), problems


def loaded(files: dict[str, bytes]) -> CourseVersion:
    version = load_course(SourceFolder(dict(files), SLUG), now=NOW).version
    db.session.commit()
    return version


def test_a_course_with_media_comes_back_byte_for_byte_from_another_installation(
    make_app: Callable[..., Flask], tmp_path: Path
) -> None:
    first = package(canonical(rich_files()))
    other = make_app(media=tmp_path / "elsewhere")
    with other.app_context():
        author = _author(other)
        confirmed = author.follow(confirm(author, send(author, first)))
        assert "imported as a draft" in confirmed.text
        course = course_for(SLUG)
        assert course is not None
        draft = draft_of(course)
        assert draft is not None
        assert package(export(draft)) == first


PATHS = st.from_regex(r"media/[a-z0-9]{1,8}\.(mp3|docx)", fullmatch=True)
BYTES = {"mp3": mp3(tagged=False), "docx": docx()}


@settings(max_examples=40, deadline=None)
@given(st.sets(PATHS, max_size=5), st.binary(max_size=80))
def test_a_package_holds_what_was_put_into_it_and_is_always_the_same(
    paths: set[str], text: bytes
) -> None:
    files: dict[str, SourceFile] = {path: BYTES[path.rpartition(".")[2]] for path in paths}
    files["course.yaml"] = text
    content = package(files)
    folder, problems = read(content)
    assert not problems
    assert {path: content_of(file) for path, file in folder.files.items()} == files
    assert package(dict(reversed(folder.files.items()))) == content
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        assert {info.date_time for info in opened.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def zipped(members: dict[str, bytes], **options: Any) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", **options) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return target.getvalue()


def with_link() -> bytes:
    link = zipfile.ZipInfo("welcome/lessons/a.ru.md")
    link.external_attr = 0o120777 << 16
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr("welcome/course.yaml", b"x")
        made.writestr(link, b"/etc/passwd")
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"no zip", "no readable ZIP"),
        (zipped({"../course.yaml": b"x"}), "outside"),
        (zipped({"/etc/course.yaml": b"x"}), "outside"),
        (zipped({"welcome\\..\\course.yaml": b"x"}), "outside"),
        (zipped({"readme.txt": b"x"}), "missing"),
        (zipped({"course.yaml": b"x", "Ünsafe.md": b"x"}), "name a course may not hold"),
        (zipped({"course.yaml": b"x", "a/b/c/d.md": b"x"}), "name a course may not hold"),
        (zipped({"course.yaml": b" " * 1_100_000}), "larger than"),
        (zipped({"course.yaml": b"\0" * 9_000_000}, compression=8), "absurdly"),
        (zipped({f"lessons/a{n}.ru.md": b"" for n in range(4001)}), "more than 4000 files"),
        (with_link(), "link"),
    ],
)  # fmt: skip
def test_a_hostile_package_is_refused_with_the_reason(content: bytes, words: str) -> None:
    folder, problems = read(content)
    assert words in "\n".join(str(problem) for problem in problems)
    assert all(".." not in path and not path.startswith("/") for path in folder.files)


def test_what_file_managers_add_is_overlooked() -> None:
    added = {"welcome/.DS_Store": b"x", "__MACOSX/welcome/._course.yaml": b"x"}
    added |= {"welcome/._course.yaml": b"\0", "welcome/figures/desktop.ini": b"x"}
    folder, problems = read(zipped({"welcome/course.yaml": b"x", **added}))
    assert (list(folder.files), len(problems)) == (["course.yaml"], 0)


def _author(app: Flask) -> PageClient:
    account = make_account(AccessRole.INSTRUCTOR)
    return PageClient(app).sign_in(account.username, PASSWORD)


def send(author: PageClient, content: bytes, status: int = 200) -> Page:
    sent = {"package": (io.BytesIO(content), "welcome.zip")}
    return author.post("/authoring/import", sent, status=status, content_type="multipart/form-data")


def confirm(author: PageClient, page: Page, status: int | None = None) -> Page:
    token = page.one("[name=import]").get("value")
    return author.post("/authoring/import/confirm", {"import": token}, status=status)


def test_a_dry_run_writes_nothing_and_tells_what_would_change(author: PageClient) -> None:
    page = send(author, package(rich_files()))
    assert "not here yet" in page.text
    assert course_for(SLUG) is None
    author.follow(confirm(author, page))
    course = course_for(SLUG)
    assert course is not None
    assert (draft_of(course) is None, published_version(course)) == (False, None)


def test_an_imported_draft_is_published_as_any_other(author: PageClient) -> None:
    author.follow(confirm(author, send(author, package(rich_files()))))
    course = course_for(SLUG)
    assert course is not None
    draft = draft_of(course)
    assert draft is not None
    assert publish(draft, now=NOW, actor=None).digest
    assert "Nothing would change" in send(author, package(export(draft))).text


def test_changes_are_told_against_what_is_published(author: PageClient) -> None:
    loaded(files := rich_files())  # made once: the document in it says when it was packed
    page = send(author, package({**files, "lessons/greeting.en.md": _changed().encode()}))
    (change,) = page.select(".change-list > li")  # the files are as they were
    assert "Greeting anew" in change.text_content()


def _changed() -> str:
    text = course_files()["lessons/greeting.en.md"].decode()
    return text.replace("title: Greeting", "title: Greeting anew")


def test_a_broken_package_is_told_with_file_and_line(author: PageClient) -> None:
    broken = rich_files(**{"lessons/queue.en.md": LESSON + "<b>x</b>\n\n" + VIDEO})
    page = send(author, package(broken), 422)
    assert "lessons/queue.en.md:5" in page.one(".problem-list").text_content()
    assert course_for(SLUG) is None


def test_a_draft_is_replaced_only_as_it_was_shown(author: PageClient) -> None:
    version = make_course(SLUG)
    author.post(f"/authoring/courses/{SLUG}/draft")
    page = send(author, package(rich_files()))
    assert "Importing throws it away" in page.text
    draft = draft_of(course_of(version))
    assert draft is not None
    values = author.get(f"/authoring/drafts/{draft.public_id}/settings").form_values()
    author.post(f"/authoring/drafts/{draft.public_id}/settings", {**values, "hours": "5"})
    again = confirm(author, page, 409)
    assert "changed here in the meantime" in again.text
    author.follow(confirm(author, again))


@pytest.mark.parametrize("token", ["", "x", "eyJ.x.y"])
def test_a_forged_confirmation_is_refused(author: PageClient, token: str) -> None:
    author.post("/authoring/import/confirm", {"import": token}, status=409)


def test_a_version_is_downloaded_as_a_package(author: PageClient) -> None:
    version = loaded(rich_files())
    answer = author.get(f"/authoring/versions/{version.public_id}/package").response
    assert answer.data == package(export(version))
    assert "welcome.zip" in answer.headers["Content-Disposition"]


def test_commands_take_and_give_packages(app: Flask, tmp_path: Path) -> None:
    source, target = tmp_path / "welcome.zip", tmp_path / "out.zip"
    source.write_bytes(package(canonical(rich_files())))
    run = app.test_cli_runner().invoke
    assert "well" in run(args=["courses", "check", str(source)]).output
    assert "would be new" in run(args=["courses", "import", "--dry-run", str(source)]).output
    assert course_for(SLUG) is None
    assert "published" in run(args=["courses", "import", str(source)]).output
    run(args=["courses", "export", SLUG, str(target)])
    assert target.read_bytes() == source.read_bytes()
