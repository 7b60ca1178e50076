"""The rules in ``exam.yaml``: without loss, with the place of each mistake, refused by name."""

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

import lms.assessment.handlers  # noqa: F401 - the exam is a part of the folder
from lms.assessment.exam_rules import ExamRules, SectionRule
from lms.assessment.models import Behaviour, Counting, ExplanationPolicy, ItemKind
from lms.assessment.queries import assessment_of
from lms.assessment.rules.sense import senseless
from lms.catalog.services import load_course
from lms.catalog.source.collecting import export
from lms.catalog.source.folder import read_disk
from lms.catalog.source.problems import Problems
from lms.catalog.source.reading import read_folder
from lms.core.settings import PROJECT
from lms.core.unit_of_work import unit_of_work
from tests.builders.assessment import rules

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
COURSE = PROJECT / "courses" / "sincere-service"
ALL = """\
schema: lms-exam/1
title:
  ru: Итоговый экзамен
  en: Final exam
minutes: 30
pass_percent: 75
attempts: 3
wait_hours: 24
explanations: after_submission
behaviour: practice
certainty: true
counting: last
opens: "2026-12-01T09:00+03:00"
closes: "2026-12-24T18:30+03:00"
code: true
fair_band: 5
exposure_percent: 30
sections:
  - topic: {topic}
    draw: 1
    level: 1
    kind: single_choice
    pass_percent: 50
  - {{topic: {topic}, draw: 1, kind: true_false}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(COURSE.parent / "facts.yaml", tmp_path)  # what its lessons cite
    return shutil.copytree(COURSE, tmp_path / "sincere-service")


def write(folder: Path, text: str) -> None:
    topic = min(path.stem for path in (folder / "items").glob("*.yaml"))
    (folder / "exam.yaml").write_text(text.format(topic=topic), "utf-8")


def problems(folder: Path) -> list[str]:
    reading = read_folder(read_disk(folder, Problems()))
    return [str(problem) for problem in reading.problems]


def test_all_rules_load_and_export_to_the_same_bytes(app: Flask, folder: Path) -> None:
    write(folder, ALL)
    assert problems(folder) == []
    with unit_of_work():
        loaded = load_course(folder, now=NOW)
    exported = export(loaded.version)["exam.yaml"].decode()
    (folder / "exam.yaml").write_text(exported, "utf-8")
    with unit_of_work():
        again = load_course(folder, now=NOW)
    assert export(again.version)["exam.yaml"].decode() == exported
    for line in ALL.splitlines()[9:17]:
        assert line in exported, line
    exam = assessment_of(loaded.version.id)
    assert exam is not None
    assert (exam.behaviour, exam.counting) == (Behaviour.PRACTICE, Counting.LAST)
    assert exam.opens_at == datetime(2026, 12, 1, 6, 0, tzinfo=UTC)
    assert (exam.certainty, exam.needs_code, exam.fair_band, exam.exposure_percent) == (
        True,
        True,
        5,
        30,
    )
    assert [(s.kind, s.pass_percent) for s in exam.sections] == [
        ("single_choice", 50),
        ("true_false", None),
    ]


def test_a_bank_too_small_to_keep_enemies_apart_is_told_at_the_section(folder: Path) -> None:
    path = min((folder / "items").glob("*.yaml"))
    text = re.sub("\n    enemies: .*", "", path.read_text("utf-8"))
    head, *items = text.split("\n  - key: ")
    rules_alone = ALL.partition("sections:")[0].replace("practice", "exam")
    rules_alone = rules_alone.replace("certainty: true", "certainty: false")
    last = f"  - {{{{topic: {{topic}}, draw: {len(items) - 1}}}}}"
    write(folder, f"{rules_alone}sections:\n  - {{{{topic: {{topic}}, draw: 1}}}}\n{last}\n")
    line = len((folder / "exam.yaml").read_text("utf-8").splitlines())
    told = (
        f"exam.yaml:{line}: draw: the bank is too small: from this section on a paper has items "
        "that must not meet ('enemies')"
    )
    for place, expected in enumerate([[], [told]]):  # one item alone has no enemy
        items[place] = items[place].replace("\n", "\n    enemies: twins\n", 1)
        path.write_text("\n  - key: ".join([head, *items]), "utf-8")
        assert problems(folder) == expected


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("practice", "exams", "'exams' is none of exam, practice, mastery"),
        ("counting: last", "counting: worst", "is none of best, last, first"),
        ('"2026-12-01T09:00+03:00"', "2026-12-01", "is no time such as 2026-12-01T09:00+03:00"),
        ('"2026-12-24T18:30+03:00"', '"2026-11-24T18:30+03:00"', "must be later than 'opens'"),
        ("fair_band: 5", "fair_band: 51", "must be from 1 to 50"),
        ("exposure_percent: 30", "exposure_percent: 0", "must be from 1 to 100"),
        ("pass_percent: 50", "pass_percent: 101", "must be from 1 to 100"),
        ("kind: true_false", "kind: riddle", "'riddle' is none of"),
        ("draw: 1, kind: true_false", "draw: 90, kind: true_false", "and kind true_false"),
        ("draw: 1\n    level: 1", "draw: 90\n    level: 1", "level 1 and kind single_choice"),
        ("after_submission", "never", "Practice and mastery show explanations at once"),
        ("kind: true_false", "kind: matching", "right or wrong as a whole"),
        ("practice", "mastery", "certainty has no part in it"),
        ("code: true", "code: perhaps", "must be true or false"),
        ("code: true", "secret: oaks", "there is no such field"),
    ],
)
def test_each_mistake_is_told_with_its_place(folder: Path, old: str, new: str, told: str) -> None:
    assert old in ALL
    write(folder, ALL.replace(old, new))
    found = [problem for problem in problems(folder) if told in problem]
    assert found, problems(folder)
    assert "exam.yaml:" in found[0]


SECTIONS = (SectionRule("a", 2), SectionRule("b", 2))
MASTERY = {"behaviour": Behaviour.MASTERY, "pass_percent": 100, "sections": SECTIONS}
STOCK = {
    ("a", 1, ItemKind.TRUE_FALSE): 5,
    ("b", 1, ItemKind.NUMERIC): 5,
    ("talk", 1, ItemKind.DIALOGUE): 5,
    ("essay", 1, ItemKind.ESSAY): 5,
}


@pytest.mark.parametrize(
    ("changes", "keys"),
    [
        ({}, []),
        (MASTERY, []),
        ({**MASTERY, "pass_percent": 80}, ["pass_percent"]),
        ({**MASTERY, "certainty": True}, ["certainty"]),
        ({**MASTERY, "fair_band": 5}, ["fair_band"]),
        ({**MASTERY, "sections": (SectionRule("a", 2, pass_percent=50),)}, ["sections"]),
        ({**MASTERY, "sections": (SectionRule("a", 1), SectionRule("a", 1, 1))}, []),
        ({**MASTERY, "sections": (*SECTIONS, SectionRule("c", 1))}, ["sections"]),
        ({**MASTERY, "explanations": ExplanationPolicy.AFTER_PASS}, ["explanations"]),
        (
            {"behaviour": Behaviour.PRACTICE, "explanations": ExplanationPolicy.NEVER},
            ["explanations"],
        ),
        ({"behaviour": Behaviour.PRACTICE, "certainty": True}, []),
        ({"behaviour": Behaviour.PRACTICE, "sections": (SectionRule("talk", 1),)}, ["behaviour"]),
        ({"behaviour": Behaviour.PRACTICE, "sections": (SectionRule("essay", 1),)}, ["behaviour"]),
        ({"sections": (SectionRule("talk", 1), SectionRule("essay", 1))}, []),
        ({"opens_at": NOW, "closes_at": NOW.replace(minute=29)}, ["closes"]),
        ({"opens_at": NOW, "closes_at": NOW.replace(minute=30)}, []),
    ],
)
def test_what_makes_no_sense_together_is_named(changes: dict, keys: list[str]) -> None:
    stated: ExamRules = rules(**{"sections": SECTIONS, **changes})
    assert [key for key, _ in senseless(stated, STOCK)] == keys
