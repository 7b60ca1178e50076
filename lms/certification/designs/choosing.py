"""Which design the certificates of a course get: the course's choice, else the network's."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lms.audit.services import record as audit
from lms.catalog.models import Course
from lms.certification.designs.models import CertificateDesign, DesignChoice, DesignVersion
from lms.certification.errors import ChoiceChanged, NotPublished
from lms.core.database import db
from lms.core.unit_of_work import insert
from lms.people.models import Person


@dataclass(frozen=True)
class Chosen:
    """What is chosen now, as a form names it; ``number`` counts the changes (0: never chosen).

    Neither a design nor ``follows_network``: the built-in certificate.
    """

    design: CertificateDesign | None = None
    follows_network: bool = False
    number: int = 0


def version_for(course_id: int) -> DesignVersion | None:
    """Return what a certificate of this course is made with if it is issued now.

    None: the built-in certificate. The version's design is loaded.
    """
    statement = (
        sa.select(DesignChoice)
        .where(sa.or_(DesignChoice.course_id == course_id, DesignChoice.course_id.is_(None)))
        .order_by(DesignChoice.number)
    )
    last = {choice.course_id: choice for choice in db.session.scalars(statement)}
    choice = last.get(course_id)
    if choice is None or choice.follows_network:
        choice = last.get(None)
    return None if choice is None or choice.design_id is None else latest_version(choice.design_id)


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


def _last(course_id: int | None) -> DesignChoice | None:
    statement = (
        sa.select(DesignChoice)
        .where(
            DesignChoice.course_id.is_(None)
            if course_id is None
            else DesignChoice.course_id == course_id
        )
        .order_by(DesignChoice.number.desc())
        .limit(1)
    )
    return db.session.scalars(statement).one_or_none()


def choices() -> dict[int | None, Chosen]:
    """Return what is chosen now by course, under None for the network. One statement."""
    statement = (
        sa.select(DesignChoice)
        .order_by(DesignChoice.number)
        .options(joinedload(DesignChoice.design))
    )
    found: dict[int | None, Chosen] = {None: Chosen()}
    for one in db.session.scalars(statement):
        found[one.course_id] = Chosen(one.design, one.follows_network, one.number)
    return found


def choose(
    *,
    course: Course | None,
    design: CertificateDesign | None,
    follows_network: bool = False,
    seen: int,
    now: datetime,
    actor: Person,
) -> None:
    """Let certificates of ``course`` (None: of the network) be made with ``design`` from now on.

    ``seen`` is the number of the change that was seen last. Raises ChoiceChanged when there is a
    newer one, NotPublished for a design without a version.
    """
    if design is not None and latest_version(design.id) is None:
        raise NotPublished
    last = _last(course.id if course else None)
    if (last.number if last else 0) != seen:
        raise ChoiceChanged
    row = DesignChoice(
        course_id=course.id if course else None,
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
        course=course.slug if course else None,
        follows_network=follows_network,
    )
