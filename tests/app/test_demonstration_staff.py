"""The demonstration's staff is as staff is: each centre has its head."""

from random import Random

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.app.demonstration.network import units
from lms.app.demonstration.staff import make_staff
from lms.core.database import db
from lms.people.models import Employment, JobRole, OrganisationUnit, UnitKind
from lms.people.permissions import HEAD_OF_CENTRE
from tests.builders.assessment import START


@pytest.mark.in_turn
def test_where_there_are_people_enough_each_centre_has_one_head(app: Flask) -> None:
    centres = sorted(row.code for row in units() if UnitKind(row.kind) is UnitKind.SERVICE_CENTRE)
    make_staff(people=2 * len(centres), random=Random(1), now=START, password_hash="x")
    heads = (
        sa.select(OrganisationUnit.code)
        .join(Employment, Employment.unit_id == OrganisationUnit.id)
        .join(JobRole, JobRole.id == Employment.job_role_id)
        .where(JobRole.code == HEAD_OF_CENTRE, Employment.ended_on.is_(None))
    )
    assert sorted(db.session.scalars(heads)) == centres
