"""File answers: the rules of other tools for what is handed in, and ours."""

from collections.abc import Iterable, Sequence

from lms.assessment.kinds.values import Criterion, FileRules, FileType, Texts
from lms.assessment.models import ItemKind
from lms.assessment.source.content import FILES_LIMIT, MEGABYTES_LIMIT
from lms.catalog.messages import Message
from lms.standards.items.drafting import Draft
from lms.standards.items.kinds.essays import judged
from lms.standards.items.model import Found

_OFFICE = "application/vnd.openxmlformats-officedocument"
MIME = {
    FileType.PDF: "application/pdf",
    FileType.DOCX: f"{_OFFICE}.wordprocessingml.document",
    FileType.XLSX: f"{_OFFICE}.spreadsheetml.sheet",
    FileType.ODT: "application/vnd.oasis.opendocument.text",
    FileType.PNG: "image/png",
    FileType.JPG: "image/jpeg",
    FileType.TXT: "text/plain",
}
PICTURES = (FileType.PNG, FileType.JPG)
# Other tools' words for a type, or for several at once.
NAMES: dict[str, tuple[FileType, ...]] = {
    **{kind.value: (kind,) for kind in FileType},
    **{mime: (kind,) for kind, mime in MIME.items()},
    "jpeg": (FileType.JPG,),
    "jpe": (FileType.JPG,),
    "image/jpg": (FileType.JPG,),
    "document": (FileType.PDF, FileType.DOCX, FileType.ODT),
    "spreadsheet": (FileType.XLSX,),
    "image": PICTURES,
    "image/*": PICTURES,
    "web_image": PICTURES,
    "optimised_image": PICTURES,
    "text/*": (FileType.TXT,),
}
ALL = tuple(FileType)


def types_of(draft: Draft, names: Iterable[str]) -> tuple[FileType, ...]:
    """Return the types that a file names; all where it names none. Others are told."""
    kinds: dict[FileType, None] = {}
    strange = []
    for name in names:
        known = NAMES.get(name.strip().lower().lstrip("."))
        if known is None:
            strange.append(name.strip())
        kinds |= dict.fromkeys(known or ())
    for name in dict.fromkeys(strange[:20]):
        draft.note(Message("files of the type “%(name)s” aren't taken here", name=name[:40]))
    return tuple(kinds) or ALL


def most_of(draft: Draft, stated: int) -> int:
    """Return how many files are taken; below zero any number could be."""
    if 1 <= stated <= FILES_LIMIT:
        return stated
    draft.note(
        Message("any number of files could be sent; here at most %(most)s", most=FILES_LIMIT)
        if stated < 0
        else Message(
            "%(count)s files could be sent; here at most %(most)s", count=stated, most=FILES_LIMIT
        )
    )
    return FILES_LIMIT


def megabytes_of(draft: Draft, stated: int) -> int:
    """Return the most megabytes of a file for a limit in bytes."""
    megabyte = 1024 * 1024
    rounded = min(MEGABYTES_LIMIT, max(1, -(-stated // megabyte)))
    if rounded * megabyte != stated:
        draft.note(
            Message(
                "a file could have %(bytes)s bytes; here %(limit)s MB",
                bytes=stated,
                limit=rounded,
            )
        )
    return rounded


def file_answer(
    draft: Draft,
    rules: FileRules | None,
    *,
    rubric: Sequence[Criterion] = (),
    guide: Texts | None = None,
    examiners: int | None = None,
) -> Found:
    """Return a file answer; without ``rules`` the bank's own stay, or the usual ones."""
    if rules is None:
        draft.unstated.add("files")
    return judged(
        draft,
        ItemKind.FILE,
        rubric=rubric,
        guide=guide,
        examiners=examiners,
        files=rules or FileRules(),
    )
