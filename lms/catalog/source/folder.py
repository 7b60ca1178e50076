"""Files of a course in memory, and their safe reading from disk.

Nothing here trusts the folder: links, special files, strange names, files and folders beyond the
limits are refused as problems, and every path is relative and made of plain segments.
"""

import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lms.catalog.media.kinds import LARGEST, MEGABYTE, format_of
from lms.catalog.messages import Message
from lms.catalog.source.problems import Problems
from lms.core.tables.texts import unfit_sign

TEXT_LIMIT = 1024 * 1024  # bytes of one text file
OTHER_LIMIT = 2 * 1024 * 1024  # bytes of a file of no known kind
TOTAL_LIMIT = 1024 * 1024 * 1024  # bytes of the folder
COUNT_LIMIT = 2000  # files
DEPTH_LIMIT = 2  # folders above a file
# What version control and desktops put beside an author's files: no part of a course.
BESIDE = frozenset(
    {".git", ".gitignore", ".gitattributes", ".hg"}
    | {".DS_Store", "__MACOSX", "Thumbs.db", "desktop.ini"}
)
PATH = re.compile(r"(?:[a-z0-9][a-z0-9_-]*/){0,2}[a-z0-9][a-z0-9_.-]*\.[a-z0-9]+")
TEXT_SUFFIXES = (".md", ".yaml")


@dataclass(frozen=True)
class Facts:
    """What is known of a file that was checked when it came in; the size in pixels."""

    media_type: str
    width: int | None
    height: int | None


@dataclass(frozen=True)
class FileRef:
    """A file that lies elsewhere (on disk, in an archive, in the store) and is read when needed.

    ``digest`` is the SHA-256 of its bytes, by which two are compared; ``facts`` are known of a file
    that was checked before.
    """

    digest: str
    size: int
    read: Callable[[], bytes] = field(compare=False)
    facts: Facts | None = field(default=None, compare=False)

    @classmethod
    def of(cls, read: Callable[[], bytes]) -> "FileRef":
        """Return a reference to what ``read`` returns now."""
        content = read()
        return cls(hashlib.sha256(content).hexdigest(), len(content), read)


SourceFile = bytes | FileRef


def content_of(file: SourceFile) -> bytes:
    """Return a file's bytes."""
    return file if isinstance(file, bytes) else file.read()


def digest_of(file: SourceFile) -> str:
    """Return the SHA-256 of a file's bytes."""
    return hashlib.sha256(file).hexdigest() if isinstance(file, bytes) else file.digest


def limit_of(path: str) -> int:
    """Return how many bytes a course's file may hold."""
    if path.endswith(TEXT_SUFFIXES):
        return TEXT_LIMIT
    known = format_of(path)
    return LARGEST[known.kind] if known else OTHER_LIMIT


def is_beside(path: str) -> bool:
    """Tell whether a file is none of a course's: what its author works with put it there."""
    return any(name in BESIDE or name.startswith("._") for name in path.split("/"))


@dataclass
class SourceFolder:
    """A course's files by path (`lessons/why.ru.md`), with a name to show for the folder."""

    files: dict[str, SourceFile] = field(default_factory=dict)
    name: str = ""

    def paths(self, pattern: str) -> Iterator[tuple[str, re.Match[str]]]:
        """Yield each path that ``pattern`` matches wholly, in order, with the match."""
        for path in sorted(self.files):
            match = re.fullmatch(pattern, path)
            if match:
                yield path, match

    def text(self, path: str, problems: Problems) -> str | None:
        """Return a file's text; None, with a problem noted, when it is missing or no clean text."""
        file = self.files.get(path)
        if file is None:
            problems.add(path, 0, Message("the file is missing"))
            return None
        content = content_of(file)
        try:
            text = content.decode("utf-8-sig")  # editors on Windows write the mark
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            problems.add(path, line, Message("is not UTF-8"))
            return None
        text = text.replace("\r\n", "\n")
        unfit = unfit_sign(text)
        if unfit:
            line, code = unfit
            problems.add(path, line, Message("holds the character U+%(code)s", code=code))
            return None
        return text


