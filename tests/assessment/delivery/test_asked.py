"""What is kept in memory of papers: shared, bounded, found by ids that are never given twice."""

from flask import Flask

from lms.assessment import queries
from lms.assessment.models import ItemVersion
from lms.assessment.sitting.asked import Kept
from lms.core.database import db
from lms.core.unit_of_work import unit_of_work
from tests.builders.assessment import make_attempt, make_exam
from tests.support.statements import counted_statements


def test_a_paper_is_read_once_and_shares_its_items_with_others(app: Flask) -> None:
    with unit_of_work():
        version = make_exam()
        first, second = make_attempt(version), make_attempt(version)
    paper = queries.paper(first)
    db.session.expunge_all()
    with counted_statements() as statements:
        again = queries.paper(first)
    assert (statements, again) == ([], paper)
    versions = {item.item_version_id: item.item_version for item in paper}
    for item in queries.paper(second):
        assert item.item_version is versions[item.item_version_id]
        row = db.session.get_one(ItemVersion, item.item_version_id)
        assert (row.public_id, row.kind, row.content, row.points) == (
            item.item_version.public_id,
            item.item_version.kind,
            item.item_version.content,
            item.item_version.points,
        )


def test_a_reader_who_drops_items_takes_none_from_the_next(app: Flask) -> None:
    with unit_of_work():
        attempt = make_attempt()
    whole = len(queries.paper(attempt))
    queries.paper(attempt).clear()
    assert len(queries.paper(attempt)) == whole


def test_what_came_first_goes_first_when_there_is_too_much() -> None:
    kept: Kept[int] = Kept(2)
    for number, key in enumerate("abac", start=1):
        kept.keep(key, number)
    assert [kept.get(key) for key in "abc"] == [None, 2, 4]
    assert len(kept) == 2
