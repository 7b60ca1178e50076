"""Hostile files: refused clearly, within a second of CPU and 100 MB, by a process of their own."""

import io
import json
import shutil
import stat
import struct
import subprocess
import sys
import zipfile
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock
from PIL import Image

from lms.standards.items import limits
from lms.standards.items.errors import Unreadable
from tests.standards.samples import package, read, sample, zipped

MEGABYTE = 1024 * 1024
MEASURE = """
import json, sys, time
from pathlib import Path
from lms.standards.items.errors import Unreadable
from lms.standards.items.formats import ItemFormat, read_items

def peak():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))

def measured(path, form):
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    before = peak()
    content = path.read_bytes()[: 10 * 1024 * 1024 + 1]
    begun = time.process_time()
    try:
        read = read_items(content, language="en", form=ItemFormat(form) if form else None)
        told = [str(rejected.reason) for rejected in read.reading.rejected[:3]]
        refused, found = "", len(read.reading.found)
    except Unreadable as refusal:
        refused, found, told = str(refusal.message), 0, []
    seconds = time.process_time() - begun
    return refused, found, told, seconds, (peak() - before) / 1024

read_items(b"[html]<p>Warm *up*</p> {T}", language="en")
wanted = json.loads(Path(sys.argv[1]).read_text())

def told_fairly(path, form):
    # Where others keep the machine's caches busy, the same work takes twice as long at times.
    first = measured(path, form)
    return first if first[3] < 1 else measured(path, form)

print(json.dumps({name: told_fairly(Path(path), form) for name, (path, form) in wanted.items()}))
"""


@dataclass(frozen=True)
class Measured:
    refused: str
    found: int
    told: list[str]
    seconds: float
    megabytes: float


@pytest.fixture(scope="module")
def measures(shared_folder: Path) -> dict[str, Measured]:
    """What became of each file, read by one process after the other files, once per run."""
    told = shared_folder / "hostile.json"
    with FileLock(shared_folder / "hostile.lock"):
        if not told.exists():
            told.write_text(measured_apart(shared_folder / "hostile"))
    return {name: Measured(*row) for name, row in json.loads(told.read_text()).items()}


def measured_apart(folder: Path) -> str:
    """Write the files to a new ``folder`` and have them read."""
    folder.mkdir()
    wanted = {}
    for number, (name, (make, form, _)) in enumerate({**REFUSED, **TOLD}.items()):
        path = folder / str(number)
        path.write_bytes(make())
        wanted[name] = (str(path), form)
    (folder / "wanted.json").write_text(json.dumps(wanted))
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(folder / "wanted.json")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    shutil.rmtree(folder)
    return done.stdout


def archive(*members: tuple[zipfile.ZipInfo | str, bytes], method: int = 8) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as made:
        for name, content in members:
            made.writestr(name, content)
    return target.getvalue()


def linked() -> bytes:
    info = zipfile.ZipInfo("imsmanifest.xml")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return archive((info, b"/etc/passwd"))


def encrypted() -> bytes:
    content = bytearray(package())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        content[at + place] |= 1
    return bytes(content)


def doubled() -> bytes:
    made = zipped({"imsmanifest.xml": b"<manifest/>", "imsmanifest.xmk": b"<manifest/>"})
    return made.replace(b"imsmanifest.xmk", b"imsmanifest.xml")


def overlapping() -> bytes:
    """Two names for one stretch of the archive, as in bombs that don't nest."""
    content = bytearray(zipped({"imsmanifest.xml": b"<manifest/>", "other.xml": b"<a/>"}))
    second = content.rfind(b"PK\x01\x02")
    content[second + 42 : second + 46] = struct.pack("<I", 0)
    return bytes(content)


def lying() -> bytes:
    """Declares ten bytes, unpacks to twenty megabytes."""
    content = bytearray(zipped({"imsmanifest.xml": b" " * 20 * MEGABYTE}))
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = content.find(mark)
        content[at + place : at + place + 4] = struct.pack("<I", 10)
    return bytes(content)


def many_members(count: int) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for number in range(count):
            made.writestr(f"{number}", b"")
    return target.getvalue()