def read_disk(root: Path, problems: Problems) -> SourceFolder:
    """Read the folder ``root``; what may not be read is noted and left out."""
    folder = SourceFolder(name=root.name)
    if root.is_symlink() or not root.is_dir():
        problems.add(root.name, 0, Message("is not a folder"))
        return folder
    total = 0
    for path, size, read in _walk(root, "", problems):
        total += size
        if len(folder.files) >= COUNT_LIMIT:
            problems.add(
                root.name,
                0,
                Message("holds more than %(count_limit)s files", count_limit=COUNT_LIMIT),
            )
            break
        if total > TOTAL_LIMIT:
            problems.add(
                root.name,
                0,
                Message("is larger than %(total_limit)s bytes", total_limit=TOTAL_LIMIT),
            )
            break
        content = read()
        if content is not None:
            folder.files[path] = content if size <= TEXT_LIMIT else _kept_on_disk(content, read)
    return folder


def _kept_on_disk(content: bytes, read: Callable[[], bytes | None]) -> FileRef:
    """Return a reference to a large file; should it go away or change meanwhile, reading fails."""
    digest = hashlib.sha256(content).hexdigest()

    def again() -> bytes:
        found = read()
        if found is None or hashlib.sha256(found).hexdigest() != digest:
            raise OSError("the file changed while the course was read")
        return found

    return FileRef(digest, len(content), again)


Found = tuple[str, int, Callable[[], bytes | None]]


def _walk(root: Path, prefix: str, problems: Problems) -> Iterator[Found]:
    with os.scandir(root / prefix) as scan:
        entries = sorted(scan, key=lambda entry: entry.name)[: COUNT_LIMIT * 2]
    for entry in entries:
        if is_beside(entry.name):
            continue
        path = f"{prefix}{entry.name}"
        shown = path.encode("utf-8", "replace").decode()
        if entry.is_symlink():
            problems.add(shown, 0, Message("is a link; a course holds plain files"))
        elif entry.is_dir(follow_symlinks=False):
            if path.count("/") >= DEPTH_LIMIT:
                problems.add(shown, 0, Message("lies too deep"))
            else:
                yield from _walk(root, f"{path}/", problems)
        elif not PATH.fullmatch(path):
            problems.add(shown, 0, Message("has a name a course may not hold (a-z, 0-9, - and _)"))
        else:
            yield from _file(root, path, problems)


def _file(root: Path, path: str, problems: Problems) -> Iterator[Found]:
    facts = os.lstat(root / path)
    limit = limit_of(path)
    if not stat.S_ISREG(facts.st_mode):
        problems.add(path, 0, Message("is not a plain file"))
    elif facts.st_size > limit:
        problems.add(path, 0, Message("is larger than %(limit)s MB", limit=f"{limit / MEGABYTE:g}"))
    else:
        yield path, facts.st_size, lambda: _content(root / path, path, limit, problems)


def _content(file: Path, path: str, limit: int, problems: Problems) -> bytes | None:
    """Read at most ``limit`` bytes without following a link put there in the meantime."""
    try:
        handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        problems.add(path, 0, Message("can't be read"))
        return None
    with os.fdopen(handle, "rb") as opened:
        content = opened.read(limit + 1)
    if len(content) > limit:
        problems.add(path, 0, Message("is larger than %(limit)s MB", limit=f"{limit / MEGABYTE:g}"))
        return None
    return content


def write_disk(root: Path, files: dict[str, SourceFile]) -> None:
    """Write ``files`` under ``root`` and remove other course files there.

    Raises FileExistsError when ``root`` holds anything that is no file of a course, or another
    course: a mistyped folder is never emptied.
    """
    if root.exists() and not root.is_dir():
        raise FileExistsError(f"{root} is no folder")
    root.mkdir(parents=True, exist_ok=True)
    problems = Problems()
    present = read_disk(root, problems)
    if problems or (present.files and "course.yaml" not in present.files):
        raise FileExistsError(f"{root} holds other things than a course")
    held, slug = _slug(present.files), _slug(files)
    if held and slug and held != slug:
        raise FileExistsError(f"{root} holds the course {held}: choose a folder for {slug}")
    for path in sorted(set(present.files) - set(files)):
        (root / path).unlink()
    for path, file in files.items():
        if path not in present.files or digest_of(present.files[path]) != digest_of(file):
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content_of(file))


def _slug(files: dict[str, SourceFile]) -> str:
    """Return the slug that ``course.yaml`` states, "" without one."""
    found = re.search(
        rb"^slug:\s*['\"]?([a-z0-9-]+)", content_of(files.get("course.yaml", b"")), re.MULTILINE
    )
    return found[1].decode() if found else ""
