"""Designs: made, their drafts saved, published as versions that never change."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lms.audit.services import record as audit
from lms.certification.designs.choosing import NETWORK, choices, latest_version
from lms.certification.designs.models import CertificateDesign, DesignVersion
from lms.certification.designs.sheet.faces import Face, data_of
from lms.certification.errors import (
    DesignChanged,
    DesignInUse,
    DesignNameTaken,
    DesignRetired,
    NothingToPublish,
)
from lms.core.database import db
from lms.core.unit_of_work import change, insert
from lms.people.models import Person


def create_design(*, name: str, face: Face, now: datetime, actor: Person) -> CertificateDesign:
    """Make a design with a draft and no version yet. Raises DesignNameTaken."""
    design = CertificateDesign(
        name=name,
        draft=data_of(face),
        draft_changed_at=now,
        draft_changed_by_id=actor.id,
        created_at=now,
        created_by_id=actor.id,
    )
    insert(design, DesignNameTaken())
    _audit(design, action="certification.design_created", now=now, actor=actor)
    return design


def save_draft(
    design: CertificateDesign, *, name: str, face: Face, seen: int, now: datetime, actor: Person
) -> None:
    """Keep what was edited; certificates notice nothing of it before it is published.

    ``seen`` is the row version the edit began from. Raises DesignChanged, DesignNameTaken.
    """
    _check(design, seen)
    change(design, DesignNameTaken(), name=name, draft=data_of(face))
    _touch(design, now, actor)
    _audit(design, action="certification.design_changed", now=now, actor=actor)


def publish(
    design: CertificateDesign, *, note: str, seen: int, now: datetime, actor: Person
) -> DesignVersion:
    """Make the draft the version that new certificates get from now on.

    Raises DesignChanged, DesignRetired, NothingToPublish.
    """
    _check(design, seen)
    last = latest_version(design.id)
    if last is not None and last.face == design.draft:
        raise NothingToPublish
    version = DesignVersion(
        design_id=design.id,
        number=last.number + 1 if last else 1,
        face=design.draft,
        note=note,
        published_at=now,
        published_by_id=actor.id,
    )
    insert(version, DesignChanged())
    details = {"number": version.number, "reason": note}
    _audit(design, action="certification.design_published", now=now, actor=actor, **details)
    return version


def use_again(
    design: CertificateDesign, version: DesignVersion, *, seen: int, now: datetime, actor: Person
) -> None:
    """Begin the draft anew from an older version. Raises DesignChanged."""
    _check(design, seen)
    design.draft = version.face
    _touch(design, now, actor)
    details = {"from_version": version.number}
    _audit(design, action="certification.design_changed", now=now, actor=actor, **details)


def retire(design: CertificateDesign, *, seen: int, now: datetime, actor: Person) -> None:
    """Make no new certificates with a design; a scheme or course that chose it gets what is next.

    Raises DesignChanged, and DesignInUse while it is the network's choice.
    """
    _check(design, seen)
    network = choices()[NETWORK].design
    if network is not None and network.id == design.id:
        raise DesignInUse
    design.retired_at = now
    db.session.flush()
    _audit(design, action="certification.design_retired", now=now, actor=actor)


def take_back(design: CertificateDesign, *, seen: int, now: datetime, actor: Person) -> None:
    """Use a retired design again: what had chosen it gets it again. Raises DesignChanged."""
    if design.row_version != seen or design.retired_at is None:
        raise DesignChanged
    design.retired_at = None
    db.session.flush()
    _audit(design, action="certification.design_taken_back", now=now, actor=actor)


def _check(design: CertificateDesign, seen: int) -> None:
    if design.retired_at is not None:
        raise DesignRetired
    if design.row_version != seen:
        raise DesignChanged


def _touch(design: CertificateDesign, now: datetime, actor: Person) -> None:
    design.draft_changed_at, design.draft_changed_by_id = now, actor.id
    db.session.flush()


def _audit(
    design: CertificateDesign,
    *,
    action: str,
    now: datetime,
    actor: Person,
    **details: Any,
) -> None:
    told: Mapping[str, Any] = details
    audit(
        now=now,
        actor_key=actor.public_id,
        action=action,
        subject_kind="certificate_design",
        subject_key=design.public_id,
        **told,
    )