def lying_count() -> bytes:
    """The end of the archive says two files; its list has thousands."""
    content = bytearray(many_members(20_000))
    end = content.rfind(b"PK\x05\x06")
    content[end + 8 : end + 12] = struct.pack("<HH", 2, 2)
    return bytes(content)


def quiz(inner: str) -> bytes:
    return f"<quiz>{inner}</quiz>".encode()


def entities(depth: int = 9) -> bytes:
    lines = ['<!ENTITY a0 "ha">']
    lines += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, depth)]
    return f"<!DOCTYPE quiz [{''.join(lines)}]><quiz>&a{depth - 1};</quiz>".encode()


EXTERNAL = b'<!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz>&x;</quiz>'
PARAMETER = b'<!DOCTYPE quiz SYSTEM "http://127.0.0.1:9/x.dtd"><quiz/>'
BIG = 10 * MEGABYTE
QUESTION = '<question type="truefalse"><questiontext><text>Q</text></questiontext></question>'


def calculated(prompt: str, formula: str, number: str) -> bytes:
    """A calculated question of Moodle with one number."""
    return quiz(
        f'<question type="calculated"><questiontext><text>{prompt}</text></questiontext>'
        f'<answer fraction="100"><text>{formula}</text><tolerance>1</tolerance></answer>'
        "<dataset_definitions><dataset_definition><name><text>a</text></name><dataset_items>"
        f"<dataset_item><number>1</number><value>{number}</value></dataset_item>"
        "</dataset_items></dataset_definition></dataset_definitions></question>"
    )


def calculated_often(count: int) -> bytes:
    """Calculated questions, each with ten rows of numbers and many formulas."""
    one = calculated("{={a}+1}" * 90, "{a}", "1").decode().removeprefix("<quiz>")
    one = one.removesuffix("</quiz>")
    row = one[one.index("<dataset_item>") : one.index("</dataset_items>")]
    rows = "".join(row.replace("<number>1", f"<number>{n}") for n in range(10))
    return quiz(one.replace(row, rows) * count)


CHOICE = (
    '<question type="multichoice"><questiontext format="html"><text>Q</text></questiontext>'
    "<single>true</single>"
    + "".join(
        f'<answer fraction="{share}" format="html"><text>&lt;b&gt;{share}&lt;/b&gt;</text></answer>'
        for share in (100, 0, 10, 20)
    )
    + "</question>"
)
ITEM = (
    b'<assessmentItem identifier="q%d"><responseDeclaration identifier="R" cardinality="single" '
    b'baseType="identifier"><correctResponse><value>A</value></correctResponse>'
    b'</responseDeclaration><itemBody><p>%d</p><choiceInteraction responseIdentifier="R" '
    b'maxChoices="1"><simpleChoice identifier="A">a</simpleChoice><simpleChoice identifier="B">b'
    b"</simpleChoice></choiceInteraction></itemBody></assessmentItem>"
)


def package_of_items(count: int, more: dict[str, bytes] | None = None, last: bytes = b"") -> bytes:
    """A package of so many questions, of which the last one says something more."""
    files = {f"{n}.xml": ITEM % (n, n) for n in range(count)}
    name = f"{count - 1}.xml"
    files[name] = files[name].replace(b"<p>", b"<p>" + last)
    rows = (b'<resource type="imsqti_item_xmlv2p1" href="%d.xml"/>' % n for n in range(count))
    manifest = b"<manifest><resources>%s</resources></manifest>" % b"".join(rows)
    return zipped({"imsmanifest.xml": manifest, **files, **(more or {})})


def large_picture(number: int) -> bytes:
    target = io.BytesIO()
    Image.new("1", (4000, 4000), number % 2).save(target, "PNG", compress_level=9)
    return target.getvalue() + bytes([number])


def pictures_at_the_end() -> bytes:
    """Many questions, then pictures that are too large together."""
    marks = "".join(f'&lt;img src="@@PLUGINFILE@@/{n}.png"&gt;' for n in range(7))
    files = "".join(
        f'<file name="{n}.png" encoding="base64">{b64encode(large_picture(n)).decode()}</file>'
        for n in range(7)
    )
    shown = QUESTION.replace("Q</text>", f"{marks}</text>{files}")
    return quiz(CHOICE * 4_900 + shown)


