"""Documents made together are those made one by one: the same operators, objects and pixels."""

import io
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from segno import encoder

from lms.certification.documents import BUILT_IN, TEMPLATE
from lms.certification.printing.binding import bind_pages
from lms.certification.printing.joining import Copier, Joined
from lms.core.pdf import Document, Renderer, Sheaf, masking
from lms.core.pdf.skeletons import Kind, Known, cut
from lms.core.settings import PROJECT
from tests.certification.test_document import data
from tests.support import pdfs

NAMES = (
    "Соколова Мария Андреевна",
    "Ёлкина Алёна Семёновна",
    "Ли Ян",
    "O’Connor-Łukasiewicz Zoë",
    "Ғабит Өмірбек",
    "Щукина-Широкошапкина Ю Жж",
    "i" * 17,
    "Петрова Анна-Мария",
    "Иванова  Ольга & Ко",
    "Римская-Корсакова Анна",
)
ALONE = (
    "Щ" * 17,  # too wide for one line
    "Е\N{COMBINING DIAERESIS}лкин Пётр",  # as one letter, which others write as one
    "王小明",  # no such letters in the fonts
    "Константинопольская-Преображенская Александра-Виктория Владиславовна-Максимилиановна",
    "سارة علي",
)


def wanted(number: int, holder: str) -> dict[str, Any]:
    own = f"{number:027d}"
    address = f"https://learn.example/verify/{own}"
    return data(
        holder=holder,
        number="-".join(own[start : start + 4] for start in range(0, 27, 4)),
        percent=(70, 75.5, 88.1, 92.5, 100)[number % 5],
        issued_on=f"2026-0{number % 9 + 1}-{number % 28 + 1:02d}",
        issued_at=f"2026-0{number % 9 + 1}-{number % 28 + 1:02d}T09:30:00Z",
        valid_until_on=f"202{number % 3 + 7}-11-1{number % 10}",
        verification_url=address,
        code=f"{address}#{own * 4}",
        attachments={"record.json": f'{{"holder": "{holder}"}}'},
    )


WANTED = [wanted(number, holder) for number, holder in enumerate(NAMES + ALONE)]


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    made = Renderer(workers=1, seconds=120)
    yield made
    made.close()


def documents() -> list[Document]:
    return [Document(BUILT_IN, TEMPLATE, "ru", one) for one in WANTED]


@pytest.fixture(scope="module")
def sheaf(renderer: Renderer) -> Sheaf:
    return renderer.render_many(documents())


def content(file: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(file)) as document:
        return document.pages[0].Contents.read_bytes()


def facts(file: bytes) -> list[str]:
    """All of a file but its page's operators and its fonts, in an order of its own."""
    with pikepdf.open(io.BytesIO(file)) as document:
        assert document.trailer.ID
        told = [f"{key} {value}" for key, value in document.docinfo.items()]
        told += [document.Root.Metadata.read_bytes().decode()]
        for one in document.objects:
            if isinstance(one, pikepdf.Dictionary) and one.get("/Type") in (
                "/StructElem",
                "/Annot",
            ):
                told.append(
                    " ".join(
                        str(one.get(key)) for key in ("/S", "/Alt", "/Contents", "/Rect", "/A")
                    )
                )
            if isinstance(one, pikepdf.Stream) and one.get("/Type") == "/EmbeddedFile":
                told.append(f"{one.read_bytes()!r} {one.Params.CheckSum!r} {one.Params.Size}")
    return sorted(told)


def same_pixels(folder: Path, one: bytes, other: bytes) -> bool:
    images = []
    for number, file in enumerate((one, other)):
        path = folder / f"{number}.pdf"
        path.write_bytes(file)
        images.append(pdfs.image_of(path, 80))
    return bool((images[0] == images[1]).all())


def test_names_on_one_line_are_made_together_and_the_rest_alone(sheaf: Sheaf) -> None:
    together = [name for name, fast in zip(NAMES + ALONE, sheaf.is_fast, strict=True) if fast]
    assert together == list(NAMES)


@pytest.mark.parametrize("number", [0, 3, 8, 11])
def test_each_is_what_it_would_be_by_itself(
    renderer: Renderer, sheaf: Sheaf, tmp_path: Path, number: int
) -> None:
    fast = sheaf.files[sheaf.places[number][0]]
    plain = renderer.render(documents()[number])
    assert content(fast) == content(plain)
    assert facts(fast) == facts(plain)
    assert same_pixels(tmp_path, fast, plain)


def test_each_has_its_own_values(sheaf: Sheaf, tmp_path: Path) -> None:
    for number, (file, _page) in enumerate(sheaf.places[:4]):
        path = tmp_path / f"{number}.pdf"
        path.write_bytes(sheaf.files[file])
        text = pdfs.text_of(path)
        assert WANTED[number]["holder"] in text
        assert WANTED[number]["number"] in text


def test_pages_to_print_are_the_same_pages(renderer: Renderer, tmp_path: Path) -> None:
    sheaf = renderer.render_many(documents()[:9], together=True)
    assert len(sheaf.files) == 1
    for number in (1, 8):
        file, page = sheaf.places[number]
        with pikepdf.open(io.BytesIO(sheaf.files[file])) as document:
            operators = document.pages[page].Contents.read_bytes()
        assert operators == content(renderer.render(documents()[number]))


def spoken(element: Any) -> list[str]:
    """What a structure says besides its content: headings by level, pictures, where links lead."""
    own = [str(element[key]) for key in ("/Alt", "/Contents", "/URI") if key in element]
    own += [str(element.S)] if str(element.get("/S", "")).startswith("/H") else []
    for one in element.get("/K", ()):
        if isinstance(one, pikepdf.Dictionary):
            own += spoken(one.Obj.A if "/Obj" in one else one)
    return own


