"""Fields of authoring forms: texts in the course's languages, rows of them, chosen keys."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from wtforms import Field, FieldList, Form, FormField, HiddenField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import ListWidget

from lms.assessment.authoring.words import LANGUAGE_NAMES
from lms.assessment.kinds.base import TEXT_LIMIT as RESPONSE_LIMIT
from lms.assessment.kinds.base import compared
from lms.assessment.kinds.values import Texts, Wordings
from lms.assessment.source.checks import NO_PICTURES, text_faults
from lms.assessment.source.content import LINE_LIMIT, PROMPT_LIMIT, ROW_KEY
from lms.assessment.source.item_kinds import ACCEPTED_LIMIT, POINTS_LIMIT
from lms.catalog.media.kinds import PICTURED
from lms.catalog.messages import Message
from lms.catalog.source.content import clean_body
from lms.web.forms import BaseForm


class Part(Form):
    """A part of a form: like a form, but for the token."""

    class Meta(BaseForm.Meta):
        """The whole form has the token."""

        csrf = False


class Sides(Part):
    """One text in each language."""

    ru = TextAreaField(LANGUAGE_NAMES["ru"])
    en = TextAreaField(LANGUAGE_NAMES["en"])


class TextsField(FormField):
    """A text in the course's languages: all of them, or (``required=False``) all or none."""

    def __init__(
        self,
        label: Any = None,
        *,
        required: bool = True,
        limit: int = LINE_LIMIT,
        tall: bool = False,
        markdown: bool = True,
        pictures: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(Sides, label, **options)
        self.required = required
        self.limit = limit
        self.tall = tall  # more than a line is expected
        self.markdown = markdown
        self.pictures = pictures  # may stand in it

    def texts(self, languages: Sequence[str]) -> dict[str, str]:
        """Return what was typed, without empty ones."""
        typed = {code: clean_body(self.form[code].data or "").strip() for code in languages}
        return {code: text for code, text in typed.items() if text}

    def check(self, languages: Sequence[str]) -> bool:
        """Note what is missing or too long; tell whether all is well."""
        texts = self.texts(languages)
        well = True
        for code in languages:
            field = self.form[code]
            if code not in texts and (self.required or texts):
                well = complain(field, _("Write the text in this language too."))
            elif len(texts.get(code, "")) > self.limit:
                well = complain(field, _("Use at most %(limit)d characters.", limit=self.limit))
        return well

    def check_markdown(self, languages: Sequence[str], figures: Mapping[str, Texts]) -> bool:
        """Note what a course folder with the text would be refused for; tell whether all is well.

        ``figures``: what the course's figures show, by path.
        """
        well = True
        for code, text in self.texts(languages).items() if self.markdown else ():
            if PICTURED.search(text) and not self.pictures:
                well = tell(self.form[code], [NO_PICTURES])
            else:
                described = [path for path, alt in figures.items() if alt.get(code)]
                well = tell(self.form[code], text_faults(text, figures, described)) and well
        return well


class WordingsField(TextsField):
    """One wording a line that a candidate can type, in each language."""

    def __init__(self, label: Any = None, *, required: bool = True, **options: Any) -> None:
        super().__init__(
            label, required=required, limit=PROMPT_LIMIT, tall=True, markdown=False, **options
        )

    def lines(self, languages: Sequence[str]) -> Wordings:
        """Return what was typed, each wording once."""
        return {
            code: tuple(dict.fromkeys(_lines(text))) for code, text in self.texts(languages).items()
        }

    def check(self, languages: Sequence[str]) -> bool:
        """Note also too many lines and lines that nobody could type."""
        well = super().check(languages)
        for code, lines in self.lines(languages).items():
            if any(len(line) > RESPONSE_LIMIT for line in lines):
                message = _("Use at most %(limit)d characters a line.", limit=RESPONSE_LIMIT)
            elif len(lines) > ACCEPTED_LIMIT:
                message = _("Use at most %(limit)d lines.", limit=ACCEPTED_LIMIT)
            elif not all(compared(line) for line in lines):
                message = _("Each answer needs a letter or a digit.")
            else:
                continue
            well = complain(self.form[code], message)
        return well


class LevelsField(TextsField):
    """What each number of points of a criterion means: a line for each, from 0 upwards, or none.

    The lines may begin with the numbers, as they are shown for an item that has levels.
    """

    def __init__(self, label: Any = None, **options: Any) -> None:
        limit = (POINTS_LIMIT + 1) * LINE_LIMIT
        super().__init__(label, required=False, limit=limit, tall=True, **options)

    def levels(self, languages: Sequence[str]) -> tuple[Texts, ...]:
        """Return what was typed for 0 points, for 1 and so on, by language."""
        lines = {code: _levels(text) for code, text in self.texts(languages).items()}
        most = max(map(len, lines.values()), default=0)
        return tuple(
            {code: told[number] for code, told in lines.items() if number < len(told)}
            for number in range(most)
        )

    def fits(self, points: int, languages: Sequence[str]) -> bool:
        """Note another number of lines than ``points`` need; tell whether all is well."""
        well = True
        for code, text in self.texts(languages).items():
            lines = _levels(text)
            if len(lines) != points + 1:
                message = _(
                    "Write a line for each number of points from 0 to %(points)d: "
                    "%(needed)d lines, not %(given)d.",
                    points=points,
                    needed=points + 1,
                    given=len(lines),
                )
            elif any(len(line) > LINE_LIMIT for line in lines):
                message = _("Use at most %(limit)d characters a line.", limit=LINE_LIMIT)
            else:
                continue
            well = complain(self.form[code], message)
        return well


def _lines(text: str) -> list[str]:
    return [line for typed in text.split("\n") if (line := " ".join(typed.split()))]


def _levels(text: str) -> list[str]:
    """Return the lines that say something, without their numbers if they are numbered from 0."""
    lines = _lines(text)
    numbered = all(line.startswith(f"{number}:") for number, line in enumerate(lines))
    words = [line.partition(":")[2].strip() for line in lines] if numbered else lines
    return [line for line in words if line]


def level_lines(levels: Sequence[str]) -> str:
    """Return levels as the field shows them."""
    return "\n".join(f"{number}: {words}" for number, words in enumerate(levels))


class Row(Part):
    """A row of a list, with the key that names it for good."""

    key = HiddenField()


class RowsField(FieldList):
    """A list of rows; ``count`` is the fewest and the most of them."""

    def __init__(
        self, row: type[Row], label: Any, *, count: tuple[int, int], **options: Any
    ) -> None:
        super().__init__(FormField(row), label, max_entries=count[1] + 1, **options)
        self.fewest, self.most = count

    @property
    def rows(self) -> list[Any]:
        """The rows' forms."""
        return [entry.form for entry in self.entries]

    def check(self) -> bool:
        """Note a wrong number of rows and damaged keys; tell whether all is well."""
        keys = [row.key.data or "" for row in self.rows]
        if not self.fewest <= len(keys) <= self.most:
            message = _(
                "There must be from %(fewest)d to %(most)d.", fewest=self.fewest, most=self.most
            )
            return complain(self, message)
        if len(set(keys)) < len(keys) or not all(ROW_KEY.fullmatch(key) for key in keys):
            return complain(self, _("The form was damaged on its way. Open the page anew."))
        return True


class KeysField(Field):
    """The keys of the rows that are ticked; the template draws the controls."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take all values sent."""
        self.data = list(dict.fromkeys(valuelist))

    def process_data(self, value: Iterable[str] | None) -> None:
        """Take the keys of stored rows."""
        self.data = list(value or ())


def choices_of(names: Mapping[Any, Any], anything: Any = None) -> list[SelectChoice]:
    """Return choices from values (or enum members) with names, led by one for no value."""
    chosen = [SelectChoice(str(getattr(v, "value", v)), name) for v, name in names.items()]
    return chosen if anything is None else [SelectChoice("", anything), *chosen]


def complain(field: Field, message: Any) -> bool:
    """Add ``message`` to the field's errors; return False, for use as a verdict."""
    field.errors = [*field.errors, message]
    return False


def tell(field: Field, faults: Iterable[Message]) -> bool:
    """Add what the checks of a course folder say; tell whether all is well."""
    well = True
    for fault in faults:
        sentence = str(fault.localised())
        well = complain(field, f"{sentence[:1].upper()}{sentence[1:]}.")
    return well


def texts_fields(fields: Iterable[Field]) -> Iterator[TextsField]:
    """Yield all fields of texts, those inside rows too."""
    for field in fields:
        if isinstance(field, TextsField):
            yield field
        elif isinstance(field, FormField):
            yield from texts_fields(field.form)
        elif isinstance(field, FieldList):
            yield from texts_fields(field.entries)


def faults(fields: Iterable[Field], label: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield (id of the control, its label, message) of every error, in the form's order."""
    for field in fields:
        if isinstance(field, RowsField):
            yield from ((field.id, str(field.label.text), str(e)) for e in _own_errors(field))
            for number, row in enumerate(field.rows, start=1):
                name = _("%(list)s, no. %(number)d", list=field.label.text, number=number)
                yield from faults(row, name)
        elif isinstance(field, FormField):
            yield from faults(field.form, _joined(label, str(field.label.text)))
        else:
            name = _joined(label, str(field.label.text))
            # Choices side by side have no control of the field's own: the first one stands for it.
            place = f"{field.id}-0" if isinstance(field.widget, ListWidget) else field.id
            yield from ((place, name, str(error)) for error in field.errors)


def _own_errors(field: RowsField) -> list[Any]:
    # The list also holds the maps of its rows' errors.
    return [error for error in field.errors if error and not isinstance(error, dict)]


def _joined(outer: str, inner: str) -> str:
    return f"{outer}: {inner}" if outer else inner


def typed_fields(
    form: MultiDict[str, str] | ImmutableMultiDict[str, str],
) -> MultiDict[str, str]:
    """Return the posted fields that a form of ours can have: with plain names."""
    return MultiDict((n, v) for n, v in form.items(multi=True) if n.isascii() and len(n) < 100)
