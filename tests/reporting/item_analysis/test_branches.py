"""How people go through a dialogue: each counted once, small groups without means, odd branches told."""

import pytest
from flask import Flask

from lms.assessment import queries, services
from lms.assessment.exam_rules import SectionRule
from lms.assessment.models import Item, ItemKind
from lms.core.database import db
from lms.people.models import AccessRole
from lms.reporting.item_analysis.branches import Dialogue, branch_figures
from lms.reporting.item_analysis.flags import FlagKind, flags
from lms.reporting.item_analysis.questions import question_figures
from lms.reporting.item_analysis.sittings import Asked, Entry
from lms.reporting.question_reports import Selection, course_report
from tests.builders.assessment import (
    START,
    answer_event,
    make_attempt,
    make_exam,
    make_item,
    make_place,
    save,
    settings,
)
from tests.builders.learning import course_of
from tests.builders.people import PASSWORD, make_account, make_viewer
from tests.pages import PageClient

# greet leads to an asking turn from which one may go back, shrug to the bad end.
GRAPH = Dialogue(
    "open",
    {
        "open": {"greet": "ask", "shrug": "bad"},
        "ask": {"help": "good", "back": "open"},
        "good": {},
        "bad": {},
    },
)
PATHS = [
    *[("greet", "help")] * 6,
    ("greet", "back", "greet", "help"),
    ("shrug",),
    ("greet",),
    (),
]


def asked_of(paths: list[tuple[str, ...]]) -> Asked:
    asked = Asked()
    for number, path in enumerate(paths):
        points = float(path[-1:] == ("help",))
        asked.add(Entry(1, points, 1, answered=bool(path), path=path), number / len(paths), None)
    return asked


def test_a_circle_counts_a_person_once_and_shares_are_of_those_who_came() -> None:
    figures = branch_figures(asked_of(PATHS), GRAPH)
    assert figures.came == {"open": 10, "ask": 8, "good": 7, "bad": 1}
    found = {(b.turn, b.reply): (b.count, b.share) for b in figures.replies}
    assert found["open", "greet"] == (8, 0.8)
    assert found["ask", "help"] == (7, 7 / 8)
    assert figures.unfinished == 1


def test_means_of_few_people_are_not_given() -> None:
    figures = branch_figures(asked_of(PATHS), GRAPH)
    means = {branch.turn: branch.mean_share for branch in figures.ends}
    assert means == {"good": 1.0, "bad": None}


@pytest.mark.parametrize(
    ("paths", "kind"),
    [
        ([("greet", "help")] * 20, FlagKind.UNTAKEN),
        ([("greet", "help")] * 20, FlagKind.UNREACHED),
        ([("greet", "help")] * 18 + [("greet",)] * 2, FlagKind.UNFINISHED),
    ],
)
def test_what_nobody_takes_and_what_many_leave_is_told(
    paths: list[tuple[str, ...]], kind: FlagKind
) -> None:
    def kinds(rows: list[tuple[str, ...]]) -> set[FlagKind]:
        asked = asked_of(rows)
        return {
            f.kind for f in flags(question_figures(asked), branches=branch_figures(asked, GRAPH))
        }

    assert kind in kinds(paths)
    assert kind not in kinds([*paths[:19]])
    assert kind not in kinds([*paths, *PATHS[:-2] * 5, *[("shrug",)] * 40])


def test_the_page_shows_the_numbers_on_the_graph_and_in_tables(app: Flask) -> None:
    talk, other = make_item(ItemKind.DIALOGUE, key="talk"), make_item(ItemKind.TRUE_FALSE)
    version = make_exam([talk, other], sections=(SectionRule("rules", 2),), pass_percent=50)
    ways = [["greet", "help"]] * 5 + [["shrug"]]
    for way in ways:
        attempt = make_attempt(enrolment=make_place(version))
        for number, item in enumerate(queries.paper(attempt), start=1):
            names = {}
            for turn in item.item_version.content.get("turns", ()):
                names |= {r["text"]["en"]: r["key"] for r in turn["replies"]}
            response = {"path": [names[f"say {r}"] for r in way]} if names else {"value": True}
            save(attempt, answer_event(item.position, response, sequence=number))
        services.submit(attempt=attempt, now=START, settings=settings())
    found = course_report(make_viewer(AccessRole.INSTRUCTOR), course_of(version), Selection())
    [report] = [one for one in found.questions if one.version.item_key == "talk"]
    assert report.branches is not None
    assert sorted(report.branches.came.values()) == [0, 1, 5, 5, 6]
    item = db.session.get_one(Item, 1)
    author = PageClient(app).sign_in(make_account(AccessRole.INSTRUCTOR).username, PASSWORD)
    page = author.get(f"/results/{course_of(version).slug}/questions/{item.public_id}")
    drawing = page.one("svg.graph").text_content()
    assert "open · 6 people" in drawing
    assert "good · 100 % · 5 people" in drawing.replace("\xa0", " ").replace("100%", "100 %")
    rows = {row.text_content().split("\n")[0].strip(): row for row in page.select("table tr")}
    assert any("ask: say help" in name for name in rows)
