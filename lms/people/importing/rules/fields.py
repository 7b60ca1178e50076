"""What a column can hold, and how columns are recognised by their headings."""

from collections.abc import Mapping, Sequence
from enum import Enum

from lms.core.database import fold


class Field(Enum):
    """What a column can hold."""

    NUMBER = "number"
    FULL_NAME = "full_name"
    FAMILY_NAME = "family_name"
    GIVEN_NAME = "given_name"
    PATRONYMIC = "patronymic"
    UNIT = "unit"
    POST = "post"
    SINCE = "since"  # the first day in the post
    EMAIL = "email"
    LEFT_ON = "left_on"  # the last day at work
    LEAVE_FROM = "leave_from"
    LEAVE_UNTIL = "leave_until"  # the last day of the leave

    # Of thousands of rows each cell is looked up by its field: Enum's own hash is Python's work.
    __hash__ = object.__hash__


HEADINGS: dict[Field, tuple[str, ...]] = {
    Field.NUMBER: (
        "табельный номер", "таб. номер", "таб номер", "таб. №", "табельный №", "таб.№", "табельный",
        "номер", "personnel number", "employee number", "employee id", "staff number", "number",
    ),
    Field.FULL_NAME: (
        "фио", "ф.и.о.", "ф. и. о.", "фамилия имя отчество", "фамилия, имя, отчество", "сотрудник",
        "работник", "full name", "name", "employee",
    ),
    Field.FAMILY_NAME: ("фамилия", "family name", "last name", "surname"),
    Field.GIVEN_NAME: ("имя", "given name", "first name"),
    Field.PATRONYMIC: ("отчество", "patronymic", "middle name"),
    Field.UNIT: (
        "центр", "подразделение", "код центра", "код подразделения", "мфц", "офис", "отдел",
        "центр госуслуг", "место работы", "centre", "center", "unit", "department",
        "unit code", "centre code",
    ),
    Field.POST: (
        "должность", "код должности", "пост", "post", "position", "job title", "title", "job role",
    ),
    Field.SINCE: (
        "дата приема", "принят", "в должности с", "дата перевода", "дата назначения", "действует с",
        "с какого числа", "с какого дня", "дата начала", "дата приема на работу", "работает с",
        "effective from", "since", "hire date", "start date", "started on", "in the post since",
    ),
    Field.EMAIL: (
        "электронная почта", "эл. почта", "почта", "e-mail", "email", "адрес электронной почты",
        "e-mail address", "email address", "mail",
    ),
    Field.LEFT_ON: (
        "дата увольнения", "уволен", "последний рабочий день", "дата ухода", "увольнение",
        "left on", "dismissed on", "last day", "last day at work", "termination date", "end date",
    ),
    Field.LEAVE_FROM: (
        "отпуск с", "в отпуске с", "начало отпуска", "отсутствует с", "дата начала отпуска",
        "leave from", "on leave from", "leave start",
    ),
    Field.LEAVE_UNTIL: (
        "отпуск по", "в отпуске по", "отпуск до", "конец отпуска", "окончание отпуска",
        "отсутствует по", "дата окончания отпуска",
        "leave until", "on leave until", "leave to", "leave end",
    ),
}  # fmt: skip
KNOWN = {fold(heading): field for field, headings in HEADINGS.items() for heading in headings}
MAX_HEADING = 120

Columns = list[Field | None]


class ColumnFault(Enum):
    """Why columns can't be read as they were matched."""

    NO_NUMBER = "no_number"
    TWICE = "twice"
    TWO_NAMES = "two_names"  # the full name in one column, and its parts in others


def heading_key(heading: str) -> str:
    """Return a heading as it is remembered and compared."""
    return (fold(heading) or "").rstrip(":* ")[:MAX_HEADING]


def guess(headings: Sequence[str], remembered: Mapping[str, str | None]) -> Columns:
    """Return what each column seems to hold: as its heading meant before, else by its words.

    No field is guessed twice: the first column that fits has it.
    """
    taken: set[Field] = set()
    guessed: Columns = []
    for heading in headings:
        key = heading_key(heading)
        field = _meant(remembered[key]) if key in remembered else KNOWN.get(key)
        guessed.append(None if field in taken else field)
        if field is not None:
            taken.add(field)
    return guessed


def _meant(value: str | None) -> Field | None:
    return Field(value) if value in {field.value for field in Field} else None


def fault_of(columns: Sequence[Field | None]) -> tuple[ColumnFault, Field] | None:
    """Return what is wrong with matched columns, and about which field; None: nothing."""
    used = [field for field in columns if field is not None]
    for field in used:
        if used.count(field) > 1:
            return ColumnFault.TWICE, field
    if Field.NUMBER not in used:
        return ColumnFault.NO_NUMBER, Field.NUMBER
    parts = {Field.FAMILY_NAME, Field.GIVEN_NAME, Field.PATRONYMIC}
    if Field.FULL_NAME in used and parts & set(used):
        return ColumnFault.TWO_NAMES, Field.FULL_NAME
    return None