def test_bound_to_print_they_are_one_tagged_document(renderer: Renderer, tmp_path: Path) -> None:
    """Drawn alone and stamped ones mixed: each page has its own element, text and link."""
    sheaf = renderer.render_many(documents(), together=True)
    paths = [tmp_path / f"{number}.pdf" for number in range(len(sheaf.files))]
    for path, file in zip(paths, sheaf.files, strict=True):
        path.write_bytes(file)
    order = [11, 0, len(WANTED) - 1, 8, 3]
    assert {sheaf.is_fast[number] for number in order} == {True, False}
    places = [(paths[file], page) for file, page in (sheaf.places[number] for number in order)]
    bind_pages(tmp_path / "bound.pdf", places, "Сертификаты")
    with pikepdf.open(tmp_path / "bound.pdf") as bound:
        assert len(bound.pages) == len(order)
        root = bound.Root.StructTreeRoot
        nums = dict(
            zip(map(int, root.ParentTree.Nums[::2]), root.ParentTree.Nums[1::2], strict=True)
        )
        for place, number in enumerate(order):
            with pikepdf.open(io.BytesIO(renderer.render(documents()[number]))) as alone:
                expected = spoken(alone.Root.StructTreeRoot.K[0])
            assert spoken(root.K[place]) == expected
            page = bound.pages[place].obj
            assert {one.Pg.objgen for one in nums[int(page.StructParents)]} == {page.objgen}
        assert bound.docinfo.Title == "Сертификаты"
        assert "/Subject" not in bound.docinfo  # the number of one of them
    for flavour in ("3a", "ua1"):
        assert pdfs.faults(tmp_path / "bound.pdf", flavour) == []


BIND_AND_TELL_MEMORY = """
import re, sys
from pathlib import Path
from lms.certification.printing import binding
names = sys.argv[2:]
with Path(sys.argv[1]).open("wb") as target:
    binding._bind_pages(target, [(name, page) for page in range(9) for name in names], "Title")
print(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
"""


def test_memory_does_not_grow_with_what_is_bound(renderer: Renderer, tmp_path: Path) -> None:
    """Nine hundred pages take little more than ninety; kept whole they would take 80 MB more."""
    (file,) = renderer.render_many(documents()[:9], together=True).files
    taken = []
    for count in (10, 100):
        names = [str(tmp_path / f"{number}.pdf") for number in range(count)]
        for name in names:
            Path(name).write_bytes(file)
        program = [sys.executable, "-c", BIND_AND_TELL_MEMORY, str(tmp_path / "bound.pdf"), *names]
        told = subprocess.run(program, cwd=PROJECT, capture_output=True, text=True, check=True)
        taken.append(int(told.stdout) / 1024)
        with pikepdf.open(tmp_path / "bound.pdf") as bound:
            assert len(bound.pages) == 9 * count
    assert taken[1] - taken[0] < 20, taken


def test_a_text_that_looks_like_a_reference_stays_a_text(tmp_path: Path) -> None:
    texts = ["see 3 0 R", "(4 0 R", "\\) 5 0 R", "6 0 R\\"]
    path, source = tmp_path / "joined.pdf", pikepdf.new()
    told = pikepdf.Dictionary(Texts=texts, To=source.make_indirect(pikepdf.Array([1])))
    with path.open("wb") as file:
        joined = Joined(file)
        copier = Copier(joined, source, {})
        catalog, tree = joined.number(), joined.number()
        joined.add(catalog, b"<</Type /Catalog /Pages %d 0 R /Own %b>>" % (tree, copier.of(told)))
        joined.add(tree, b"<</Type /Pages /Kids [] /Count 0>>")
        copier.finish()
        joined.end(b"/Root %d 0 R" % catalog)
    with pikepdf.open(path) as found:
        assert [str(one) for one in found.Root.Own.Texts] == texts
        assert [int(one) for one in found.Root.Own.To] == [1]


@pytest.mark.slow
@pytest.mark.parametrize("flavour", ["3a", "ua1"])
def test_verapdf_finds_a_stamped_one_true(sheaf: Sheaf, tmp_path: Path, flavour: str) -> None:
    path = tmp_path / "stamped.pdf"
    assert sheaf.is_fast[1]
    path.write_bytes(sheaf.files[sheaf.places[1][0]])
    assert pdfs.faults(path, flavour) == []


@given(st.text(st.sampled_from("0123456789ABCXYZ:/.-abcxyz#"), min_size=1, max_size=300))
def test_the_mask_of_a_code_is_the_one_that_segno_finds(text: str) -> None:
    chosen = encoder.encode(text, error="m", micro=False)
    try:
        encoder.find_and_apply_best_mask = masking._original
        found = encoder.encode(text, error="m", micro=False)
    finally:
        encoder.find_and_apply_best_mask = masking.best_mask
    assert (chosen.mask, chosen.matrix) == (found.mask, found.matrix)


def test_documents_of_one_skeleton_differ_in_values_alone() -> None:
    known = Known()
    one = cut('<p class="a">Анна &amp; Ко</p><a href="https://x/1">y</a>', known)
    other = cut('<p class="a">Борис</p><a href="https://x/2">y</a>', known)
    longer = cut('<p class="b">Борис</p><a href="https://x/2">y</a>', known)
    assert one.skeleton is other.skeleton
    assert one.skeleton is not longer.skeleton
    assert [value.kind for value in one.skeleton.values] == [Kind.TEXT, Kind.LINK, Kind.TEXT]
    assert one.values == ["Анна & Ко", "https://x/1", "y"]
    assert one.with_values_of([other, one, one]) == (
        '<p class="a">Борис</p><a href="https://x/1">y</a>'
    )
