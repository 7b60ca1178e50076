"""Where a version's files are served, for the pages that show its lessons."""

from dataclasses import dataclass

import sqlalchemy as sa
from flask import url_for

from lms.catalog.media.queries import widths_of
from lms.catalog.models import CourseFile
from lms.catalog.rendering import FigureAddress
from lms.core.database import db


@dataclass(frozen=True)
class FileFacts:
    """What pages must know of a file; the same for every reader of a version."""

    public_id: str
    width: int | None
    height: int | None
    media_type: str
    size: int
    alt: dict[str, str]
    widths: tuple[int, ...]

    def address(self, language: str) -> FigureAddress:
        """Return where the file is served, for a text in ``language``; needs a request."""
        key = self.public_id
        return FigureAddress(
            url_for("catalog.file", public_id=key),
            self.width,
            self.height,
            self.media_type,
            self.size,
            self.alt.get(language, ""),
            tuple(
                (width, url_for("catalog.rendition", public_id=key, width=width))
                for width in self.widths
            ),
        )


def facts_of(version_id: int) -> dict[str, FileFacts]:
    """Return a version's files by path; two statements."""
    widths = widths_of(version_id)
    statement = sa.select(
        CourseFile.path,
        CourseFile.public_id,
        CourseFile.width,
        CourseFile.height,
        CourseFile.media_type,
        CourseFile.size,
        CourseFile.alt,
    ).where(CourseFile.version_id == version_id)
    return {
        path: FileFacts(key, width, height, media_type, size, alt, widths.get(path, ()))
        for path, key, width, height, media_type, size, alt in db.session.execute(statement)
    }
