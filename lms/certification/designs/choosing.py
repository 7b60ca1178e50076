"""Which design a certificate gets: its scheme's choice, else its course's, else the network's."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from lms.audit.services import record as audit
from lms.catalog.models import Course
from lms.certification.designs.models import CertificateDesign, DesignChoice, DesignVersion
from lms.certification.errors import ChoiceChanged, DesignRetired, NotPublished
from lms.certification.schemes.definitions import current_version, parts_of
from lms.certification.schemes.models import CertificationScheme
from lms.core.database import db
from lms.core.unit_of_work import insert
from lms.people.models import Person


@dataclass(frozen=True)
class Place:
    """What a design is chosen for: a scheme, a course or, without either, the network."""

    scheme_id: int | None = None
    course_id: int | None = None


NETWORK = Place()
# Made once: each certificate asks it.
ALL = sa.select(DesignChoice).order_by(DesignChoice.number).options(joinedload(DesignChoice.design))
OF_COURSE = ALL.where(
    sa.or_(
        DesignChoice.course_id == sa.bindparam("course", type_=sa.Integer),
        DesignChoice.course_id.is_(None),
    )
)


@dataclass(frozen=True)
class Chosen:
    """What is chosen now, as a form names it; ``number`` counts the changes (0: never chosen).

    Neither a design nor ``follows_network``: the built-in certificate.
    """

    design: CertificateDesign | None = None
    follows_network: bool = False
    number: int = 0

    @property
    def counts(self) -> bool:
        """Whether this settles the matter; else the next in the order is asked."""
        retired = self.design is not None and self.design.retired_at is not None
        return self.number > 0 and not self.follows_network and not retired


def version_for(course_id: int, *, on: date) -> DesignVersion | None:
    """Return what a certificate of this course is made with if it is issued on that day.

    The scheme is one of which the course is then a part; of several that chose a design the one
    made first. None: the built-in certificate. The version's design is loaded.
    """
    chosen = choices(course_id)
    of_schemes = [
        place.scheme_id for place, one in chosen.items() if place.scheme_id and one.counts
    ]
    places = [Place(scheme_id=key) for key in _with_part(course_id, of_schemes, on)]
    for place in (*places, Place(course_id=course_id), NETWORK):
        one = chosen.get(place, Chosen())
        if one.counts:
            return None if one.design is None else latest_version(one.design.id)
    return None


def _with_part(course_id: int, scheme_ids: list[int], on: date) -> list[int]:
    """Return which of these schemes have the course among their parts, the oldest first."""
    if not scheme_ids:
        return []
    slug = db.session.get_one(Course, course_id).slug
    statement = (
        sa.select(CertificationScheme)
        .where(CertificationScheme.id.in_(scheme_ids), CertificationScheme.retired_at.is_(None))
        .order_by(CertificationScheme.id)
        .options(selectinload(CertificationScheme.versions))
    )
    return [
        scheme.id
        for scheme in db.session.scalars(statement)
        if slug in {part.course for part in parts_of(current_version(scheme, on))}
    ]


def latest_version(design_id: int) -> DesignVersion | None:
    """Return the version of a design that was published last, with its design."""
    statement = (
        sa.select(DesignVersion)
        .where(DesignVersion.design_id == design_id)
        .order_by(DesignVersion.number.desc())
        .limit(1)
        .options(joinedload(DesignVersion.design))
    )
    return db.session.scalars(statement).one_or_none()


def choices(course_id: int | None = None) -> dict[Place, Chosen]:
    """Return what is chosen now by place, of one course or of all. One statement."""
    statement = ALL if course_id is None else OF_COURSE
    found: dict[Place, Chosen] = {NETWORK: Chosen()}
    for one in db.session.scalars(statement, {"course": course_id}):
        place = Place(one.scheme_id, one.course_id)
        found[place] = Chosen(one.design, one.follows_network, one.number)
    return found


def choose(
    *,
    place: Place,
    design: CertificateDesign | None,
    follows_network: bool = False,
    seen: int,
    now: datetime,
    actor: Person,
) -> None:
    """Let certificates of ``place`` be made with ``design`` from now on.

    ``seen`` is the number of the change that was seen last. Raises ChoiceChanged when there is a
    newer one, NotPublished for a design without a version, DesignRetired.
    """
    if design is not None:
        _refuse_unusable(design)
    if choices().get(place, Chosen()).number != seen:
        raise ChoiceChanged
    row = DesignChoice(
        scheme_id=place.scheme_id,
        course_id=place.course_id,
        design_id=design.id if design else None,
        follows_network=follows_network,
        number=seen + 1,
        chosen_at=now,
        chosen_by_id=actor.id,
    )
    insert(row, ChoiceChanged())
    audit(
        now=now,
        actor_key=actor.public_id,
        action="certification.design_chosen",
        subject_kind="certificate_design",
        subject_key=design.public_id if design else "built-in",
        course=_named(Course.slug, Course.id == place.course_id),
        scheme=_named(CertificationScheme.key, CertificationScheme.id == place.scheme_id),
        follows_network=follows_network,
    )


def _refuse_unusable(design: CertificateDesign) -> None:
    """Refuse a design that nobody could get; who retires it meanwhile waits."""
    retired_at = sa.select(CertificateDesign.retired_at).where(CertificateDesign.id == design.id)
    if db.session.scalar(retired_at.with_for_update()) is not None:
        raise DesignRetired
    if latest_version(design.id) is None:
        raise NotPublished


def _named(
    name: sa.orm.InstrumentedAttribute[str], condition: sa.ColumnElement[bool]
) -> str | None:
    return db.session.scalar(sa.select(name).where(condition))
