"""A lesson is cut at its headings; each passage knows the heading it leads to."""

from lms.catalog.rendering import render_lesson
from lms.catalog.search.passages import Passage, passages_of

LESSON = """\
Сначала *взгляд*[@own].

## Первые слова

Скажите, кто вы.

::: check first
Что первое?

- [x] Приветствие
  > Так видно.
- [ ] Документы
  > Потом.
:::

### Ещё о словах

| Окно | Часы |
|---|---|
| 5 | 9 |

::: terms
- **Талон** Номер в очереди.
:::

## Первые слова

Конец.
"""


def cut(body: str) -> list[Passage]:
    return passages_of(body, language="ru", sources=frozenset({"own"}))


def test_the_text_above_all_headings_comes_first() -> None:
    assert cut(LESSON)[0] == Passage(body="Сначала взгляд.")


def test_each_heading_leads_to_its_own_place_on_the_page() -> None:
    page = render_lesson(
        LESSON,
        language="ru",
        sources=["own"],
        files_url=lambda _path: None,
        lesson_url=lambda _key: None,
    )
    passages = cut(LESSON)[1:]
    assert [(p.heading, p.anchor) for p in passages] == [(h.text, h.id) for h in page.headings]
    assert len({p.anchor for p in passages}) == 3


def test_the_question_of_a_self_check_is_found_but_its_options_are_not() -> None:
    assert cut(LESSON)[1].body == "Скажите, кто вы. Что первое?"


def test_cells_stand_apart_and_names_of_terms_are_known() -> None:
    passage = cut(LESSON)[2]
    assert "Окно · Часы · 5 · 9 Талон" in passage.body
    assert passage.terms == "Талон"


def test_an_empty_cell_leaves_no_mark_and_a_number_stays_on_one_line() -> None:
    table = "| | До | После |\n|---|---|---|\n| Окно | | 9 |\n\nПо закону №\u00a0210-ФЗ."
    assert cut(table)[0].body == "До · После · Окно · 9 По закону №\u00a0210-ФЗ."


def test_a_text_without_headings_is_one_passage() -> None:
    assert cut("<script>alert(1)</script>") == [Passage(body="<script>alert(1)</script>")]
    assert cut("") == [Passage()]
