"""The sample files, and the packages made of them."""

import io
import zipfile
from pathlib import Path

from lms.catalog.models import Course
from lms.catalog.services import load_reading
from lms.catalog.source.folder import SourceFolder
from lms.catalog.source.reading import read_folder
from lms.standards.items.formats import ItemFormat, read_items
from lms.standards.items.model import Found, Reading
from tests.builders.catalog import NOW, course_files

FILES = Path(__file__).parent / "files"


def sample(name: str) -> bytes:
    return (FILES / name).read_bytes()


def zipped(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def package(name: str = "qti21") -> bytes:
    """A folder of sample files as a package."""
    folder = FILES / name
    return zipped(
        {
            str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
    )


def read(content: bytes | str, form: ItemFormat | None = None, language: str = "en") -> Reading:
    content = content.encode() if isinstance(content, str) else content
    return read_items(content, language=language, form=form).reading


def titled(reading: Reading, title: str) -> Found:
    """The understood item with this title."""
    return next(found for found in reading.found if found.place.title == title)


def reasons(reading: Reading) -> dict[str, str]:
    """Why what was not understood, by title (or line)."""
    return {r.place.title or str(r.place): str(r.reason) for r in reading.rejected}


def told(found: Found) -> list[str]:
    return [str(note.message) for note in found.notes]


def make_empty(slug: str) -> Course:
    """A published course whose bank holds nothing yet."""
    reading = read_folder(SourceFolder(course_files(slug), slug))
    return load_reading(reading, now=NOW, actor=None).course
