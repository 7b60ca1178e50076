"""Essays of other tools: where their rubric comes from and goes to."""

from dataclasses import replace

import pytest

from lms.assessment.kinds.values import AuthoredItem, Criterion
from lms.assessment.models import ItemKind
from lms.standards.items.banks.merging import merged
from lms.standards.items.formats import ItemFormat, read_items, write_items
from lms.standards.items.model import Found, Reading
from tests.builders.assessment import make_item
from tests.standards.samples import read, told

NO_RUBRIC = "it has no rubric: one criterion, “Content”, carries all points"


def moodle(inner: str, grade: str = "4") -> Reading:
    return read(
        f'<quiz><question type="essay"><questiontext format="html"><text>Write.</text>'
        f"</questiontext><defaultgrade>{grade}</defaultgrade>{inner}</question></quiz>"
    )


def qti(body: str) -> Reading:
    return read(
        '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="x1">'
        '<responseDeclaration identifier="R" cardinality="single" baseType="string"/>'
        '<outcomeDeclaration identifier="MAXSCORE" cardinality="single" baseType="float">'
        "<defaultValue><value>5</value></defaultValue></outcomeDeclaration>"
        f"<itemBody><p>Write.</p>{body}</itemBody></assessmentItem>"
    )


FIELD = '<extendedTextInteraction responseIdentifier="R" expectedLines="9" format="plain"/>'


def exported(item: AuthoredItem, form: ItemFormat) -> Found:
    written = write_items([item], form=form, topics={}, languages=["ru", "en"])
    return read_items(written.content, language="ru", form=form).reading.found[0]


def test_notes_for_graders_become_a_criterion() -> None:
    guide = "<graderinfo format='html'><text>&lt;p&gt;Is it &lt;b&gt;kind&lt;/b&gt;?&lt;/p&gt;</text></graderinfo>"
    found = moodle(guide).found[0]
    assert found.item.rubric == (Criterion("content", {"en": "Is it **kind**?"}, 4),)
    assert found.item.points == 4
    assert NO_RUBRIC not in told(found)
    assert found.unstated >= {"words", "examiners"}


def test_without_notes_one_criterion_carries_all_points() -> None:
    found = moodle("<graderinfo format='html'><text></text></graderinfo>").found[0]
    assert found.item.rubric == (Criterion("content", {"en": "Content"}, 4),)
    assert NO_RUBRIC in told(found)
    assert "rubric" in found.unstated


@pytest.mark.parametrize(
    ("fewest", "most", "words", "told_of"),
    [
        ("50", "200", (50, 200), False),
        ("0", "0", None, False),
        ("", "", None, False),
        ("50", "", None, True),
        ("", "200", None, True),
        ("200", "50", None, True),
        ("1", "9999999", None, True),
        ("1e2", "200", None, True),
        ("-1", "5", None, True),
        ("²", "5", None, True),
    ],
)
def test_words_are_kept_where_both_bounds_make_sense(
    fewest: str, most: str, words: tuple[int, int] | None, told_of: bool
) -> None:
    found = moodle(
        f"<minwordlimit>{fewest}</minwordlimit><maxwordlimit>{most}</maxwordlimit>"
    ).found[0]
    assert found.item.words == words
    assert any("number of words" in note for note in told(found)) is told_of


def test_what_an_essay_here_lacks_is_told() -> None:
    inner = (
        "<responseformat>editorfilepicker</responseformat><attachments>2</attachments>"
        "<responsetemplate format='html'><text>Dear …</text></responsetemplate>"
    )
    notes = told(moodle(inner).found[0])
    assert "files attached to an answer aren't taken here" in notes
    assert "its template for the answer isn't kept" in notes


def test_notes_too_long_for_a_criterion_are_told() -> None:
    found = moodle(f"<graderinfo><text>{'x' * 1001}</text></graderinfo>").found[0]
    assert any("too long for a criterion" in note for note in told(found))
    assert found.item.rubric[0].text == {"en": "Content"}


@pytest.mark.parametrize("grade", ["0", "2.5", "11", "NaN", "many"])
def test_odd_grades_still_make_a_rubric_of_the_items_points(grade: str) -> None:
    item = moodle("", grade).found[0].item
    assert sum(criterion.points for criterion in item.rubric) == item.points == 1


@pytest.mark.parametrize(
    "tags",
    [
        ["lms-criterion-9-a", "lms-criterion-9-b"],
        ["lms-criterion-3-a"],
        ["lms-criterion-0-a", "lms-criterion-4-b"],
        ["lms-criterion-2-a", "lms-criterion-2-a", "lms-criterion-2-b"],
    ],
)
def test_tags_that_do_not_fit_leave_one_criterion(tags: list[str]) -> None:
    marks = "".join(f"<tag><text>{tag}</text></tag>" for tag in tags)
    guide = "<graderinfo format='html'><text>&lt;p&gt;A (2)&lt;/p&gt;&lt;p&gt;B (2)&lt;/p&gt;</text></graderinfo>"
    item = moodle(f"{guide}<tags>{marks}</tags>").found[0].item
    assert [(c.key, c.points) for c in item.rubric] == [("content", 4)]


