"""Tables of courses and their versions."""

from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import PublicId, RowVersion, db, enum_type, related

FINAL_EXAM = "exam"  # the key of a course's final exam, and of nothing else


class Course(PublicId, db.Model):
    """A course as a lasting thing; what is taught stands in its versions."""

    __tablename__ = "course"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(60), unique=True)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id", ondelete="RESTRICT")
    )
    retired_at: Mapped[datetime | None]

    versions: Mapped[list["CourseVersion"]] = related(
        back_populates="course", order_by="CourseVersion.number"
    )


class VersionStatus(Enum):
    """Life of a version: edited, then taught and immutable."""

    DRAFT = "draft"
    PUBLISHED = "published"


class CourseVersion(PublicId, RowVersion, db.Model):
    """One state of a course: a draft that is edited, or published and immutable.

    Texts in several languages are maps ``{"ru": …, "en": …}``.
    """

    __tablename__ = "course_version"
    __table_args__ = (
        sa.UniqueConstraint("course_id", "number"),
        sa.Index(
            "uq_course_version_draft",
            "course_id",
            unique=True,
            sqlite_where=sa.text("status = 'draft'"),
            postgresql_where=sa.text("status = 'draft'"),
        ),
        sa.CheckConstraint(
            "(status = 'published') = (published_at IS NOT NULL)", name="published_has_instant"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(sa.ForeignKey("course.id", ondelete="RESTRICT"))
    number: Mapped[int]
    # The version a draft was copied from: publishing refuses when another came out since.
    based_on_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("course_version.id", ondelete="RESTRICT")
    )
    status: Mapped[VersionStatus] = mapped_column(enum_type(VersionStatus))
    title: Mapped[dict[str, Any]]
    summary: Mapped[dict[str, Any]]
    languages: Mapped[list[Any]]
    hours: Mapped[Decimal] = mapped_column(sa.Numeric(5, 1))  # academic hours
    as_of: Mapped[date | None]  # the facts were checked on
    review_by: Mapped[date | None]
    certificate_valid_months: Mapped[int | None]  # None: the certificate doesn't expire
    published_at: Mapped[datetime | None]
    published_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id", ondelete="RESTRICT")
    )
    # SHA-256 over the exported folder of a published version; the loader compares it.
    digest: Mapped[str | None] = mapped_column(sa.String(64))

    course: Mapped[Course] = related(back_populates="versions")
    modules: Mapped[list["CourseModule"]] = related(
        back_populates="version", order_by="CourseModule.position", cascade="all, delete-orphan"
    )
    topics: Mapped[list["CourseTopic"]] = related(
        order_by="CourseTopic.position", cascade="all, delete-orphan"
    )
    sources: Mapped[list["CourseSource"]] = related(
        order_by="CourseSource.position", cascade="all, delete-orphan"
    )
    activities: Mapped[list["Activity"]] = related(
        back_populates="version", order_by="Activity.position", cascade="all, delete-orphan"
    )
    files: Mapped[list["CourseFile"]] = related(
        order_by="CourseFile.path", cascade="all, delete-orphan"
    )


