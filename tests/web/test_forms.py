"""Fields and validators that several domains use."""

import io
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import FileField, Form, SelectField, StringField, TextAreaField
from wtforms.fields import Field
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from lms.web.forms import BaseForm, DateField, DecimalField, IntegerField, NumberRange, TimeField


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


def test_what_is_no_number_is_told_once() -> None:
    class Asked(Form):
        number = IntegerField(validators=[NumberRange(1, 100, "Between 1 and 100.")])

    form = Asked(MultiDict({"number": "many"}))
    assert not form.validate()
    assert form.number.errors == ["Between 1 and 100."]


class _Typed(Form):
    day = DateField()
    time = TimeField()
    whole = IntegerField(validators=[NumberRange(-9999, 9999, "Out of range.")])
    amount = DecimalField(places=1)


@pytest.mark.parametrize(
    ("field", "typed", "shown"),
    [
        ("day", "31.12.26", "2026-12-31"),
        ("day", " 2026-12-31", "2026-12-31"),
        ("whole", " 1\u00a0200 ", "1200"),
        ("whole", "\u22122", "-2"),
        ("amount", "12,25", "12.25"),
        ("amount", "0.0000001", "0.0000001"),
        ("amount", ".5", "0.5"),
    ],
)
def test_days_and_numbers_are_read_as_people_write_them(field: str, typed: str, shown: str) -> None:
    form = _Typed(MultiDict({field: typed}))
    form[field].validate(form)
    assert not form[field].errors
    assert f'value="{shown}"' in form[field]()
    assert 'type="text"' not in form[field]()


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        *[("day", text) for text in ("31/12/2026", "31.02.2026", "tomorrow", "٣١.١٢.٢٠٢٦")],
        ("time", "25:00"),
        *[("whole", text) for text in ("1e3", "1_000", "٣", "1.5", "9" * 400)],
        *[("amount", text) for text in ("1e3", "1_000", "٣", "NaN", "1,2,3", "9" * 400)],
    ],
)
def test_what_is_none_is_told_and_kept_where_a_browser_shows_it(field: str, typed: str) -> None:
    form = _Typed(MultiDict({field: typed}))
    form[field].validate(form)
    assert len(form[field].errors) == 1
    control = form[field]()
    assert f'type="text" value="{typed}"' in control
    assert not any(bound in control for bound in ("min=", "max=", "step="))


class _Kinds(BaseForm):
    text = StringField(validators=[InputRequired("Enter it.")])
    number = IntegerField()
    file = FileField()


@pytest.mark.in_turn
def test_a_file_reaches_only_a_field_that_takes_files(app: Flask) -> None:
    sent = {name: (io.BytesIO(b"x"), "a.txt") for name in ("text", "number", "file")}
    with app.test_request_context("/", method="POST", data=sent):
        form = _Kinds(meta={"csrf": False})
        assert not form.validate()
        assert form.text.errors == ["Enter it."]
        assert form.number.data is None
        assert isinstance(form.file.data, FileStorage)


@pytest.mark.in_turn
@pytest.mark.parametrize("sent", [[1], {"text": 1}, {"text": {}}, "text"])
def test_a_form_reads_no_json(app: Flask, sent: Any) -> None:
    with app.test_request_context("/", method="POST", json=sent):
        form = _Kinds(meta={"csrf": False})
        assert not form.validate()
        assert form.text.errors == ["Enter it."]


class _Choices(BaseForm):
    one = SelectField(
        choices=[SelectChoice("", "none"), SelectChoice("a", "A")], validators=[Optional()]
    )


@pytest.mark.in_turn
def test_spaces_choose_nothing(app: Flask) -> None:
    with app.test_request_context("/", method="POST", data={"one": " \t"}):
        form = _Choices(meta={"csrf": False})
        assert form.validate()
        assert form.one.data == ""


class _Remark(BaseForm):
    text = TextAreaField()


@pytest.mark.in_turn
@pytest.mark.parametrize("sign", "\u202e\u2067\u2028\x1b\x0b\ufeff", ids=ascii)
def test_a_text_is_refused_for_the_signs_that_a_course_folder_may_not_hold(
    app: Flask, sign: str
) -> None:
    with app.test_request_context("/"):
        form = _Remark(MultiDict({"text": f"One\r\ntwo {sign} three"}), meta={"csrf": False})
        assert not form.validate()
        assert f"2 есть невидимый знак (U+{ord(sign):04X})" in str(form.text.errors[0])
        assert form.text.data == f"One\r\ntwo {sign} three"
        # A family of joined emoji, a soft hyphen, a mark of direction, a tab.
        whole = _Remark(
            MultiDict({"text": "👩\u200d👧\tне\u00adдо\u200eсказ\r\n"}), meta={"csrf": False}
        )
        assert whole.validate()


class _Demanding(BaseForm):
    line = StringField(validators=[InputRequired("Fill it in.")])
    lines = TextAreaField(validators=[InputRequired("Fill it in.")])


@pytest.mark.parametrize("sent", ["", "  ", "\t\n", "\xa0", "\0"])
def test_what_is_required_is_more_than_space(app: Flask, sent: str) -> None:
    with app.test_request_context(method="POST", data={"line": sent, "lines": sent}):
        form = _Demanding(meta={"csrf": False})
        assert not form.validate()
        assert form.errors == {"line": ["Fill it in."], "lines": ["Fill it in."]}
