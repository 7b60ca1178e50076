"""media.yaml: what the pictures of a course show, in each of its languages."""

from lms.catalog.media.kinds import SHOWN, format_of
from lms.catalog.messages import Message
from lms.catalog.source.content import CourseContent, Texts
from lms.catalog.source.folder import SourceFolder
from lms.catalog.source.map_reader import MapReader, read_mapping
from lms.catalog.source.problems import Problems
from lms.catalog.source.yaml_writing import dump

MEDIA_FILE = "media.yaml"
MEDIA_SCHEMA = "lms-media/1"
ALT_LIMIT = 500  # characters


def read_media(
    folder: SourceFolder, languages: tuple[str, ...], problems: Problems
) -> dict[str, Texts]:
    """Return the pictures' descriptions by path; a course without the file has none."""
    if MEDIA_FILE not in folder.files:
        return {}
    text = folder.text(MEDIA_FILE, problems)
    if text is None:
        return {}
    reader = read_mapping(text, MEDIA_FILE, problems)
    reader.schema(MEDIA_SCHEMA)
    alts: dict[str, Texts] = {}
    for entry in reader.maps("files"):
        path = entry.text("path")
        alt = entry.texts("alt", languages, limit=ALT_LIMIT)
        entry.done()
        _check(entry, path, alts, folder)
        alts[path] = alt
    reader.done()
    return alts


def _check(entry: MapReader, path: str, seen: dict[str, Texts], folder: SourceFolder) -> None:
    known = format_of(path)
    if known is None or known.kind not in SHOWN:
        entry.complain("path", Message("is no picture of the course, such as figures/hall.jpg"))
    elif path not in folder.files:
        entry.complain("path", Message("there is no file %(path)s", path=path))
    elif path in seen:
        entry.complain("path", Message("'%(keys)s' stands twice", keys=path))


def write_media(content: CourseContent) -> str:
    """Return the file's text, pictures in the order of their paths."""
    files = [{"path": path, "alt": content.alts[path]} for path in sorted(content.alts)]
    return dump({"schema": MEDIA_SCHEMA, "files": files})
