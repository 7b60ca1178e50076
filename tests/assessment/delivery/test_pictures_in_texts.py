"""Pictures in the texts of questions: who sees them where, and what an author is told."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from lms.assessment.authored import pictures_of, split, undescribed, with_pictures
from lms.assessment.examining.receipts.answers import answer_in_words
from lms.assessment.kinds.values import AuthoredItem, Gap, Texts
from lms.assessment.models import ItemKind
from lms.assessment.source.content import AssessmentContent
from lms.assessment.source.lacks import lacks_of
from lms.assessment.source.part import AssessmentPart
from lms.catalog.errors import InUse
from lms.catalog.media.services import remove_file
from lms.catalog.models import Course, CourseFile
from lms.catalog.services import open_draft
from lms.catalog.source.folder import SourceFolder
from lms.catalog.source.reading import read_folder
from lms.core.database import db
from tests.assessment.delivery.candidate import Candidate, Moment
from tests.assessment.delivery.test_hotspot import HALL
from tests.builders.assessment import both, make_exam, make_item
from tests.builders.catalog import NOW, course_files


def shown(name: str, alt: str = "A sign") -> Texts:
    return {
        "ru": f"![Знак {name}](figures/{name}.svg)",
        "en": f"![{alt} {name}](figures/{name}.svg)",
    }


def pictured(**changes: Any) -> AuthoredItem:
    """A question with a picture in each of its texts; one option is nothing else."""
    item = make_item(ItemKind.SINGLE_CHOICE)
    first, *others = item.options
    return replace(
        item,
        prompt={code: f"What is it?\n\n{text}" for code, text in shown("prompt").items()},
        explanation=shown("why"),
        options=(replace(first, text=shown("option"), explanation=shown("note")), *others),
        **changes,
    )


def sources(page: Any, place: str) -> list[str]:
    return [node.get("alt") for node in page.select(f"{place} img")]


def test_candidates_see_pictures_of_question_and_options_and_later_of_explanations(
    app: Flask, moment: Moment
) -> None:
    candidate = Candidate(app, make_exam([pictured()]))
    candidate.start()
    page = candidate.paper()
    assert sources(page, ".question-text") == ["A sign prompt"]
    assert sources(page, ".option") == ["A sign option"]
    assert "figures/" not in page.html  # nothing but addresses that can't be guessed
    [address] = {node.get("src") for node in page.select(".question-text img")}
    assert candidate.client.get(address).response.mimetype == "image/svg+xml"
    assert not [node for node in page.select(".question img") if node.get("loading")]
    assert "A sign prompt" in candidate.review().text
    candidate.send(candidate.choose())
    candidate.hand_in()
    result = candidate.result()
    assert sources(result, ".explanation") == ["A sign why"]
    assert sources(result, ".option-note") == ["A sign note"]


def matching(*rights: Texts) -> AuthoredItem:
    item = make_item(ItemKind.MATCHING)
    pairs = [replace(p, right=r) for p, r in zip(item.pairs, rights, strict=False)]
    return replace(item, pairs=(*pairs, *item.pairs[len(rights) :]))


def test_right_sides_with_more_than_words_stand_in_full_beside_their_lists(
    app: Flask, moment: Moment
) -> None:
    item = matching(shown("x"), both("**cash** desk"))
    candidate = Candidate(app, make_exam([item]))
    candidate.start()
    page = candidate.paper()
    assert sources(page, ".match-full") == ["A sign x"]
    assert [bold.text for bold in page.select(".match-full strong")] == ["cash"]
    rows = [row.findall("span") for row in page.select(".match-full li")]
    listed = {letter.text: full.text_content() or "A sign x" for letter, full in rows}
    assert list(listed) == sorted(listed)
    assert len(listed) == len(item.pairs) + len(item.distractors)
    for field in page.select(".match select"):
        offered = [o.text_content() for o in field.iter("option") if o.get("value")]
        assert [tuple(words.split(". ", 1)) for words in offered] == [*listed.items()]
    candidate.send_rightly()
    assert sources(candidate.paper(), ".match-full") == ["A sign x"]  # as it is made once touched
    candidate.hand_in()
    result = candidate.result()
    assert "A sign x" in sources(result, ".match-right")
    assert not result.select(".match-full")


def test_words_of_a_drop_down_are_shown_letter_for_letter(app: Flask, moment: Moment) -> None:
    words = dict.fromkeys(("ru", "en"), ("2*3*4", "_x_ & <b>"))
    gap = Gap("g1", {code: (right,) for code, (right, _) in words.items()},
              {code: (wrong,) for code, (_, wrong) in words.items()})  # fmt: skip
    item = replace(make_item(ItemKind.GAP_TEXT), text=both("It is [[g1]]."), gaps=(gap,))
    candidate = Candidate(app, make_exam([item]))
    candidate.start()
    offered = [o.text_content() for o in candidate.paper().select(".gap-choice option")]
    assert set(offered) == {"…", "2*3*4", "_x_ & <b>"}
    candidate.send_rightly()
    candidate.hand_in()
    assert [strong.text for strong in candidate.result().select(".gap-marked strong")] == ["2*3*4"]
    content = split(item).content
    [chosen] = [c["key"] for c in content["gaps"][0]["choices"] if c["text"]["en"] == "2*3*4"]
    given = {"gaps": {"g1": chosen}}
    assert "2*3*4" in answer_in_words(ItemKind.GAP_TEXT, content, given, "en")


def test_right_sides_of_words_alone_have_no_letters(app: Flask, moment: Moment) -> None:
    words = matching(both("about 67 %"), both("at 9–10"))  # kept together on a line
    candidate = Candidate(app, make_exam([words]))
    candidate.start()
    page = candidate.paper()
    assert not page.select(".match-full")
    assert not [o for o in page.select(".match option") if o.text_content()[1:3] == ". "]


def test_a_receipt_tells_pictures_in_words(app: Flask) -> None:
    content = {"options": [{"key": "a", "text": shown("x")}]}
    told = answer_in_words(ItemKind.SINGLE_CHOICE, content, {"choice": "a"}, "en")
    assert told == "A sign x"


def test_a_picture_that_a_question_shows_cant_be_removed(app: Flask) -> None:
    course = db.session.get_one(Course, make_exam([pictured()]).course_id)
    draft = open_draft(course, now=NOW, actor=None)
    files = db.session.scalars(select(CourseFile).filter_by(version_id=draft.id)).all()
    assert len(files) == 4
    for file in files:
        with pytest.raises(InUse):
            remove_file(file, now=NOW, actor=None)


def test_a_draft_lacks_what_its_pictures_show() -> None:
    item = pictured()
    item = replace(item, explanation={"ru": "![](figures/why.svg)", "en": "![](figures/why.svg)"})
    assert undescribed(item) == {("ru", "figures/why.svg"), ("en", "figures/why.svg")}
    alts: dict[str, Texts] = {path: {} for path in pictures_of(item)}

    def told() -> list[str]:
        content = AssessmentContent((item,))
        languages = ("ru", "en")
        topics = {item.topic: both("Rules")}
        found = lacks_of(content, topics=topics, sources=set(), figures=alts, languages=languages)
        return [str(lack) for lack in found if item.key in str(lack)]

    assert told() == [f"Questions with pictures that nothing describes in words: {item.key}"]
    alts["figures/why.svg"] = both("Why so")
    assert told() == []
    del alts["figures/option.svg"]
    assert told() == [f"Questions that show figures the course doesn't have: {item.key}"]


def test_paths_change_in_all_texts_at_once() -> None:
    item = pictured()
    moved = with_pictures(item, {path: f"{path[:-4]}-2.svg" for path in pictures_of(item)})
    assert pictures_of(moved) == {f"figures/{n}-2.svg" for n in ("prompt", "why", "option", "note")}
    assert replace(moved, prompt={}, explanation={}, options=()) == replace(
        item, prompt={}, explanation={}, options=()
    )


def test_a_folders_pictures_in_texts_count_as_shown_and_are_checked() -> None:
    items = HALL.replace('"Where?"', '"![The way](figures/way.svg) Where?"')
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg"/>'

    def problems(text: str, **more: bytes) -> list[str]:
        files = {**course_files("taught"), "items/greeting.yaml": text.encode(), **more}
        folder = SourceFolder({**files, "figures/spare.svg": drawing}, "taught")
        told = map(str, read_folder(folder, parts=[AssessmentPart()]).problems)
        return [line for line in told if "figures/" in line or "picture" in line or "image" in line]

    assert problems(items, **{"figures/way.svg": drawing}) == []
    assert any("there is no file figures/way.svg" in line for line in problems(items))
    silent = items.replace("The way]", "]")
    assert any("no description" in one for one in problems(silent, **{"figures/way.svg": drawing}))
    label = 'label: {ru: "![x](figures/spare.svg)", en: "x"}'
    inside = HALL.replace("correct: true", f"correct: true, {label}")
    assert any("a picture can't stand here" in one for one in problems(inside))