def drawings() -> bytes:
    """A package of drawings, each of which may be taken."""
    files = {
        f"{n}.svg": b'<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="9">%s</svg>'
        % (n + 1, b'<g><path d="M0 0"/></g>' * 4_000)
        for n in range(200)
    }
    shown = b"".join(b'<img src="%d.svg"/>' % n for n in range(200))
    manifest = b'<manifest><resources><resource type="imsqti_item_xmlv2p1" href="0.xml"/></resources></manifest>'
    item = (ITEM % (0, 0)).replace(b"<p>", b"<p>" + shown)
    return zipped({"imsmanifest.xml": manifest, "0.xml": item, **files})


def pictures_of_the_last_item() -> bytes:
    files = {f"{n}.png": large_picture(n) for n in range(7)}
    return package_of_items(4_000, files, b"".join(b'<img src="%d.png"/>' % n for n in range(7)))


# Name: how the file is made, the format that is named, what the refusal says.
def package_of_tests(count: int, test: bytes) -> bytes:
    """A package of tests that all say the same."""
    resources = b"".join(
        b'<resource type="imsqti_test_xmlv2p2" href="t%d.xml"/>' % n for n in range(count)
    )
    files = {f"t{n}.xml": test.replace(b'href="', b'href="%d-' % n) for n in range(count)}
    manifest = b"<manifest><resources>%s</resources></manifest>" % resources
    return zipped({"imsmanifest.xml": manifest, **files})


