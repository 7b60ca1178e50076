"""Conditions on texts that each database answers from what it indexes best."""

import re
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from lms.core.database import db, fold

LONGEST = 500  # letters: no name is longer, and PostgreSQL refuses words of more than 2046 bytes
SAMPLED = 1  # percent of a table's pages
FIRST = 300  # people of SQLite's sample
COMMON = 30  # one text in so many has a common part
# Lower-case letters of either alphabet whose capitals or whose own shapes look alike.
_LATIN, _CYRILLIC = "abcehkmoptxy", "авсенкмортху"
_TO_CYRILLIC, _TO_LATIN = str.maketrans(_LATIN, _CYRILLIC), str.maketrans(_CYRILLIC, _LATIN)
_IS_LATIN, _IS_CYRILLIC = re.compile("[a-z]"), re.compile("[а-я]")
BEFORE_DIGITS = (
    "МФЦАБВГДЕЁЖЗИЙКЛНОПРСТУХЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюя"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz -/.№"
)
_INITIAL = re.compile(r"\b([^\W\d_])\.(?!\d)")
_AROUND = '.,;:«»“”„"()'
MOST = 8  # words of a search, or parts of one
_JOINTS = re.compile("[-‐-―−⁃'ʹʻʼ‘’‛`´′＇]+")  # dashes and apostrophes, typed in many ways


class begins_with(FunctionElement[bool]):  # noqa: N801 - a function of SQL
    """The condition ``begins_with(column, prefix)``, letter by letter.

    Not LIKE: SQLite's ignores case. PostgreSQL estimates its operator from the column's values; of
    a comparison of ``substr`` it would guess that next to nothing is left, and plan for that.
    """

    type = sa.Boolean()
    inherit_cache = True
    name = "begins_with"


@compiles(begins_with)
def _begins(element: begins_with, compiler: Any, **options: Any) -> str:
    column, prefix = (compiler.process(one, **options) for one in element.clauses)
    prefix_again = compiler.process(list(element.clauses)[1], **options)
    return f"(substr({column}, 1, length({prefix})) = {prefix_again})"


@compiles(begins_with, "postgresql")
def _begins_on_postgres(element: begins_with, compiler: Any, **options: Any) -> str:
    column, prefix = (compiler.process(one, **options) for one in element.clauses)
    return f"({column} ^@ {prefix})"


class contains_part(FunctionElement[bool]):  # noqa: N801 - a function of SQL
    """The condition ``contains_part(column, part)``: a word of the text has ``part`` in it.

    Both are folded, ``part`` has no space. PostgreSQL looks for words that begin with it in the GIN
    index over ``word_endings`` of the column (migration 0061); SQLite compares each text.
    """

    type = sa.Boolean()
    inherit_cache = True
    name = "contains_part"

    def __init__(self, column: Any, part: str) -> None:
        part = part[:LONGEST]
        quoted = part.replace("\\", "\\\\").replace("'", "''")
        beginning = sa.literal(f"'{quoted}':*", sa.Text())
        super().__init__(column, sa.literal(part, sa.Text()), beginning)


@compiles(contains_part)
def _contains(element: contains_part, compiler: Any, **options: Any) -> str:
    column, part, _beginning = element.clauses
    texts = (compiler.process(one, **options) for one in (column, part))
    return f"(instr({', '.join(texts)}) > 0)"


@compiles(contains_part, "postgresql")
def _contains_on_postgres(element: contains_part, compiler: Any, **options: Any) -> str:
    column, _part, beginning = element.clauses
    text, query = (compiler.process(one, **options) for one in (column, beginning))
    return f"(word_endings({text}) @@ CAST({query} AS tsquery))"


class holds_part(FunctionElement[bool]):  # noqa: N801 - a function of SQL
    """What ``contains_part`` says, found by reading texts: for parts that most names have.

    Whoever reads a list in its order soon meets a page of them; the index gives them all first.
    """

    type = sa.Boolean()
    inherit_cache = True
    name = "holds_part"

    def __init__(self, column: Any, part: str) -> None:
        super().__init__(column, sa.literal(part[:LONGEST], sa.Text()))


@compiles(holds_part)
def _holds(element: holds_part, compiler: Any, **options: Any) -> str:
    return f"(instr({', '.join(compiler.process(one, **options) for one in element.clauses)}) > 0)"


@compiles(holds_part, "postgresql")
def _holds_on_postgres(element: holds_part, compiler: Any, **options: Any) -> str:
    return f"(strpos({', '.join(compiler.process(one, **options) for one in element.clauses)}) > 0)"


