"""Both databases find the same: words in any form, headings first, nothing that isn't published."""

from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given
from hypothesis import settings as trials
from hypothesis import strategies as st

from lms.catalog.models import Course, CourseVersion
from lms.catalog.search import indexing
from lms.catalog.search.engines import Reach
from lms.catalog.search.finding import Answer, find
from lms.catalog.search.questions import read_question
from lms.catalog.search.tables import passages
from lms.catalog.services import open_draft
from lms.core.database import db
from tests.builders.catalog import NOW
from tests.builders.lessons import make_texts
from tests.support.statements import counted_statements

pytestmark = pytest.mark.usefixtures("app")

RUSSIAN = """\
Вступление о порядке.

## Живая очередь

Заявители с талонами проходят первыми. Приём ведут у пятого окна.

## Жалобы

О жалобе говорят спокойно. Очередь подождёт.

::: terms
- **Экстерриториальность** Право прийти в любой центр.
:::
"""
ENGLISH = "Intro.\n\n## The ticket\n\nVisitors were waiting at the windows.\n\n::: terms\n- **Any centre** A right.\n:::\n"


def ask(text: str, **options: Any) -> Answer:
    everything = sa.select(CourseVersion.id)
    return find(read_question(text), versions=everything, **options)


def headings(text: str, **options: Any) -> list[str]:
    lessons = ask(text, **options).lessons
    return [
        "".join(piece.text for piece in place.heading)
        for lesson in lessons
        for place in lesson.places
    ]


@pytest.mark.parametrize(
    ("question", "heading"),
    [
        ("заявителю талон", "Живая очередь"),
        ("прием", "Живая очередь"),
        ("ПРИЁМА", "Живая очередь"),
        ("жалобами", "Жалобы"),
        ("«пятому окну»", "Живая очередь"),
        ("экстерриториальности", "Жалобы"),
        ("window visitor", "The ticket"),
        ("tickets", "The ticket"),
    ],
)
def test_a_word_is_found_in_another_form(question: str, heading: str) -> None:
    make_texts(RUSSIAN, ENGLISH)
    answer = ask(question)
    assert answer.reach is Reach.EXACT
    assert headings(question) == [heading]


def test_a_heading_weighs_more_than_the_text() -> None:
    make_texts(RUSSIAN, ENGLISH)
    assert headings("очередь") == ["Живая очередь", "Жалобы"]


def test_a_phrase_is_found_only_side_by_side() -> None:
    make_texts(RUSSIAN, ENGLISH)
    assert headings("«живую очередь»") == ["Живая очередь"]
    assert headings('"очередь живая"') == []


def test_a_word_not_typed_to_its_end_is_found() -> None:
    make_texts(RUSSIAN, ENGLISH)
    assert ask("экстерр").reach is Reach.BEGINNING
    assert headings("экстерр") == ["Жалобы"]


@pytest.mark.parametrize("question", ["экстериториальност", "заявитилям талон", "заявители космос"])
def test_a_mistyped_or_needless_word_still_leads_near(question: str) -> None:
    make_texts(RUSSIAN, ENGLISH)
    answer = ask(question)
    assert answer.reach is Reach.NEAR
    assert answer.lessons


def test_the_words_found_are_marked() -> None:
    make_texts(RUSSIAN, ENGLISH)
    place = ask("талон").lessons[0].places[0]
    assert [piece.text for piece in place.text if piece.is_found] == ["талонами"]


def test_a_lesson_is_listed_once_with_its_best_places() -> None:
    make_texts("\n\n".join(f"## Часть {n}\n\nТалон." for n in range(9)))
    (lesson,) = ask("талон").lessons
    assert len(lesson.places) == 3


def test_the_language_of_the_lesson_can_be_chosen() -> None:
    make_texts("О Lean.", "About Lean.")
    assert {lesson.language for lesson in ask("lean", language="en").lessons} == {"en"}
    assert {lesson.language for lesson in ask("lean", language="ru").lessons} == {"ru"}


def test_only_the_versions_asked_for_are_searched() -> None:
    make_texts(RUSSIAN, ENGLISH)
    nothing = sa.select(CourseVersion.id).where(sa.false())
    assert find(read_question("талон"), versions=nothing).lessons == []


def test_a_draft_is_not_in_the_index() -> None:
    version = make_texts(RUSSIAN, ENGLISH)
    draft = open_draft(db.session.get_one(Course, version.course_id), now=NOW, actor=None)
    known = db.session.scalars(sa.select(passages.c.version_id).distinct()).all()
    assert known == [version.id]
    assert draft.id not in known


def test_the_index_made_anew_is_the_same() -> None:
    make_texts(RUSSIAN, ENGLISH)
    before = [headings(word) for word in ("очередь", "window", "жалоба")]
    for version_id in indexing.published_versions():
        indexing.index_version(version_id)
    assert [headings(word) for word in ("очередь", "window", "жалоба")] == before


def test_what_the_index_lacks_is_known() -> None:
    version = make_texts(RUSSIAN, ENGLISH)
    assert indexing.unindexed_versions() == []
    indexing.forget_version(version.id)
    assert indexing.unindexed_versions() == [version.id]
    assert headings("талон") == []


def test_a_publication_undone_leaves_nothing_to_find() -> None:
    make_texts(RUSSIAN, ENGLISH)
    db.session.rollback()
    assert headings("талон") == []


HOSTILE = [
    '"', '""', '"""', "''", "*", "-", "a*", "NEAR(a b, 2)", "a AND", "OR OR", "NOT a", "title:a",
    "{title body}: a", "^a", "a + b", "(", ")))", "a <-> b", "a & !b", "a:*", "\\", "%", "_", ";--",
    "' OR 1=1 --", "search_index MATCH", "а" * 10_000, "а " * 10_000, '"а ' * 5_000, "\u202e", "\ud7ff",
    "\U0010ffff", "ª º ² ½", "İ ı ſ", "０１２", "👩‍🚀", "1e999 .5 -7", "a.b@c.d http://x/y?z", "\x01\x7f",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_question_breaks_the_search(text: str) -> None:
    make_texts(RUSSIAN, ENGLISH)
    assert isinstance(ask(text), Answer)


def test_no_characters_at_all_break_the_search() -> None:
    make_texts(RUSSIAN, ENGLISH)

    @trials(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.text(alphabet=st.characters(codec="utf-8"), max_size=40))
    def never_fails(text: str) -> None:
        ask(text)

    never_fails()


def test_a_search_takes_few_statements_however_many_lessons_there_are() -> None:
    make_texts(RUSSIAN, ENGLISH)
    with counted_statements() as few:
        assert not ask("очередь").may_be_more
    for _ in range(20):
        make_texts(RUSSIAN, ENGLISH)
    with counted_statements() as many:
        answer = ask("очередь")
    assert (len(answer.lessons), answer.may_be_more) == (20, True), "the number is no count of all"
    assert len(few) == len(many) <= 3  # PostgreSQL is told first how to plan