REFUSED: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "entities in entities": (entities, "", "document type"),
    "an external entity": (lambda: EXTERNAL, "moodle-xml", "document type"),
    "an external document type": (lambda: PARAMETER, "", "document type"),
    "entities in utf-16": (lambda: entities().decode().encode("utf-16"), "", "document type"),
    "deep xml": (lambda: quiz("<a>" * 100_000 + "</a>" * 100_000), "", "nested deeper"),
    "unclosed deep xml": (lambda: quiz("<a>" * 3_000_000), "", "nested deeper"),
    "too many elements": (lambda: quiz("<a/>" * 2_500_000), "", "elements"),
    "one huge question": (
        lambda: quiz(f'<question type="x">{"<a/>" * 300_000}</question>'), "", "elements",
    ),
    "a crowd of attributes": (
        lambda: quiz("<a " + " ".join(f"a{n}=''" for n in range(300_000)) + "/>"), "", "attributes",
    ),
    "too many questions": (lambda: quiz(QUESTION * 100_000), "", "more than 5000 questions"),
    # What is too much is told before the first question is read, however long that would take.
    "one good question too many": (lambda: quiz(CHOICE * 5_001), "", "more than 5000 questions"),
    "rows of calculated questions": (
        lambda: calculated_often(501), "", "more than 5000 questions: each row",
    ),
    "a huge question behind good ones": (
        lambda: quiz(CHOICE * 4_900 + f'<question type="x">{"<a/>" * 20_001}</question>'), "",
        "one part of the XML has more",
    ),
    "large pictures behind good questions": (pictures_at_the_end, "", "100 million pixels"),
    "a crowd of pictures": (
        lambda: quiz(CHOICE.replace("Q<", "".join(
            f"&lt;img src='data:image/png;base64,{b64encode(bytes([n % 256, n >> 8])).decode()}'&gt;"
            for n in range(40_000)
        ) + "<")), "", "more than 5000 pictures",
    ),
    "one good block too many": (
        lambda: "".join(f"Q{n} {{=**a** ~b#no ~c}}\n\n" for n in range(5_001)).encode(), "",
        "more than 5000 questions",
    ),
    "one good Aiken question too many": (
        lambda: b"Q\nA. a\nB. b\nANSWER: A\n\n" * 5_001, "", "more than 5000 questions",
    ),
    "one item too many": (lambda: package_of_items(5_001), "", "more than 5000 questions"),
    "large pictures of the last item": (pictures_of_the_last_item, "", "100 million pixels"),
    "a broken end": (lambda: quiz(QUESTION * 9_000)[:-9], "", "broken"),
    "unknown encoding": (lambda: b'<?xml version="1.0" encoding="x-none"?><quiz/>', "", "XML"),
    "more than ten megabytes": (lambda: b"Q {T}\n\n" * 2_000_000, "", "larger than 10 MB"),
    "a crowd of short questions": (lambda: b"Q {T}\n\n" * 1_400_000, "", "lines"),
    "too many short questions": (lambda: b"Q {T}\n\n" * 90_000, "", "more than 5000"),
    "too many broken questions": (lambda: b"Q {\n\n" * 90_000, "gift", "more than 5000"),
    "nothing but braces": (lambda: b"{" * BIG, "gift", ""),
    "nothing but categories": (lambda: b"$CATEGORY: a\n" * 190_000, "", "more than 5000"),
    "nothing but empty lines": (lambda: b"\n" * BIG, "gift", "empty"),
    "empty lines before a mark": (lambda: b"\n" * 190_000 + b"ANSWER: A", "", "without a question"),
    "nothing but options": (lambda: b"A. a\n" * 190_000, "aiken", "answers|ANSWER"),
    "a wide alphabet": (lambda: "😀".encode() + b"a\n" * 5_000_000, "", "lines"),
    "letters of another time": (lambda: "Вопрос {T}".encode("koi8-r"), "gift", "UTF-8"),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "", "UTF-8"),
    "zeros": (lambda: bytes(BIG), "", "NUL"),
    "every second byte a zero": (lambda: b"a\0" * (BIG // 2), "gift", ""),
    "a crowd of formulas": (
        lambda: calculated("{={a}+1}" * 3_000, "{a}", "1"), "", "more than 100 formulas",
    ),
    "a number that fills pages": (
        lambda: calculated("{a}" * 9_000, "{a}", "1e900"), "", "is no number",
    ),
    "a formula without end": (
        lambda: calculated("?", "-" * 20_000 + "{a}", "1"), "", "too long",
    ),
    "a bomb": (lambda: zipped({"imsmanifest.xml": bytes(60 * MEGABYTE)}), "", "larger than 50 MB"),
    "an absurd ratio": (lambda: zipped({"imsmanifest.xml": bytes(9 * MEGABYTE)}), "", "absurdly"),
    "a bomb in parts": (
        lambda: zipped({f"{n}": bytes(900_000) for n in range(60)}), "", "larger than 50 MB",
    ),
    "a lying size": (lying, "", "broken"),
    "a lying count": (lying_count, "", "files"),
    "too many files": (lambda: many_members(66_000), "", "more than 12000 files"),
    "a path upwards": (lambda: zipped({"../../etc/x": b""}), "", "outside itself"),
    "an absolute path": (lambda: zipped({"/etc/x": b""}), "", "outside itself"),
    "a drive": (lambda: zipped({"C:/x": b""}), "", "outside itself"),
    "a backslash": (lambda: zipped({"a\\..\\x": b""}), "", "outside itself"),
    "a link": (linked, "", "holds a link"),
    "an encrypted package": (encrypted, "", "encrypted"),
    "a name twice": (doubled, "", "twice"),
    "overlapping files": (overlapping, "", "overlap|broken"),
    "an unusual method": (lambda: archive(("a.xml", b"x" * 99), method=14), "", "unusual"),
    "XML in an encoding it doesn't declare": (
        lambda: quiz("<question>Открыто</question>").decode().encode("cp1251"), "", "save it as UTF-8",
    ),
    "half a package": (lambda: package()[:900], "", "no readable ZIP"),
    "entities in a package": (
        lambda: zipped({"imsmanifest.xml": entities().replace(b"quiz", b"manifest")}), "",
        "document type",
    ),
    "entities in an item": (
        lambda: zipped({
            "imsmanifest.xml": b'<manifest><resources><resource type="imsqti_item_xmlv2p1" '
            b'href="a.xml"/></resources></manifest>',
            "a.xml": EXTERNAL,
        }), "", "document type",
    ),
    "entities in a test": (lambda: package_of_tests(1, EXTERNAL), "", "document type"),
    "a crowd in tests": (
        lambda: package_of_tests(4, b"<a>%s</a>" % b"".join(
            b'<assessmentItemRef href="%d.xml"/>' % n for n in range(6_000)
        )), "", "more than 5000 questions",
    ),
    # Within every limit, but hardly a question is understood.
    "questions of nothing but unknown elements": (
        lambda: quiz(f'<question type="truefalse">{"<a/>" * 19_000}</question>' * 26), "",
        "reading stops here",
    ),
    "items of nothing but paragraphs": (
        lambda: zipped({
            "imsmanifest.xml": b"<manifest><resources>%s</resources></manifest>" % b"".join(
                b'<resource type="imsqti_item_xmlv2p1" href="%d.xml"/>' % n for n in range(4_900)
            ),
            **{f"{n}.xml": b"<assessmentItem><itemBody>%s<choiceInteraction/></itemBody>"
               b"</assessmentItem>" % (b"<p>a</p>" * 90) for n in range(4_900)},
        }), "", "reading stops here",
    ),
    "long questions without a right answer": (
        lambda: quiz(QUESTION.replace("Q<", f"{'&lt;b>a*&lt;/b>' * 240}<") * 2_000), "",
        "reading stops here",
    ),
    "blocks without a right answer": (
        lambda: b"[html]%s {=x ~=}\n\n" % (b"<b>a</b>" * 90) * 4_900, "",
        "reading stops here",
    ),
    "a few good ones among bad": (
        lambda: quiz((CHOICE + QUESTION.replace("Q<", f"{'&lt;b>a*&lt;/b>' * 240}<") * 20) * 99),
        "", "reading stops here",
    ),
    "a question of ninety-nine long answers": (
        lambda: quiz(QUESTION.replace("Q</text></questiontext>", "Q</text></questiontext>" + (
            f'<answer><text>a</text><feedback><text>{"&lt;i>b*&lt;/i> " * 240}</text></feedback>'
            "</answer>"
        ) * 99) * 9), "", "longer than 200000 characters",
    ),
    "questions of nothing but tags": (
        lambda: quiz(QUESTION.replace(
            "</question>", f"<tags>{'<tag><text>lms-area x</text></tag>' * 9_500}</tags></question>"
        ) * 19), "", "reading stops here|whether the statement",
    ),
    "a crowd of drawings": (drawings, "", "150000 elements and attributes"),
    "no manifest": (lambda: zipped({"a.xml": b"<a/>"}), "", "no imsmanifest"),
}  # fmt: skip

# Files that are read, but whose one question can't be one.
TOLD: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "a huge text": (lambda: b"Q" * (9 * MEGABYTE) + b" {T}", "gift", "longer than"),
    "a wide huge text": (lambda: "😀".encode() + b"Q" * (9 * MEGABYTE) + b"{T}", "gift", "longer"),
    "a hundred thousand options": (lambda: b"Q {" + b"=a~b" * 45_000 + b"}", "gift", "answers"),
    "a picture in crumbs": (
        lambda: quiz(QUESTION.replace("</text>", "&lt;img src='@@PLUGINFILE@@/p.png'&gt;</text>"
            f'<file name="p.png" encoding="base64">{"A " * 4 * MEGABYTE}</file>', 1)), "", "",
    ),
    "a hundred gaps": (
        lambda: quiz(
            f'<question type="cloze"><questiontext><text>{"{1:SA:=a~b~c}" * 2_000}</text>'
            "</questiontext></question>"
        ), "", "it has 2000 gaps",
    ),
    "deep html": (lambda: b"[html]" + b"<div>" * 5_000 + b" {T}", "gift", "HTML tags"),
    "formatting that multiplies": (
        lambda: b"[html]" + b"".join(b"<b id\\=%d>" % n for n in range(400)) + b"x<p>" * 590 + b"{T}",
        "gift", "",
    ),
    "brackets": (lambda: b"[markdown]" + b"[" * 3_900 + b" {T}", "gift", ""),
    "links begun": (lambda: b"[markdown]" + b"![a](" * 780 + b" {T}", "gift", ""),
    "stars": (lambda: b"[markdown]" + b"*a_" * 1_300 + b" {T}", "gift", ""),
    "backticks": (lambda: b"[markdown]" + b"".join(b"`" * n for n in range(1, 85)) + b" {T}", "gift", ""),
    "quotes": (lambda: b"[markdown]" + b"> " * 1_900 + b" {T}", "gift", ""),
    "spans begun": (lambda: b"[html]" + b"<span class\\=multilang lang\\=ru>" * 900 + b"{T}", "gift", ""),
    "spaces": (lambda: b"ANSWER:" + b" " * 5 * MEGABYTE + b"x", "aiken", "without a question"),
    "a long number": (lambda: b"Q {#" + b"9" * 100_000 + b"}", "gift", "is no number"),
    "a huge exponent": (lambda: b"Q {#1e999}", "gift", "no number"),
}  # fmt: skip


