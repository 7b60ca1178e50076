"""What pydantic finds wrong with a value, in the caller's language."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from lms.core.tables.texts import HIDDEN

_OBJECT, _ARRAY = _l("Input should be an object"), _l("Input should be a valid array")
_DATE = _l("Input should be a date such as 2026-03-31")
_MOMENT = _l("Input should be a moment such as 2026-03-31T09:00:00Z")
_INTEGER, _BOOLEAN = _l("Input should be a valid integer"), _l("Input should be true or false")
_CHOICES = _l("Input should be one of: %(expected)s")

# By pydantic's type of the error; the values in brackets are those of its context.
SENTENCES = {
    "missing": _l("Field required"),
    "extra_forbidden": _l("There is no such field"),
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "dict_type": _OBJECT,
    "list_type": _ARRAY,
    "string_type": _l("Input should be a valid string"),
    "string_unicode": _l("Input should be a valid string"),
    "string_too_short": _l("Fewest characters: %(min_length)s"),
    "string_too_long": _l("Most characters: %(max_length)s"),
    "string_pattern_mismatch": _l("Input should match the pattern %(pattern)s"),
    "too_short": _l("Fewest items: %(min_length)s"),
    "too_long": _l("Most items: %(max_length)s"),
    "int_type": _INTEGER,
    "int_parsing": _INTEGER,
    "int_parsing_size": _INTEGER,
    "int_from_float": _INTEGER,
    "float_type": _l("Input should be a valid number"),
    "float_parsing": _l("Input should be a valid number"),
    "bool_type": _BOOLEAN,
    "bool_parsing": _BOOLEAN,
    "enum": _CHOICES,
    "literal_error": _CHOICES,
    "greater_than": _l("Input should be greater than %(gt)s"),
    "greater_than_equal": _l("Input should be greater than or equal to %(ge)s"),
    "less_than": _l("Input should be less than %(lt)s"),
    "less_than_equal": _l("Input should be less than or equal to %(le)s"),
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
    "datetime_type": _MOMENT,
    "datetime_parsing": _MOMENT,
    "datetime_object_invalid": _MOMENT,
    "datetime_from_date_parsing": _MOMENT,
    "timezone_aware": _l("Input should have a time zone, such as 2026-03-31T09:00:00Z"),
}
_UNSEEN = _l("Input should be one line with something to read and no invisible signs")
_OTHERWISE = _l("This value doesn’t fit here")


def sentence(fault: Mapping[str, Any]) -> str:
    """Return what is wrong as one of pydantic's errors, with its context, tells it."""
    known = dict(fault.get("ctx", {}))
    if fault["type"] == "value_error":  # of a check of ours, which says it
        return str(known["error"])
    if HIDDEN in known.get("pattern", ""):  # a pattern that says nothing to who reads it
        return str(_UNSEEN)
    if "expected" in known:  # pydantic's list of choices has an English word in it
        known["expected"] = known["expected"].replace(" or ", ", ")
    text = str(SENTENCES.get(fault["type"], _OTHERWISE))
    return text % known if known else text
