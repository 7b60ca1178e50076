"""What an import does to a bank: keys, topics, languages, versions; on both databases."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.assessment.authoring.queries import newest_version
from lms.assessment.authoring.services import bank_of, put_item
from lms.assessment.examining.models import CorrectionKind
from lms.assessment.models import Item, ItemKind, ItemVersion
from lms.audit.models import AuditEntry
from lms.catalog.models import Course, CourseTopic, CourseVersion
from lms.catalog.services import open_draft
from lms.core.database import db
from lms.standards.items.banks.exporting import export_bank
from lms.standards.items.banks.importing import Outcome, Plan, carry_out, plan_import
from lms.standards.items.banks.queries import kept_items
from lms.standards.items.errors import Unreadable
from lms.standards.items.formats import EXCHANGED, ItemFormat, read_items
from lms.standards.items.model import Weight
from tests.builders.assessment import make_item, put_right
from tests.builders.catalog import NOW
from tests.builders.people import make_person
from tests.standards.banks import exchanged, held
from tests.standards.samples import make_empty
from tests.support.statements import counted_statements

pytestmark = pytest.mark.in_turn


@pytest.fixture
def course(app: Flask) -> Course:
    return make_empty("taught")


def newest(course: Course) -> CourseVersion:
    version = newest_version(course)
    assert version is not None
    return version


def plan(course: Course, content: bytes | str, language: str = "ru", **options: Any) -> Plan:
    content = content.encode() if isinstance(content, str) else content
    file = read_items(content, language=language, form=options.pop("form", None))
    return plan_import(course=course, version=newest(course), file=file, **options)


def take(course: Course, content: bytes | str, language: str = "ru", **options: Any) -> Plan:
    made = plan(course, content, language, **options)
    carry_out(made, actor=None, now=NOW)
    db.session.flush()
    return made


def fill(course: Course, items: list[Any]) -> None:
    for item in items:
        put_item(bank_of(course), item, now=NOW, actor_id=None)


def versions() -> int:
    return db.session.scalar(sa.select(sa.func.count(ItemVersion.id))) or 0


def notes(made: Plan) -> list[str]:
    return [str(note.message) for note in made.notes]


def test_a_plan_writes_nothing(course: Course) -> None:
    made = plan(course, "Q {T}")
    assert made.count(Outcome.CREATED) == 1
    assert versions() == 0


def test_the_same_file_twice_makes_no_new_version(course: Course) -> None:
    text = "// [id:first]\nOne {=a ~b ~c}\n\nTwo {#1:0.5}\n\nThree {=one ->1 =two ->2 =six ->6}"
    assert take(course, text).count(Outcome.CREATED) == 3
    again = plan(course, text)
    assert again.count(Outcome.UNCHANGED) == 3
    assert not again.changes


def test_a_changed_question_makes_a_new_version_of_the_same_item(course: Course) -> None:
    take(course, "// [id:first]\nWhat is first? {=a ~b ~c}")
    made = take(course, "// [id:first]\nWhat is first? {=a ~b ~d}")
    assert made.count(Outcome.CHANGED) == 1
    item = db.session.scalars(sa.select(Item)).one()
    assert item.current_number == 2
    options = kept_items(course)["first"].item.options
    assert [o.text["ru"] for o in options] == ["a", "b", "d"]


def test_a_question_without_id_is_known_by_what_it_asks(course: Course) -> None:
    take(course, "What is first? {=a ~b}")
    made = take(course, "What is first? {=a ~b ~c}")
    assert made.count(Outcome.CHANGED) == 1
    assert len(kept_items(course)) == 1


def test_the_keys_of_options_stay_with_their_texts(course: Course) -> None:
    take(course, "// [id:first]\nWhat is first? {=a ~b ~c}")
    before = {o.text["ru"]: o.key for o in kept_items(course)["first"].item.options}
    take(course, "// [id:first]\nWhat is first? {~zero ~c =a ~b}")
    after = {o.text["ru"]: o.key for o in kept_items(course)["first"].item.options}
    assert {text: after[text] for text in before} == before
    assert len(set(after.values())) == 4


def test_an_id_of_another_question_overwrites_nothing(course: Course) -> None:
    fill(course, [make_item(ItemKind.TRUE_FALSE, key="q1")])
    made = take(course, "// [id:q1]\nСовсем другое дело {=да ~нет}")
    assert made.count(Outcome.CREATED) == 1
    assert kept_items(course)["q1"].item.kind is ItemKind.TRUE_FALSE
    assert "its id “q1” belongs to another question here" in notes(made)
    assert plan(course, "// [id:q1]\nСовсем другое дело {=да ~нет}").changes is False


def test_one_id_for_two_questions_is_told_and_both_are_kept(course: Course) -> None:
    made = take(course, "// [id:same]\nOne {T}\n\n// [id:same]\nTwo {F}")
    assert made.count(Outcome.CREATED) == 2
    assert "its id “same” stands twice in the file" in notes(made)


def test_a_question_that_stands_twice_is_taken_once(course: Course) -> None:
    made = take(course, "One {T}\n\nOne {T}")
    assert made.count(Outcome.CREATED) == 1
    assert "it stands in the file twice and is taken once" in notes(made)


def test_two_questions_that_ask_alike_are_both_kept(course: Course) -> None:
    made = take(course, "Which is right? {=a ~b}\n\nWhich is right? {=c ~d}")
    assert made.count(Outcome.CREATED) == 2
    again = plan(course, "Which is right? {=a ~b}\n\nWhich is right? {=c ~d}")
    assert again.count(Outcome.UNCHANGED) == 2


def test_a_category_finds_its_topic_by_key_or_title(course: Course) -> None:
    text = (
        "$CATEGORY: greeting\n\nOne {T}\n\n$CATEGORY: top/ожидание\n\nTwo {T}\n\n"
        "$CATEGORY: Waiting\n\nThree {T}"
    )
    made = take(course, text)
    topics = {p.item.prompt["ru"]: p.item.topic for p in made.items}
    assert topics == {"One": "greeting", "Two": "waiting", "Three": "waiting"}
    assert made.added == {}


def test_a_tag_may_name_the_topic_and_other_tags_are_told(course: Course) -> None:
    made = take(course, "// [tag:Waiting] [tag:winter]\nOne {T}")
    assert made.items[0].item.topic == "waiting"
    lost = [str(n.message) for n in made.notes if n.weight is Weight.LOST]
    assert lost == ["the tag “winter” isn't kept"]


def test_a_new_category_becomes_a_topic_of_the_draft(course: Course) -> None:
    open_draft(course, now=NOW, actor=None)
    made = take(course, "$CATEGORY: Время работы\n\nOne {T}")
    key = made.items[0].item.topic
    assert key == "vremya-raboty"
    topic = db.session.scalars(sa.select(CourseTopic).filter_by(key=key)).one()
    assert topic.title == {"ru": "Время работы", "en": "Время работы"}
    assert any("is added to the draft" in note for note in notes(made))


def test_without_a_draft_the_missing_topic_is_told(course: Course) -> None:
    made = take(course, "$CATEGORY: Время работы\n\nOne {T}")
    assert any("add it to a draft" in note for note in notes(made))
    assert db.session.scalars(sa.select(CourseTopic).filter_by(key="vremya-raboty")).all() == []
    assert kept_items(course)[made.items[0].item.key].item.topic == "vremya-raboty"


def test_questions_that_the_file_puts_nowhere_go_to_imported(course: Course) -> None:
    assert take(course, "One {T}").items[0].item.topic == "imported"


def test_the_chosen_topic_holds_for_all(course: Course) -> None:
    made = take(course, "$CATEGORY: Other\n\nOne {T}", topic="greeting")
    assert made.items[0].item.topic == "greeting"
    assert made.added == {}
    with pytest.raises(Unreadable, match="no topic “none”"):
        plan(course, "One {T}", topic="none")


def test_a_text_goes_to_the_declared_language_and_the_lack_is_told(course: Course) -> None:
    made = take(course, "One {T}", language="en")
    assert made.items[0].item.prompt == {"en": "One"}
    assert any("in a language of the course are missing" in note for note in notes(made))


def test_another_language_of_a_known_question_is_added(course: Course) -> None:
    take(course, "// [id:first]\nЧто первое? {=да ~нет}", language="ru")
    take(course, "// [id:first]\nWhat is first? {=yes ~no}", language="en")
    item = kept_items(course)["first"].item
    assert item.prompt == {"ru": "Что первое?", "en": "What is first?"}
    made = plan(course, "// [id:first]\nWhat comes first? {=yes ~no}", language="en")
    assert "its text in the other language stays: check that it still fits" in notes(made)


def test_a_source_that_the_course_lacks_is_told(course: Course) -> None:
    made = take(course, "// [tag:lms-source-own-method] [tag:lms-source-none]\nOne {T}")
    assert made.items[0].item.sources == ("own-method",)
    assert "the course has no source “none”" in notes(made)


def test_a_retired_question_stays_retired(course: Course) -> None:
    take(course, "// [id:first]\nOne {T}")
    db.session.scalars(sa.select(Item)).one().retired_at = NOW
    db.session.flush()
    made = take(course, "// [id:first]\nOne {F}")
    assert "it is retired in the bank and stays so" in notes(made)
    assert kept_items(course)["first"].is_retired


def test_an_import_is_on_record(course: Course) -> None:
    person = make_person()
    carry_out(plan(course, "One {T}"), actor=person, now=NOW)
    entry = db.session.scalars(
        sa.select(AuditEntry).filter_by(action="standards.items_imported")
    ).one()
    assert entry.actor_key == person.public_id
    assert entry.details["created"] == 1
    assert entry.details["format"] == "gift"


@pytest.mark.in_turn
@pytest.mark.parametrize("form", [f for f in ItemFormat if f is not ItemFormat.AIKEN])
def test_a_bank_exported_and_imported_again_is_unchanged(course: Course, form: ItemFormat) -> None:
    fill(course, [*exchanged(), make_item(ItemKind.NUMERIC, unit={"ru": "мин", "en": "min"})])
    for languages in (["ru", "en"], ["en"]):
        written = export_bank(course=course, version=newest(course), form=form, languages=languages)
        made = plan(course, written.content, languages[0])
        assert made.reading.rejected == []
        assert made.count(Outcome.UNCHANGED) == held(form) + 1
        assert not made.changes


@pytest.mark.in_turn
def test_a_question_written_here_is_known_in_a_file_without_ids_by_task_and_options(
    course: Course,
) -> None:
    fill(course, [make_item(ItemKind.SINGLE_CHOICE)])
    written = export_bank(
        course=course, version=newest(course), form=ItemFormat.AIKEN, languages=["en"]
    )
    assert plan(course, written.content, "en").count(Outcome.UNCHANGED) == 1
    other = written.content.replace(b"\nB. ", b"\nB. quite another ")
    assert plan(course, other, "en").count(Outcome.CREATED) == 1


def test_an_exported_bank_fills_another_course(course: Course) -> None:
    fill(course, [make_item(kind, topic="greeting", level=2, points=3) for kind in EXCHANGED])
    written = export_bank(
        course=course, version=newest(course), form=ItemFormat.QTI3, languages=["ru", "en"]
    )
    other = make_empty("other")
    made = take(other, written.content)
    assert made.count(Outcome.CREATED) == len(EXCHANGED)
    before = {key: kept.digest for key, kept in kept_items(course).items()}
    choices = {k for k, kept in kept_items(other).items() if kept.item.options}
    assert choices
    assert {key: kept.digest for key, kept in kept_items(other).items()} == before


def test_a_corrected_key_is_exported_and_an_old_file_does_not_undo_it(course: Course) -> None:
    fill(course, [make_item(ItemKind.SINGLE_CHOICE, key="window")])
    [version] = db.session.scalars(sa.select(ItemVersion)).all()

    def export() -> bytes:
        languages = ("ru", "en")
        form = ItemFormat.MOODLE_XML
        return export_bank(
            course=course, version=newest(course), form=form, languages=languages
        ).content

    before = export()
    put_right(version, CorrectionKind.NEW_KEY, "c")
    [found] = read_items(export(), language="en").reading.found
    assert [option.text["en"] for option in found.item.options if option.correct] == ["option c"]
    assert [item.outcome for item in plan(course, before).items] == [Outcome.UNCHANGED]


def test_retired_questions_are_not_exported(course: Course) -> None:
    take(course, "// [id:first]\nOne {T}\n\n// [id:second]\nTwo {T}")
    db.session.scalars(sa.select(Item).filter_by(key="first")).one().retired_at = NOW
    db.session.flush()
    written = export_bank(
        course=course, version=newest(course), form=ItemFormat.GIFT, languages=["ru"]
    )
    assert written.written == 1
    assert b"[id:first]" not in written.content


def test_texts_with_gaps_under_one_task_stay_apart(course: Course) -> None:
    """Files of cloze questions have no task of their own: each gets the usual one."""

    def quiz(text: str, key: str = "") -> str:
        return (
            f'<quiz><question type="cloze"><questiontext format="html"><text>{text}</text>'
            f"</questiontext><idnumber>{key}</idnumber></question></quiz>"
        )

    take(course, quiz("The window opens at {1:SA:=nine}."))
    made = take(course, quiz("Rain falls on {1:SA:=grass}."))
    assert made.count(Outcome.CREATED) == 1
    assert take(course, quiz("Rain falls on {1:SA:=grass}.")).count(Outcome.UNCHANGED) == 1
    take(course, quiz("Pensions start {1:SA:=soon}.", "gap-one"))
    other = take(course, quiz("Every ticket bears a {1:SA:=number}.", "gap-one"))
    assert any("belongs to another question" in note for note in notes(other))
    assert len(kept_items(course)) == 4


def test_many_new_questions_are_written_at_once(course: Course) -> None:
    def written(count: int, name: str) -> int:
        made = plan(course, "\n\n".join(f"{name} {n} {{=a ~b}}" for n in range(count)))
        with counted_statements() as statements:
            carry_out(made, actor=None, now=NOW)
        return sum(not statement.startswith("INSERT") for statement in statements)

    few = written(2, "Few")
    assert written(40, "Many") == few
    assert len(kept_items(course)) == 42
