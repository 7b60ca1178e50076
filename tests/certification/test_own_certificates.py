"""Somebody's certificates come newest first, and are looked for among theirs alone."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask

from lms.certification.models import Certificate
from lms.certification.queries.certificates import certificates_of
from lms.people.models import Person
from lms.reporting.queries import certificates_of as all_certificates_of
from tests.builders.certification import make_certificate
from tests.builders.people import make_person
from tests.support.statements import counted_statements

pytestmark = pytest.mark.in_turn


@pytest.mark.parametrize("read", [certificates_of, all_certificates_of])
def test_they_are_newest_first_and_found_by_their_holder(
    app: Flask, read: Callable[[Person], list[Certificate]]
) -> None:
    person = make_person()
    made = [
        make_certificate(person, issued_at=datetime(2026, month, 1, tzinfo=UTC))
        for month in (2, 4, 3)
    ]
    make_certificate()
    with counted_statements() as statements:
        assert read(person) == [made[1], made[2], made[0]]
    asked = next(one for one in statements if "FROM certificate" in one)
    assert "ORDER BY" not in asked
