"""Fields and validators that several domains use."""

from decimal import Decimal
from typing import Any

import pytest
from wtforms import Form
from wtforms.fields import Field

from lms.web.forms import NumberRange


class _Numbers(Form):
    number = Field(validators=[NumberRange(1, 100, "Between 1 and 100.")])


@pytest.mark.parametrize("number", [1, 100, Decimal("1.5")])
def test_a_number_in_the_range_is_well(number: Any) -> None:
    assert _Numbers(data={"number": number}).validate()


@pytest.mark.parametrize(
    "number", [0, 101, None, 10**400, -(10**400), Decimal("NaN"), Decimal("sNaN"), Decimal("1e999")]
)
def test_what_is_no_number_or_beyond_all_bounds_is_out_of_range(number: Any) -> None:
    form = _Numbers(data={"number": number})
    assert not form.validate()
    assert form.number.errors == ["Between 1 and 100."]