@pytest.mark.parametrize("name", list(REFUSED))
def test_a_hostile_file_is_refused_soon_and_small(measures: dict[str, Measured], name: str) -> None:
    got = measures[name]
    assert got.seconds < 1
    assert got.megabytes < 100
    assert got.refused or got.told
    said = got.refused or got.told[0]
    assert any(part in said for part in REFUSED[name][2].split("|"))
    assert got.found == 0


@pytest.mark.parametrize("name", list(TOLD))
def test_a_monstrous_question_is_told_soon_and_small(
    measures: dict[str, Measured], name: str
) -> None:
    got = measures[name]
    assert got.seconds < 1
    assert got.megabytes < 100
    assert not got.refused
    words = TOLD[name][2]
    assert words == "" or words in got.told[0]
    assert got.found + len(got.told) == 1


def test_the_limits_leave_room_for_a_full_bank() -> None:
    assert limits.FILE_BYTES == 10 * MEGABYTE
    assert limits.UNPACKED_BYTES == 50 * MEGABYTE
    assert limits.ITEMS == 5000


def test_utf_16_with_its_mark_is_read_like_utf_8() -> None:
    for name, encoding in [("features.gift", "utf-16"), ("plain.aiken", "utf-8-sig")]:
        plain = read(sample(name))
        marked = read(sample(name).decode().encode(encoding))
        assert [f.item for f in marked.found] == [f.item for f in plain.found]
    xml = sample("moodle.xml").decode().replace('encoding="UTF-8"', 'encoding="UTF-16"')
    assert len(read(xml.encode("utf-16")).found) == len(read(sample("moodle.xml")).found)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16"])
