"""A course as a ZIP file: the files of its folder, always the same bytes for the same files.

Nothing in a package depends on the machine that made it: files stand in the order of their paths,
without times, owners or compression (whose output differs between versions of zlib).
"""

import zipfile
from collections.abc import Mapping
from functools import partial
from typing import BinaryIO

from lms.catalog.archive_words import sentence
from lms.catalog.media.kinds import LARGEST, MEGABYTE
from lms.catalog.messages import Message
from lms.catalog.source.folder import (
    COUNT_LIMIT,
    PATH,
    TEXT_LIMIT,
    TOTAL_LIMIT,
    FileRef,
    SourceFile,
    SourceFolder,
    content_of,
    is_beside,
    limit_of,
)
from lms.catalog.source.lesson_files import COURSE_FILE
from lms.catalog.source.problems import Problems
from lms.core.archives import Archive, ArchiveRefused, Bounds

BOUNDS = Bounds(members=COUNT_LIMIT * 2, unpacked=TOTAL_LIMIT, member=max(LARGEST.values()))
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the earliest that the format knows: no time at all
UNIX = 3
PLAIN_FILE = 0o100644 << 16


def is_package(name: str) -> bool:
    """Tell whether a file's name says that it is a package."""
    return name.lower().endswith(".zip")


def write_package(files: Mapping[str, SourceFile], slug: str, target: BinaryIO) -> None:
    """Write the files of a course into ``target`` as a package with one folder, the course's."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as package:
        for path in sorted(files):
            info = zipfile.ZipInfo(f"{slug}/{path}", FIRST_DAY)
            info.create_system = UNIX
            info.external_attr = PLAIN_FILE
            package.writestr(info, content_of(files[path]))


def read_package(file: BinaryIO, name: str, problems: Problems) -> SourceFolder:
    """Return the course in a package; what may not be read is noted and left out.

    ``name`` is shown for it when it can't be read at all. Large files are read when they are
    needed: ``file`` must stay open as long.
    """
    try:
        return _read(Archive(file, BOUNDS), problems)
    except ArchiveRefused as refused:
        problems.add(refused.name or name, 0, sentence(refused))
        return SourceFolder()


def _read(archive: Archive, problems: Problems) -> SourceFolder:
    names = [name for name in archive if not is_beside(name)]
    top = _top(names)
    folder = SourceFolder(name=top.rstrip("/"))
    if COURSE_FILE not in {name.removeprefix(top) for name in names}:
        problems.add(COURSE_FILE, 0, Message("the file is missing"))
        return folder
    for name in sorted(names):
        path = name.removeprefix(top)
        if not name.startswith(top) or not PATH.fullmatch(path):
            problems.add(
                name[:200], 0, Message("has a name a course may not hold (a-z, 0-9, - and _)")
            )
        elif archive.size(name) > limit_of(path):
            limit = f"{limit_of(path) / MEGABYTE:g}"
            problems.add(path, 0, Message("is larger than %(limit)s MB", limit=limit))
        elif len(folder.files) >= COUNT_LIMIT:
            problems.add(
                path, 0, Message("holds more than %(count_limit)s files", count_limit=COUNT_LIMIT)
            )
            break
        else:
            folder.files[path] = _file(archive, name)
    return folder


def _file(archive: Archive, name: str) -> SourceFile:
    if archive.size(name) <= TEXT_LIMIT:
        return archive.read(name)
    return FileRef.of(partial(archive.read, name))


def _top(names: list[str]) -> str:
    """Return the one folder that everything lies in, or nothing."""
    tops = {name.partition("/")[0] for name in names if "/" in name}
    if len(tops) == 1 and all("/" in name for name in names):
        return f"{tops.pop()}/"
    return ""