def test_a_rubric_for_scorers_becomes_a_criterion() -> None:
    block = '<rubricBlock view="scorer" use="scoring"><p>Look for facts.</p></rubricBlock>'
    other = '<rubricBlock view="proctor"><p>Close the door.</p></rubricBlock>'
    found = qti(block + other + FIELD).found[0]
    assert found.item.rubric == (Criterion("content", {"en": "Look for facts."}, 5),)
    assert found.item.prompt == {"en": "Write."}
    assert any("Close the door." in note for note in told(found))
    assert qti(FIELD).found[0].item.rubric == (Criterion("content", {"en": "Content"}, 5),)


def test_braces_of_gift_hold_no_rubric() -> None:
    found = read("::E:: Write. {#### Think.}").found[0]
    assert (found.item.kind, found.item.points) == (ItemKind.ESSAY, 1)
    assert found.item.explanation == {"en": "Think."}
    assert NO_RUBRIC in told(found)
    losses = write_items(
        [make_item(ItemKind.ESSAY)], form=ItemFormat.GIFT, topics={}, languages=["ru"]
    ).losses
    assert [(str(loss.message), loss.whole) for loss in losses] == [("the rubric", False)]


def test_a_file_without_rubric_leaves_that_of_the_bank() -> None:
    item = make_item(ItemKind.ESSAY)
    found = exported(item, ItemFormat.GIFT)
    richer = replace(found.item, points=7, rubric=(replace(found.item.rubric[0], points=7),))
    kept = merged(item, replace(richer, topic=item.topic), found.unstated)
    assert (kept.rubric, kept.points) == (item.rubric, item.points)


def test_a_new_rubric_brings_its_points() -> None:
    item = make_item(ItemKind.ESSAY)
    foreign = moodle("<graderinfo><text>Kind?</text></graderinfo>", "6").found[0]
    taken = merged(item, replace(foreign.item, topic=item.topic), foreign.unstated)
    assert [(c.text, c.points) for c in taken.rubric] == [({"en": "Kind?"}, 6)]
    assert (taken.points, taken.words) == (6, item.words)


def test_an_essay_in_the_place_of_another_kind_has_a_whole_rubric() -> None:
    found = read("// [id:one]\nWrite. {}").found[0]
    old = make_item(ItemKind.TRUE_FALSE, points=5)
    new = merged(old, found.item, found.unstated)
    assert sum(criterion.points for criterion in new.rubric) == new.points


@pytest.mark.parametrize("form", [ItemFormat.MOODLE_XML, ItemFormat.QTI21, ItemFormat.QTI3])
def test_a_criterion_that_ends_in_brackets_keeps_them(form: ItemFormat) -> None:
    texts = {"ru": "Срок (3)", "en": "The term (3)"}
    item = make_item(ItemKind.ESSAY, points=2, rubric=(Criterion("a", texts, 2),))
    assert exported(item, form).item.rubric == item.rubric


@pytest.mark.parametrize("form", [ItemFormat.MOODLE_XML, ItemFormat.QTI21, ItemFormat.QTI3])
def test_words_of_a_level_stay_as_they_are_and_in_the_language_that_a_file_lacks(
    form: ItemFormat,
) -> None:
    said = ("0: x (1)", "(2) *so*", "3")
    levels = tuple({"ru": f"{text} ё", "en": text} for text in said)
    item = make_item(ItemKind.ESSAY, points=3, rubric=(
        Criterion("a", {"ru": "Тон", "en": "Tone"}, 2, levels),
        Criterion("b", {"ru": "Срок", "en": "Term"}, 1),
    ))  # fmt: skip
    found = exported(item, form)
    assert found.item.rubric == item.rubric
    written = write_items([item], form=form, topics={}, languages=["en"])
    alone = read_items(written.content, language="en", form=form).reading.found[0]
    assert [level["en"] for level in alone.item.rubric[0].levels] == list(said)
    assert merged(item, alone.item, alone.unstated).rubric == item.rubric


def test_levels_that_do_not_fit_their_points_leave_one_criterion() -> None:
    tags = "".join(f"<tag><text>lms-{t}-a</text></tag>" for t in ("criterion-4", "levels"))
    guide = "<graderinfo format='html'><text>&lt;p&gt;A (4)&lt;/p&gt;&lt;p&gt;0: B&lt;/p&gt;</text></graderinfo>"
    item = moodle(f"{guide}<tags>{tags}</tags>").found[0].item
    assert [(c.key, c.points, c.levels) for c in item.rubric] == [("content", 4, ())]


@pytest.mark.parametrize("form", [ItemFormat.MOODLE_XML, ItemFormat.QTI21, ItemFormat.QTI3])
def test_a_line_broken_after_a_short_word_is_no_change(form: ItemFormat) -> None:
    texts = {"ru": "> А у вас ещё и\n> экран не работает. С\n> понедельника", "en": "Why?"}
    item = make_item(ItemKind.ESSAY, prompt=texts)
    found = exported(item, form)
    assert merged(item, found.item, found.unstated).prompt == texts


@pytest.mark.parametrize("form", list(ItemFormat))
def test_conversations_are_told_as_kept_in_course_folders(form: ItemFormat) -> None:
    written = write_items(
        [make_item(ItemKind.DIALOGUE)], form=form, topics={}, languages=["ru", "en"]
    )
    assert written.written == 0
    assert [(str(loss.message), loss.whole) for loss in written.losses] == [
        ("conversations are kept in course folders alone", True)
    ]
