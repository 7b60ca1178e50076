"""The command on what the board reads: ``lms board remake``."""

import click
import sqlalchemy as sa
from flask.cli import AppGroup, with_appcontext

from lms.certification.board.remaking import remake
from lms.certification.schemes.records.histories import BATCH
from lms.certification.schemes.records.standings import refresh
from lms.core.database import db
from lms.core.unit_of_work import unit_of_work
from lms.people.models import Person

group = AppGroup("board", help="What the board of certifications is read from.")


@group.command("remake")
@with_appcontext
def remake_board() -> None:
    """Derive everybody's standings and the board's numbers anew from the facts."""
    with unit_of_work():
        people = list(db.session.scalars(sa.select(Person.id).order_by(Person.id)))
    for start in range(0, len(people), BATCH):
        with unit_of_work():
            refresh(people[start : start + BATCH])
    with unit_of_work():
        rows = remake()
    click.echo(f"{len(people)} people, {rows} standings at posts")
