"""The register of facts: its file, its history, and what lessons show of it."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.audit.models import AuditEntry
from lms.catalog.errors import ChangedMeanwhile
from lms.catalog.facts.errors import FactKeyTaken, HistoryIsKept
from lms.catalog.facts.file import FACTS_FILE, FactHistory, read_facts, write_facts
from lms.catalog.facts.models import FactVersion
from lms.catalog.facts.queries import (
    Freshness,
    fact_for,
    freshness,
    history_of,
    lessons_citing,
    taught_facts,
)
from lms.catalog.facts.services import BrokenFacts, change_fact, load_facts
from lms.catalog.rendering import render_lesson
from lms.catalog.source.folder import SourceFolder
from lms.catalog.source.problems import Problems
from lms.catalog.source.reading import read_folder
from lms.core.database import db
from tests.architecture.sources import PROJECT
from tests.builders.catalog import NOW, course_files, make_course
from tests.builders.facts import changed_state, fact_state, make_fact

pytestmark = pytest.mark.in_turn

LATER = NOW + timedelta(days=1)


def citing(key: str) -> dict[str, str]:
    """Return the changed lesson that cites a fact on its last line."""
    files = course_files()
    path = next(path for path in sorted(files) if path.endswith(".ru.md"))
    return {path: files[path].decode() + f"\nОчередь ждёт[#{key}].\n"}


def render(body: str, facts: list[str] | None) -> str:
    return str(
        render_lesson(
            body,
            language="en",
            sources=(),
            files_url=lambda _path: None,
            lesson_url=lambda _key: None,
            facts=facts,
        ).html
    )


def told(text: str) -> list[str]:
    problems = Problems()
    read_facts(text, problems)
    return [str(problem) for problem in problems]


def test_a_register_is_the_same_after_writing_and_reading() -> None:
    facts = (FactHistory("queue-limit", (fact_state(), changed_state(url="https://a.example"))),)
    text, problems = write_facts(facts), Problems()
    again = read_facts(text, problems)
    assert not problems
    assert again[0].states == facts[0].states
    assert write_facts(again) == text


def test_the_register_of_the_network_is_well_and_canonical() -> None:
    text, problems = (PROJECT / "courses" / FACTS_FILE).read_text(encoding="utf-8"), Problems()
    assert write_facts(read_facts(text, problems)) == text
    assert list(problems) == []


def test_mistakes_of_a_register_are_told_with_their_lines() -> None:
    text = write_facts([FactHistory("queue-limit", (fact_state(), changed_state()))])
    found = told(text.replace("2099-01-15", "2026-01-15", 1).replace("/1", "/2", 1))
    assert any("facts.yaml:1: schema" in line for line in found)
    assert any("review_by: must come after as_of" in line for line in found)
    assert told(text.replace("change:", "changed:"))


@pytest.mark.parametrize("text", ["[]", "\x00", "facts: {a: b}", "facts: [1]", ": :", "a: &a [*a]"])
def test_a_broken_register_is_refused_without_a_crash(text: str) -> None:
    assert told(text)


def test_a_change_adds_a_version_and_is_audited(app: Flask) -> None:
    fact = make_fact()
    change_fact(fact, state=changed_state(), number=1, now=LATER, actor=None)
    found = fact_for("queue-limit")
    assert found is not None
    assert [version.value["en"] for version in found.versions] == ["15 minutes", "10 minutes"]
    actions = db.session.scalars(sa.select(AuditEntry.action)).all()
    assert actions[-2:] == ["catalog.fact_added", "catalog.fact_changed"]


def test_of_two_changes_of_the_same_version_the_second_loses(app: Flask) -> None:
    fact = make_fact()
    change_fact(fact, state=changed_state(), number=1, now=LATER, actor=None)
    with pytest.raises(ChangedMeanwhile):
        change_fact(fact, state=changed_state(), number=1, now=LATER, actor=None)


def test_a_key_names_one_fact(app: Flask) -> None:
    make_fact()
    with pytest.raises(FactKeyTaken):
        make_fact()


def test_history_can_be_neither_changed_nor_deleted(app: Flask) -> None:
    version = db.session.scalars(sa.select(FactVersion).where(make_fact().id > 0)).one()
    version.value = {}
    with pytest.raises(HistoryIsKept):
        db.session.flush()
    db.session.rollback()
    with pytest.raises(HistoryIsKept):
        db.session.execute(sa.delete(FactVersion))


def test_loading_adds_what_is_new_keeps_what_the_site_knows_better_and_refuses_another_history(
    app: Flask, tmp_path: Path
) -> None:
    file = tmp_path / FACTS_FILE
    file.write_text(write_facts([FactHistory("queue-limit", (fact_state(),))]), encoding="utf-8")
    assert load_facts(file, now=NOW).added == 1
    fact = fact_for("queue-limit")
    assert fact is not None
    change_fact(fact, state=changed_state(), number=1, now=LATER, actor=None)
    loaded = load_facts(file, now=LATER)
    assert (loaded.added, loaded.changed) == (0, 0)
    other = FactHistory("queue-limit", (fact_state(value={"ru": "1", "en": "1"}),))
    file.write_text(write_facts([other]), encoding="utf-8")
    with pytest.raises(BrokenFacts, match=r"facts\.yaml:3"):
        load_facts(file, now=LATER)


def test_an_export_loads_elsewhere_with_its_whole_history(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / FACTS_FILE
    text = write_facts([FactHistory("queue-limit", (fact_state(), changed_state()))])
    file.write_text(text, encoding="utf-8")
    load_facts(file, now=NOW)
    fact = fact_for("queue-limit")
    assert fact is not None
    assert write_facts([history_of(fact)]) == text


def test_a_lesson_teaches_a_fact_as_it_was_at_publication_and_tells_of_a_change(app: Flask) -> None:
    fact = make_fact()
    change_fact(fact, state=changed_state(), number=1, now=LATER, actor=None)
    then = taught_facts({"queue-limit"}, NOW)["queue-limit"]
    assert (then.taught.value["en"], then.current.value["en"]) == ("15 minutes", "10 minutes")
    assert then.has_changed
    assert not taught_facts({"queue-limit"}, LATER)["queue-limit"].has_changed
    assert taught_facts({"queue-limit"}, NOW - timedelta(days=9))["queue-limit"].taught.number == 1


def test_a_mark_is_a_link_to_a_known_fact_and_unknown_ones_stay_as_typed() -> None:
    page = render("Wait[#queue-limit] and [#other].", ["queue-limit"])
    assert 'href="#fact-queue-limit"' in page
    assert "[#other]" in page
    assert "queue-limit" not in render("Wait[#queue-limit].", None)


def test_a_lesson_with_an_unknown_fact_is_told_with_file_and_line() -> None:
    files = course_files(**citing("queue-limit"))
    folder = SourceFolder(files, "welcome")
    assert read_folder(folder, facts={"queue-limit"}).problems == ()
    path, text = next(iter(citing("queue-limit").items()))
    (problem,) = read_folder(folder, facts=()).problems
    assert str(problem) == f"{path}:{text.count(chr(10))}: there is no fact 'queue-limit'"


def test_a_fact_knows_the_lessons_that_cite_it(app: Flask) -> None:
    make_fact()
    make_course("taught", **citing("queue-limit"))
    (use,) = lessons_citing({"queue-limit"})["queue-limit"]
    assert (use.course.slug, use.is_draft) == ("taught", False)
    assert list(lessons_citing()) == ["queue-limit"]
    assert lessons_citing({"other"}) == {}


def test_a_review_is_past_after_its_day_and_soon_within_thirty_days() -> None:
    today = date(2026, 11, 26)
    assert freshness(today - timedelta(days=1), today) is Freshness.PAST
    assert freshness(today + timedelta(days=30), today) is Freshness.SOON
    assert freshness(today + timedelta(days=31), today) is Freshness.FRESH
