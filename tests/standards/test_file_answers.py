"""File answers of other tools: essays with files in Moodle, uploads in QTI."""

import pytest

from lms.assessment.kinds.values import FileRules, FileType
from lms.assessment.models import ItemKind
from lms.standards.items.model import Found
from tests.standards.samples import read, told

USUAL = FileRules()
ALL = tuple(FileType)


def moodle(inner: str) -> Found:
    [found] = read(
        '<quiz><question type="essay"><questiontext format="html"><text>Send it.</text>'
        "</questiontext><defaultgrade>4</defaultgrade>"
        f"<responseformat>noinline</responseformat>{inner}</question></quiz>"
    ).found
    assert found.item.kind is ItemKind.FILE
    return found


def qti(marks: str) -> Found:
    [found] = read(
        '<assessmentItem identifier="x1"><responseDeclaration identifier="R" cardinality="single" '
        'baseType="file"/><itemBody><p>Send it.</p>'
        f'<uploadInteraction responseIdentifier="R" {marks}/></itemBody></assessmentItem>'
    ).found
    assert found.item.kind is ItemKind.FILE
    return found


@pytest.mark.parametrize(
    ("inner", "rules", "note"),
    [
        ("<attachments>2</attachments>", FileRules(2, ALL, 5), ""),
        ("<attachments>-1</attachments>", FileRules(5, ALL, 5), "any number of files"),
        ("<attachments>9</attachments>", FileRules(5, ALL, 5), "9 files could be sent"),
        (
            "<filetypeslist>.pdf,.docx</filetypeslist><maxbytes>2097152</maxbytes>",
            FileRules(1, (FileType.PDF, FileType.DOCX), 2),
            "",
        ),
        (
            "<filetypeslist>web_image;.zip</filetypeslist>",
            FileRules(1, (FileType.PNG, FileType.JPG), 5),
            "files of the type “.zip”",
        ),
        ("<maxbytes>512000</maxbytes>", FileRules(1, ALL, 1), "512000 bytes"),
        ("<maxbytes>1073741824</maxbytes>", FileRules(1, ALL, 20), "here 20 MB"),
    ],
)
def test_what_moodle_takes_becomes_our_rules(inner: str, rules: FileRules, note: str) -> None:
    found = moodle(inner)
    assert found.item.files == rules
    assert any(note in one for one in told(found)) if note else len(told(found)) == 1


@pytest.mark.parametrize(
    ("marks", "rules"),
    [
        ("", USUAL),
        ('type="application/pdf"', FileRules(1, (FileType.PDF,), 5)),
        ('type="text/plain, image/*"', FileRules(1, (FileType.TXT, FileType.PNG, FileType.JPG))),
        ('type="video/mp4"', FileRules(1, ALL, 5)),
    ],
)
def test_the_types_of_an_upload_are_kept(marks: str, rules: FileRules) -> None:
    found = qti(marks)
    assert found.item.files == rules
    assert ("files" in found.unstated) is (not marks)
    assert any("video/mp4" in note for note in told(found)) is ("video" in marks)
