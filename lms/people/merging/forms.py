"""Forms of a merge: which record stays and what it takes over, the reason, the other's number."""

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from lms.people.erasure.forms import ReasonForm
from lms.people.forms import LANGUAGE_NAMES
from lms.people.merging.carrying import Pair
from lms.people.merging.plans import Value
from lms.people.models import Person
from lms.web.forms import BaseForm


class OtherForm(BaseForm):
    """The personnel number of the other record."""

    number = StringField(
        _l("Personnel number of the other record"),
        [
            InputRequired(_l("Enter the personnel number.")),
            Length(max=40, message=_l("At most 40 characters.")),
        ],
    )


def _choice(label: Any) -> RadioField:
    return RadioField(label, [InputRequired(_l("Choose one of the two."))])


class MergeForm(ReasonForm):
    """Which of two records stays, whose values hold, why; bound to the dry run that was shown."""

    stays = _choice(_l("Which record stays?"))
    name = _choice(_l("Name"))
    number = _choice(_l("Personnel number"))
    email = _choice(_l("E-mail"))
    language = _choice(_l("Language of messages"))
    posts = _choice(_l("Whose posts count where both overlap?"))
    digest = HiddenField()

    def __init__(self, *args: Any, people: list[Person], **options: Any) -> None:
        super().__init__(*args, people=people, **options)
        shown: dict[str, Callable[[Person], Any]] = {
            "stays": lambda one: f"{one.full_name}, {one.personnel_number}",
            "name": lambda one: one.full_name,
            "number": lambda one: one.personnel_number,
            "email": lambda one: one.email or _l("none"),
            "language": lambda one: LANGUAGE_NAMES.get(one.language, one.language),
            "posts": lambda one: _l("of %(number)s", number=one.personnel_number),
        }
        for field, words in shown.items():
            self[field].choices = [SelectChoice(one.public_id, words(one)) for one in people]

    @property
    def pair(self) -> Pair:
        """The two, the one that stays first."""
        one, two = self.people
        return Pair(one, two) if self.stays.data == one.public_id else Pair(two, one)

    @property
    def taken(self) -> frozenset[Value]:
        """What the record that stays takes over from the other."""
        ended = self.pair.ended.public_id
        return frozenset(value for value in Value if self[value.value].data == ended)

    def chooses(self) -> bool:
        """Tell whether all choices are made; the others may be missing yet."""
        fields = ["stays", *(value.value for value in Value)]
        return all(self[name].validate(self) for name in fields)


def proposed(people: list[Person]) -> dict[str, str]:
    """Return the choice that is proposed: the record with a post, of two the older one."""
    first = min(people, key=lambda one: (one.employment is None, one.id))
    other = next(one for one in people if one is not first)
    values = dict.fromkeys(("stays", *(value.value for value in Value)), first.public_id)
    if not first.email and other.email:
        values["email"] = other.public_id
    return values