def test_utf_16_is_read_without_its_mark_and_whatever_its_xml_declares(encoding: str) -> None:
    for name in ("features.gift", "plain.aiken", "moodle.xml"):  # the last declares UTF-8
        plain, other = read(sample(name)), read(sample(name).decode().encode(encoding))
        assert [f.item for f in other.found] == [f.item for f in plain.found]
        assert [f.place.line for f in other.found] == [f.place.line for f in plain.found]


def test_xml_in_an_old_encoding_is_read_by_what_it_declares() -> None:
    text = (
        '<?xml version="1.0" encoding="windows-1251"?><quiz><question type="truefalse">'
        "<questiontext><text>Открыто?</text></questiontext>"
        '<answer fraction="100"><text>true</text></answer></question></quiz>'
    )
    assert read(text.encode("cp1251")).found[0].item.prompt == {"en": "Открыто?"}


def test_a_file_of_which_a_tenth_is_understood_is_read_to_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "VAIN_SECONDS", -1)
    nine = quiz(CHOICE + QUESTION * 9)
    assert len(read(nine).rejected) == 9
    with pytest.raises(Unreadable, match="0 of 1 so far") as refusal:
        read(quiz(f"\n{QUESTION}" + CHOICE))
    assert refusal.value.line == 2
    with pytest.raises(Unreadable, match=r"1 of 11 so far.*statement is true"):
        read(quiz(CHOICE + QUESTION * 10))


def test_tags_beyond_the_first_hundred_are_told() -> None:
    tags = "".join(f"<tag><text>t{n}</text></tag>" for n in range(1_200))
    found = read(quiz(CHOICE.replace("</question>", f"<tags>{tags}</tags></question>"))).found[0]
    assert len(found.tags) == 100
    assert "tags beyond the first 100 aren't kept: 1100" in [str(n.message) for n in found.notes]
