"""Files as the library's pages show them: with their kind, their uses and what they lack."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lms.catalog.authoring.snippets import CARET
from lms.catalog.media import queries
from lms.catalog.media.kinds import RECORDED, SHOWN, MediaKind, captions_path, format_of
from lms.catalog.media.queries import Use
from lms.catalog.models import CourseFile, CourseVersion
from lms.catalog.source.parts import registered

WORDS = {
    "ru": {"name": "Название", "transcript": "Что говорят в записи."},
    "en": {"name": "Its name", "transcript": "What is said in the recording."},
}


@dataclass(frozen=True)
class Entry:
    """A file of the library."""

    file: CourseFile
    kind: MediaKind
    uses: Sequence[Use]
    undescribed: tuple[str, ...]  # languages in which nothing says what a picture shows
    uncaptioned: tuple[str, ...]  # languages without captions, of a recording
    thumb: int | None  # width of the smaller picture that stands for it

    @property
    def is_shown(self) -> bool:
        """Whether it is something to look at."""
        return self.kind in SHOWN

    @property
    def is_recorded(self) -> bool:
        """Whether it is something to listen to."""
        return self.kind in RECORDED


def snippet(entry: Entry, language: str) -> str:
    """Return the Markdown that shows the file in a text; CARET marks where the cursor goes."""
    word, path = WORDS[language], entry.file.path
    if entry.is_shown:
        return f"![{entry.file.alt.get(language, '')}{CARET}]({path})\n"
    link = f"[{word['name']}{CARET}]({path})"
    if entry.is_recorded:
        return f"::: {entry.kind.value}\n{link}\n\n{word['transcript']}\n:::\n"
    return f"::: download\n- {link}\n:::\n"


def entry_of(version: CourseVersion, file: CourseFile) -> Entry:
    """Return one file of a draft."""
    return next(one for one in shelf_of(version, [file]) if one.file is file)


def shelf_of(version: CourseVersion, files: Sequence[CourseFile] | None = None) -> list[Entry]:
    """Return the files of a draft (default: all); as many statements at any number of them."""
    uses = queries.uses_of(version.id)
    for part in registered():
        figures, pages = part.figures(part.collect(version)), part.pages(version)
        for path in figures if pages else ():
            uses.setdefault(path, []).append(Use(str(pages[0].label), url=pages[0].url))
    widths = queries.widths_of(version.id)
    paths = queries.paths_of(version.id)
    found = queries.files_of(version.id) if files is None else files
    return [_entry(version, file, uses, widths, paths) for file in found]


def _entry(
    version: CourseVersion,
    file: CourseFile,
    uses: Mapping[str, Sequence[Use]],
    widths: Mapping[str, tuple[int, ...]],
    paths: set[str],
) -> Entry:
    known = format_of(file.path)
    kind = known.kind if known else MediaKind.DOCUMENT
    languages = version.languages
    own = uses.get(file.path, ())
    silent = {use.language for use in own if use.says_nothing} if own else set(languages)
    return Entry(
        file,
        kind,
        own,
        tuple(
            one for one in languages if kind in SHOWN and one in silent and not file.alt.get(one)
        ),
        tuple(
            one
            for one in languages
            if kind in RECORDED and captions_path(file.path, one) not in paths
        ),
        next(iter(widths.get(file.path, ())), None),
    )
