"""Any bytes at all: a reader understands something or refuses, soon, and never does anything else."""

import gc
import io
import random
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import pytest

from lms.assessment.authored import split
from lms.standards.items.errors import Unreadable
from lms.standards.items.formats import ItemFormat, read_items, write_items
from lms.standards.items.xml.nodes import Node
from lms.standards.items.xml.reading import Budget, read_tree, survey, walk
from tests.standards.banks import PICTURES, exchanged
from tests.standards.samples import package, sample

ROUNDS = 120
SECONDS = 1.0  # of one reading; a whole round trip of these files takes milliseconds


def exported(form: ItemFormat) -> bytes:
    return write_items(
        exchanged(), form=form, topics={}, languages=["ru", "en"], pictures=PICTURES
    ).content


def seeds() -> dict[str, tuple[ItemFormat, bytes]]:
    return {
        "gift": (ItemFormat.GIFT, sample("features.gift")),
        "own gift": (ItemFormat.GIFT, exported(ItemFormat.GIFT)),
        "aiken": (ItemFormat.AIKEN, sample("plain.aiken")),
        "moodle": (ItemFormat.MOODLE_XML, sample("moodle.xml")),
        "own moodle": (ItemFormat.MOODLE_XML, exported(ItemFormat.MOODLE_XML)),
        "qti item": (ItemFormat.QTI21, sample("qti21/items/choice.xml")),
        "qti 3 item": (ItemFormat.QTI3, sample("qti3/item.xml")),
        "package": (ItemFormat.QTI21, package()),
    }


TOKENS = [
    b"{", b"}", b"=", b"~", b"#", b"->", b"::", b"%50%", b"####", b"\\", b"\n\n", b"//", b"[html]",
    b"$CATEGORY:", b"ANSWER: A", b"{1:SA:=", b"{2:MCV:=a~", b"[[1]]", b"}", b"<", b">", b"&", b"&amp;", b"&x;", b"<![CDATA[", b"]]>", b"<!--",
    b"<p>", b"</p>", b'<span class="multilang" lang="ru">', b"{mlang ru}", b"\x00", b"\xff",
    b"\xef\xbb\xbf", b"&lt;script&gt;", b"<text>", b"</text>", b"1e309", b"NaN", b"-", b"\xd0",
    "Ё".encode(), b"|", b"```", b"::: note", b"[a](https://a)", b"&#xD800;", b"&#0;", b"\r",
]  # fmt: skip


def mutated(content: bytes, chance: random.Random) -> bytes:
    """The file with a few changes of the kinds that broken tools and people make."""
    data = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(data) + 1)
        match chance.randrange(6):
            case 0:
                data[place:place] = chance.choice(TOKENS)
            case 1:
                del data[place : place + chance.randint(1, 40)]
            case 2:
                data[place : place + 1] = bytes([chance.randrange(256)])
            case 3:
                other = chance.randrange(len(data) + 1)
                data[place:place] = data[other : other + chance.randint(1, 200)]
            case 4:
                data[place:place] = chance.choice(TOKENS) * chance.randint(2, 300)
            case _:
                del data[place:]
        if not data:
            data += b"x"
    return bytes(data)


VALUES = ["", "0", "-1", "1e5", "NaN", "true", "RESPONSE", "A", "c_a", "A B", "x" * 5000, "<b>", "**",
          "100", "50", "multiple", "single", "float", "string", "ru", "de", "../x", "\u2028"]  # fmt: skip


def grown(content: bytes, chance: random.Random) -> bytes:
    """Well-formed XML with parts moved, repeated, renamed, emptied and filled with other values."""
    survey(content, budget=Budget())
    root = read_tree(content)
    nodes = [node for node in walk(root) if node.parts]
    for _ in range(chance.randint(1, 8)):
        node, other = chance.choice(nodes), chance.choice(nodes)
        match chance.randrange(6):
            case 0:
                node.parts = []
            case 1:
                node.parts = node.parts * 2
            case 2:
                node.tag = chance.choice(nodes).tag
            case 3 if node.attributes:
                name = chance.choice(list(node.attributes))
                node.attributes = {**node.attributes, name: chance.choice(VALUES)}
            case 4:
                node.parts.insert(0, chance.choice(VALUES))
            case _:
                # A copy: an element must not come to stand inside itself.
                node.parts.append(Node(other.tag, other.attributes, other.text[:200]))
    if root.space:
        root.attributes = {**root.attributes, "xmlns": root.space}
    return root.document()


def survives(read: Callable[[], object]) -> None:
    """Read in little time of this thread; what earlier tests left isn't collected meanwhile."""
    gc.disable()
    begun = time.thread_time()
    with suppress(Unreadable):
        read()
    taken = time.thread_time() - begun
    gc.enable()
    assert taken < SECONDS


def read_and_use(content: bytes, form: ItemFormat | None) -> None:
    """Read, then do what the bank does with what was found."""
    reading = read_items(content, language="ru", form=form).reading
    for found in reading.found:
        split(found.item).digest(found.item)
    for form_out in ItemFormat:
        items = [found.item for found in reading.found]
        write_items(items, form=form_out, topics={}, languages=["ru"], pictures=PICTURES)


@pytest.mark.parametrize("name", list(seeds()))
def test_mutated_files_are_read_or_refused(name: str) -> None:
    form, content = seeds()[name]
    chance = random.Random(f"fuzz {name}")
    for number in range(ROUNDS):
        broken = mutated(content, chance)
        survives(lambda b=broken, f=form if number % 2 else None: read_and_use(b, f))


@pytest.mark.parametrize("name", ["moodle", "own moodle", "qti item", "qti 3 item", "own qti"])
def test_well_formed_but_senseless_xml_is_read_or_refused(name: str) -> None:
    chance = random.Random(f"grown {name}")
    sources = [seeds()[name][1]] if name in seeds() else own_items()
    for _ in range(ROUNDS):
        content = grown(chance.choice(sources), chance)
        survives(lambda c=content: read_and_use(c, None))


def own_items() -> list[bytes]:
    archive = zipfile.ZipFile(io.BytesIO(exported(ItemFormat.QTI21)))
    return [archive.read(name) for name in archive.namelist() if name.endswith(".ru.xml")]


@pytest.mark.parametrize("form", list(ItemFormat))
def test_random_bytes_are_read_or_refused(form: ItemFormat) -> None:
    chance = random.Random(f"bytes {form.value}")
    for _ in range(ROUNDS):
        content = chance.randbytes(chance.randint(1, 400))
        survives(lambda c=content: read_and_use(c, form))
        survives(lambda c=content: read_and_use(c, None))


@pytest.mark.parametrize("form", list(ItemFormat))
def test_heaps_of_marks_are_read_or_refused(form: ItemFormat) -> None:
    chance = random.Random(f"marks {form.value}")
    for _ in range(ROUNDS):
        content = b" ".join(chance.choices(TOKENS, k=chance.randint(1, 60)))
        survives(lambda c=content: read_and_use(c, form))


def test_broken_members_of_a_package_are_told_or_refused() -> None:
    chance = random.Random("members")
    source = zipfile.ZipFile(io.BytesIO(package()))
    files = {name: source.read(name) for name in source.namelist()}
    for _ in range(ROUNDS):
        name = chance.choice(list(files))
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            for other, content in files.items():
                archive.writestr(other, mutated(content, chance) if other == name else content)
        survives(partial(read_and_use, target.getvalue(), None))