def from_first_digit(number: Any) -> Any:
    """Return a personnel number without the letters and signs before its first digit.

    The very expression that the index ``search_person_digits`` holds (migration 0097): with a
    parameter in it no database would know it again.
    """
    letters: sa.ColumnElement[str] = sa.literal_column(f"'{BEFORE_DIGITS}'")
    return sa.func.ltrim(number, letters, type_=sa.String)


def searched_words(text: str) -> list[str]:
    """Return the words, folded, that a name is to have or a number to begin with: at most eight.

    What stands around a word in a list or a document is no part of it, and initials are written
    with full stops: `Ким Е.М.`, `Ким, Е. М.`; they are the words that begin with a space. Dashes by
    themselves don't count.
    """
    spread = _INITIAL.sub(r" \1. ", fold(text) or "").split()
    words = [f" {word[0]}" if _INITIAL.fullmatch(word) else word.strip(_AROUND) for word in spread]
    return ([word for word in words if _JOINTS.sub("", word)] or spread)[:MOST]


def parts_of(word: str) -> list[str]:
    """Return what a name is to have of one of ``searched_words``: `О’Нил` finds `О'Нил`.

    That is what dashes and apostrophes join, but for single letters, which nearly every name has. A
    word with digits in it stays whole.
    """
    if any(sign.isdecimal() for sign in word):
        return [word]
    return [part for part in _JOINTS.split(word) if len(part) > 1][:MOST] or [word]


def spellings(word: str) -> list[str]:
    """Return one of ``searched_words`` as typed, and all in Cyrillic and all in Latin letters.

    So far as look-alikes make that possible, and only of a number or a word that mixes the
    alphabets: a slip of the keyboard that nobody sees.
    """
    is_mixed = _IS_LATIN.search(word) and _IS_CYRILLIC.search(word)
    if not is_mixed and not any(sign.isdecimal() for sign in word):
        return [word]
    cyrillic, latin = word.translate(_TO_CYRILLIC), word.translate(_TO_LATIN)
    others = [] if _IS_LATIN.search(cyrillic) else [cyrillic]
    others += [] if _IS_CYRILLIC.search(latin) else [latin]
    return list(dict.fromkeys([word, *others]))


def has_word(column: Any, word: str, *, common: bool = False) -> sa.ColumnElement[bool]:
    """Return 'the name has ``word`` in it, or a part after the first that begins with the initial'.

    ``word`` is one of ``searched_words``; ``common``: many names have it, see ``are_common``.
    """
    way = holds_part if common or is_initial(word) else contains_part
    return sa.and_(
        *(sa.or_(*(way(column, one) for one in spellings(part))) for part in parts_of(word))
    )


def is_initial(word: str) -> bool:
    """Tell whether this of ``searched_words`` is an initial: so many names have it."""
    return word.startswith(" ")


def are_common(column: Any, words: Collection[str]) -> bool:
    """Tell whether so many people's texts have all ``words`` that a list is read in order sooner.

    Some people are asked, the same each time: on PostgreSQL those of a hundredth of the table's
    pages, on SQLite the first by their public ids, which are random. Both ways find the same: this
    only says which is quicker.
    """
    if not words:
        return False
    sample = _sample(column)
    parts = (part for word in words for part in parts_of(word))
    having = (holds_part(sample.c[column.key], part) for part in parts)
    counts = sa.func.count(), sa.func.count().filter(sa.and_(*having))
    read, held = db.session.execute(sa.select(*counts).select_from(sample)).one()
    return bool(held * COMMON > read)


def _sample(column: Any) -> Any:
    if goes_by_either():
        return sa.tablesample(column.table, sa.func.system(SAMPLED), seed=sa.literal(1))
    first = sa.select(column).order_by(column.table.c.public_id).limit(FIRST)
    return first.subquery()


def goes_by_either() -> bool:
    """Tell whether the database finds 'one or the other' by the indexes of both: PostgreSQL.

    SQLite would read all rows for it; it takes a union of ids.
    """
    return db.session.get_bind().dialect.name == "postgresql"


def among(column: Any, ids: sa.SelectBase) -> sa.ColumnElement[bool]:
    """Return 'the column is one of ``ids``', which are few and read first, on PostgreSQL.

    Beside another condition, joined by OR, it can still go by the column's index.
    """
    return column == sa.func.any(sa.func.array(ids.scalar_subquery()))  # type: ignore[no-any-return]