class CourseTopic(RowVersion, db.Model):
    """What items are tagged with and results are broken down by."""

    __tablename__ = "course_topic"
    __table_args__ = (sa.UniqueConstraint("version_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("course_version.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(sa.String(60))
    title: Mapped[dict[str, Any]]
    # Keys of the lessons that teach it; one that the version no longer has means nothing.
    lessons: Mapped[list[Any]] = mapped_column(default=list)
    position: Mapped[int]


class Confidence(Enum):
    """How a fact is known; see the course format."""

    ACT = "act"
    SECONDARY = "secondary"
    ORDER = "order"
    OWN = "own"


class CourseSource(RowVersion, db.Model):
    """Where a fact of the course comes from."""

    __tablename__ = "course_source"
    __table_args__ = (sa.UniqueConstraint("version_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("course_version.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(sa.String(60))
    title: Mapped[dict[str, Any]]
    reference: Mapped[dict[str, Any]]
    url: Mapped[str | None] = mapped_column(sa.String(500))
    confidence: Mapped[Confidence] = mapped_column(enum_type(Confidence))
    as_of: Mapped[date | None]
    position: Mapped[int]


class CourseModule(PublicId, RowVersion, db.Model):
    """A titled group of activities."""

    __tablename__ = "course_module"
    __table_args__ = (sa.UniqueConstraint("version_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("course_version.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(sa.String(60))
    title: Mapped[dict[str, Any]]
    position: Mapped[int]
    # Keys of the activities and of the modules that come before all of its own activities.
    after: Mapped[list[Any]] = mapped_column(default=list)
    after_modules: Mapped[list[Any]] = mapped_column(default=list)

    version: Mapped[CourseVersion] = related(back_populates="modules")
    activities: Mapped[list["Activity"]] = related(
        back_populates="module", order_by="Activity.position", viewonly=True
    )


class ActivityKind(Enum):
    """The smallest launchable units; what each states besides is in ``catalog.kinds``."""

    LESSON = "lesson"
    EXAM = "exam"
    PRACTICE = "practice"
    CLASSROOM = "classroom"
    DOCUMENT = "document"
    CHECKLIST = "checklist"


class Activity(PublicId, RowVersion, db.Model):
    """A part of one version, of whatever kind. ``key`` stays the same from version to version."""

    __tablename__ = "activity"
    __table_args__ = (
        sa.UniqueConstraint("version_id", "key"),
        # Only the final exam may stand after all modules.
        sa.CheckConstraint(
            "module_id IS NOT NULL OR (kind = 'exam' AND key = 'exam')", name="in_module"
        ),
        sa.CheckConstraint(
            "(kind = 'practice') = (pass_percent IS NOT NULL)", name="practice_has_share"
        ),
        sa.CheckConstraint("pass_percent BETWEEN 1 AND 100", name="pass_percent"),
        sa.CheckConstraint(
            "least_minutes IS NULL OR (kind = 'lesson' AND least_minutes BETWEEN 1 AND 480)",
            name="least_minutes",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("course_version.id", ondelete="CASCADE"))
    module_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("course_module.id", ondelete="CASCADE"), index=True
    )
    key: Mapped[str] = mapped_column(sa.String(60))
    kind: Mapped[ActivityKind] = mapped_column(enum_type(ActivityKind))
    # Over the whole version; a final exam that stands in no module comes last.
    position: Mapped[int]
    minutes: Mapped[int]  # how long it takes, stated by the author
    sources: Mapped[list[Any]] = mapped_column(default=list)  # keys of CourseSource
    # A lesson's is in its texts, the final exam has none; a further exam's is its exam's own.
    title: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # What its kind states besides, as ``catalog.kinds`` writes and reads it.
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    is_optional: Mapped[bool] = mapped_column(default=False)  # the course is complete without it
    needs_end: Mapped[bool] = mapped_column(default=True)  # a lesson: read to its end
    needs_checks: Mapped[bool] = mapped_column(default=True)  # a lesson: self-checks answered
    least_minutes: Mapped[int | None]  # a lesson: minutes that must be spent in it
    pass_percent: Mapped[int | None]  # a practice: the share that must be right
    # Keys of the activities and of the modules that come before it.
    after: Mapped[list[Any]] = mapped_column(default=list)
    after_modules: Mapped[list[Any]] = mapped_column(default=list)

    version: Mapped[CourseVersion] = related(back_populates="activities")
    module: Mapped[CourseModule | None] = related(back_populates="activities")
    texts: Mapped[list["LessonText"]] = related(
        back_populates="activity", order_by="LessonText.language", cascade="all, delete-orphan"
    )

    @property
    def titles(self) -> dict[str, str]:
        """The titles by language, none for the final exam; load ``texts`` first."""
        return self.title or {text.language: text.title for text in self.texts}

    @property
    def is_final_exam(self) -> bool:
        """Whether it is the course's final exam, whose score the certificate tells."""
        return self.kind is ActivityKind.EXAM and self.key == FINAL_EXAM


def final_exam(activity: Any = Activity) -> sa.ColumnElement[bool]:
    """Return the condition 'the activity is its version's final exam'; ``activity``: an alias.

    Twin of ``Activity.is_final_exam``. A course has one at most; its further exams have keys of
    their own.
    """
    return sa.and_(activity.kind == ActivityKind.EXAM, activity.key == FINAL_EXAM)


class LessonText(RowVersion, db.Model):
    """One language variant of a lesson, Markdown in the course format's dialect."""

    __tablename__ = "lesson_text"
    __table_args__ = (sa.UniqueConstraint("activity_id", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id", ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(sa.String(2))
    title: Mapped[str] = mapped_column(sa.String(300))
    body: Mapped[str] = mapped_column(sa.Text)
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id", ondelete="RESTRICT")
    )

    activity: Mapped[Activity] = related(back_populates="texts")


class CourseFile(PublicId, RowVersion, db.Model):
    """A file of the course, its bytes in the content-addressed store."""

    __tablename__ = "course_file"
    __table_args__ = (sa.UniqueConstraint("version_id", "path"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("course_version.id", ondelete="CASCADE"))
    path: Mapped[str] = mapped_column(sa.String(200))  # such as figures/queue.ru.svg
    blob: Mapped[str] = mapped_column(sa.String(64))  # SHA-256, key in core.storage
    media_type: Mapped[str] = mapped_column(sa.String(80))
    size: Mapped[int]  # bytes
    width: Mapped[int | None]  # CSS pixels, None when the file doesn't say
    height: Mapped[int | None]
    # What a picture shows, by language: stands for its description where a lesson gives none.
    alt: Mapped[dict[str, Any]] = mapped_column(default=dict)

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return self.path.rpartition("/")[2]


class Rendition(db.Model):
    """A smaller picture derived from a stored one. It can be made again, and belongs to nobody."""

    __tablename__ = "rendition"
    __table_args__ = (sa.UniqueConstraint("source", "width"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(sa.String(64))  # blob of the picture it was made of
    width: Mapped[int]  # pixels
    blob: Mapped[str] = mapped_column(sa.String(64))
    media_type: Mapped[str] = mapped_column(sa.String(80))
    size: Mapped[int]  # bytes
