"""A course folder on disk is never trusted."""

import os
from pathlib import Path

import pytest

from lms.catalog.source import folder as folders
from lms.catalog.source.folder import SourceFolder, read_disk, write_disk
from lms.catalog.source.problems import Problems
from lms.catalog.source.reading import read_folder
from tests.builders.catalog import course_files


def on_disk(root: Path, files: dict[str, bytes]) -> Path:
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    return root


def found(root: Path) -> tuple[SourceFolder, list[str]]:
    problems = Problems()
    folder = read_disk(root, problems)
    return folder, [str(problem) for problem in problems]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return on_disk(tmp_path / "welcome", course_files())


def test_a_plain_folder_is_read_as_it_is(root: Path) -> None:
    folder, problems = found(root)
    assert (folder.files, folder.name, problems) == (course_files(), "welcome", [])


def test_a_folder_with_another_name_is_told_both_names() -> None:
    (problem,) = read_folder(SourceFolder(course_files(), "farewell")).problems
    assert "'welcome' must be the name of the folder, which is 'farewell'" in str(problem)


def test_a_link_is_refused_and_not_followed(root: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text("planted secret")
    (root / "lessons/stolen.ru.md").symlink_to(secret)
    (root / "more").symlink_to(tmp_path, target_is_directory=True)
    folder, problems = found(root)
    assert problems == [
        "lessons/stolen.ru.md: is a link; a course holds plain files",
        "more: is a link; a course holds plain files",
    ]
    assert b"planted secret" not in b"".join(folder.files.values())


def test_a_folder_that_is_itself_a_link_is_refused(root: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(root, target_is_directory=True)
    folder, problems = found(tmp_path / "link")
    assert (folder.files, problems) == ({}, ["link: is not a folder"])


def test_a_link_put_there_at_the_last_moment_is_not_followed(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text("planted secret")
    target = root / "lessons/greeting.ru.md"
    check = folders.os.lstat

    def swap(path: Path) -> os.stat_result:
        facts = check(path)
        if Path(path) == target and not target.is_symlink():
            target.unlink()
            target.symlink_to(secret)
        return facts

    monkeypatch.setattr(folders.os, "lstat", swap)
    folder, problems = found(root)
    assert problems == ["lessons/greeting.ru.md: can't be read"]
    assert b"planted secret" not in b"".join(folder.files.values())


def test_a_pipe_does_not_hang_the_reader(root: Path) -> None:
    os.mkfifo(root / "lessons/pipe.ru.md")
    assert found(root)[1] == ["lessons/pipe.ru.md: is not a plain file"]


@pytest.mark.parametrize(
    "name",
    ["Lesson.md", "a b.md", "-x.md", "x", "x.MD", ".hidden.md", "ключ.md", "a\nb.md", "~.md"],
)
def test_a_strange_name_is_refused(root: Path, name: str) -> None:
    (root / "lessons" / name).write_text("x")
    (problem,) = found(root)[1]
    assert "has a name a course may not hold" in problem


def test_what_version_control_and_windows_add_is_no_mistake(root: Path) -> None:
    (root / ".git/hooks").mkdir(parents=True)
    (root / ".git/HEAD").write_text("x")
    (root / ".gitignore").write_text("x")
    marked = root / "course.yaml"
    marked.write_bytes(b"\xef\xbb\xbf" + marked.read_bytes().replace(b"\n", b"\r\n"))
    folder, problems = found(root)
    assert problems == []
    assert not any("git" in path for path in folder.files)
    assert not (folder.text("course.yaml", Problems()) or "").startswith("\ufeff")


def test_folders_do_not_nest_without_end(root: Path) -> None:
    deep = root / "/".join(["a"] * 60)
    deep.mkdir(parents=True)
    assert found(root)[1] == ["a/a/a: lies too deep"]


def test_a_giant_file_is_not_read(root: Path) -> None:
    with (root / "lessons/big.ru.md").open("wb") as file:
        file.truncate(5 * 1024**3)  # sparse: no disk is used
    folder, problems = found(root)
    assert problems == ["lessons/big.ru.md: is larger than 1 MB"]
    assert "lessons/big.ru.md" not in folder.files


def test_too_many_files_end_the_reading(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "COUNT_LIMIT", 3)
    folder, problems = found(root)
    assert len(folder.files) == 3
    assert problems == ["welcome: holds more than 3 files"]


def test_too_many_bytes_end_the_reading(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "TOTAL_LIMIT", 500)
    folder, problems = found(root)
    assert sum(map(len, folder.files.values())) <= 500
    assert problems == ["welcome: is larger than 500 bytes"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"ab\ncd\xff\xfe", "lessons/x.ru.md:2: is not UTF-8"),
        (b"ab\n\nc\x00d", "lessons/x.ru.md:3: holds the character U+0000"),
        ("a\n\u2028b".encode(), "lessons/x.ru.md:2: holds the character U+2028"),
        ("a\n\u202eb".encode(), "lessons/x.ru.md:2: holds the character U+202E"),
        (b"a\x1b[31mb", "lessons/x.ru.md:1: holds the character U+001B"),
        (b"a\rb", "lessons/x.ru.md:1: holds the character U+000D"),
    ],
)
def test_a_text_that_is_no_clean_text_is_named_with_its_line(content: bytes, message: str) -> None:
    problems = Problems()
    assert SourceFolder({"lessons/x.ru.md": content}).text("lessons/x.ru.md", problems) is None
    assert [str(problem) for problem in problems] == [message]


def test_line_ends_of_other_systems_are_read() -> None:
    assert SourceFolder({"a.md": b"a\r\nb"}).text("a.md", Problems()) == "a\nb"


def test_a_flood_of_problems_is_cut_off() -> None:
    problems = Problems(limit=10)
    for number in range(100):
        problems.add("a.md", number, "x")
    assert len(problems) == 10


def test_an_export_replaces_the_files_of_the_course_alone(root: Path) -> None:
    files = course_files()
    changed = {**files, "lessons/queue.ru.md": b"new"}
    del changed["figures/hall.svg"]
    write_disk(root, changed)
    assert found(root)[0].files == changed


def test_an_export_never_empties_another_folder(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("keep me")
    (tmp_path / "Photo.JPG").write_text("keep me too")
    with pytest.raises(FileExistsError):
        write_disk(tmp_path, course_files())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["Photo.JPG", "notes.md"]
