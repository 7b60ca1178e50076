"""Files of stamped documents, byte by byte.

What a group's documents have in common stands first in each file and is made once: fonts, pictures,
the colour profile, and one stream with all objects that are the same. After it come the objects of
the one document: its page, metadata, attachments, and whatever holds one of its values as a string
(a link, the other words of a drawing). The result has the objects that WeasyPrint would write.
"""

import copy
import re
import zlib
from collections.abc import Iterator, Sequence
from hashlib import md5
from typing import Any

import pydyf
from weasyprint.pdf import _w3c_date_to_pdf

from lms.core.pdf.composing import label
from lms.core.pdf.skeletons import Cut, Kind
from lms.core.pdf.stamping import Group, Unpredictable

HEAD = b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"
LEVEL = 6  # of compression: the highest takes three times as long for one byte in a hundred
OF_EACH_PAGE = ("/Page", "/Annot", "/OBJR", "/StructElem")
# Of a catalog: what holds for a file of many pages, too.
OF_ALL_PAGES = ("Type", "Lang", "MarkInfo", "Metadata", "OutputIntents", "ViewerPreferences")
# Elements that only group others, while they say nothing else.
GROUPS = ("/Div", "/Part", "/Span")
GROUP = frozenset({"Type", "S", "K", "P", "Pg"})
REFERENCE = re.compile(rb"(\d+) 0 R")
# What in the head of the HTML goes where: attribute of WeasyPrint's metadata, entry of the file.
METADATA = {
    "description": ("description", "Subject"),
    "dcterms.created": ("created", "CreationDate"),
    "dcterms.modified": ("modified", "ModDate"),
}

# Bytes with holes: the number of one of the page's objects, a key of the tree of parents, a text.
OBJECT, KEY, TEXT = "object", "key", "text"
Template = tuple[bytes, tuple[tuple[str, int], ...]]


class Master:
    """Writes the files of a group whose first document was generated as ``pdf``."""

    def __init__(self, group: Group, document: Any, pdf: pydyf.PDF) -> None:
        self._group, self._metadata, self._pdf = group, document.metadata, pdf
        objects = pdf.objects[1:]
        self._title = self._title_place()
        self._attached = [one for one in objects if _is_stream(one, "/EmbeddedFile")]
        (self._described,) = [one for one in objects if _is_stream(one, "/Metadata")]
        strings = self._strings()
        self._told: list[Any] = [
            one for one in objects if isinstance(one, dict) and _holds(one, strings)
        ]
        own = {id(one) for one in (*self._attached, self._described, *self._told, group.page)}
        self._write_common([one for one in objects if id(one) not in own])

    def _title_place(self) -> int | None:
        values = self._group.pivot.skeleton.values
        titles = [place for place, value in enumerate(values) if value.kind is Kind.TITLE]
        if titles and self._metadata.title != self._group.pivot.values[titles[0]]:
            raise Unpredictable
        return titles[0] if titles else None

    def _strings(self) -> dict[str, int]:
        """Return the varying values that may stand in the file as strings, with their places."""
        found: dict[str, int] = {}
        for place in self._group.varying:
            kind = self._group.pivot.skeleton.values[place].kind
            if kind in (Kind.LINK, Kind.TITLE, Kind.TEXT) and place != self._title:
                text = self._group.pivot.values[place]
                if text in found:
                    raise Unpredictable([place])
                found[text] = place
        return found

    def _write_common(self, objects: Sequence[Any]) -> None:
        """Write what all files begin with."""
        self._count = len(self._pdf.objects)  # then: information, the stream of objects, references
        self._common = bytearray(HEAD)
        rows: dict[int, bytes] = {0: _row(0, 0, 65535)}
        packed = [one for one in objects if not isinstance(one, pydyf.Stream)]
        for one in objects:
            if isinstance(one, pydyf.Stream):
                rows[one.number] = _row(1, len(self._common), 0)
                self._common += one.indirect + b"\n"
        for index, one in enumerate(packed):
            rows[one.number] = _row(2, self._count + 1, index)
        rows[self._count + 1] = _row(1, len(self._common), 0)
        self._common += _object(self._count + 1, _packed(packed)) + b"\n"
        self._common_rows = rows

    def file(self, member: Cut, identifier: bytes, attachments: dict[str, str]) -> bytes:
        """Return a member's file."""
        out, rows = bytearray(self._common), dict(self._common_rows)

        def add(number: int, data: bytes) -> None:
            rows[number] = _row(1, len(out), 0)
            out.extend(_object(number, data) + b"\n")

        add(self._group.page.number, _compressed(self._group.content_of(member.values)))
        add(self._described.number, self._xmp(member))
        for stream, text in zip(self._attached, attachments.values(), strict=True):
            add(stream.number, _attachment(stream, text))
        strings = {text: member.values[place] for text, place in self._strings().items()}
        for one in self._told:
            add(one.number, _told(one, strings).data)
        add(self._count, self._information(member))
        return self._ended(out, rows, identifier, self._pdf.catalog.reference)

    def pages(self, members: Sequence[Cut]) -> bytes:
        """Return one tagged file with a page for each member, to be bound with others.

        The root of its structure has one element for each page, in their order. What is of one
        document alone is left out: information, outlines, attachments.
        """
        out, rows = bytearray(self._common), dict(self._common_rows)
        first = self._count + 3
        root, parents, tree, catalog = range(first, first + 4)
        sheet = _Sheet(self._pdf, self._group.page, self._strings(), tree=tree, root=root)

        def add(number: int, data: bytes) -> None:
            rows[number] = _row(1, len(out), 0)
            out.extend(_object(number, data) + b"\n")

        kids, elements, nums = [], [], []
        for place, member in enumerate(members):
            base = first + 4 + place * sheet.size
            add(base, _compressed(self._group.content_of(member.values)))
            for number, data in enumerate(sheet.objects(base, place, member.values), start=1):
                add(base + number, data)
            kids.append(b"%d 0 R" % (base + 1))
            elements.append(sheet.elements(base, place))
            nums.append(sheet.parents(base, place))
        add(self._described.number, self._xmp(members[0]))
        elements_of_all = b" ".join(elements)
        add(
            root,
            b"<</Type /StructTreeRoot /K [%b] /ParentTree %d 0 R>>" % (elements_of_all, parents),
        )
        add(parents, b"<</Nums [%b]>>" % b" ".join(nums))
        add(tree, b"<</Type /Pages /Kids [%b] /Count %d>>" % (b" ".join(kids), len(kids)))
        kept = {name: value for name, value in self._pdf.catalog.items() if name in OF_ALL_PAGES}
        kept |= {"Pages": f"{tree} 0 R", "StructTreeRoot": f"{root} 0 R"}
        add(catalog, pydyf.Dictionary(kept).data)
        return self._ended(out, rows, b"0" * 32, f"{catalog} 0 R".encode(), with_info=False)

    def _ended(
        self,
        out: bytearray,
        rows: dict[int, bytes],
        identifier: bytes,
        root: bytes,
        *,
        with_info: bool = True,
    ) -> bytes:
        number, start = self._count + 2, len(out)
        rows[number] = _row(1, start, 0)
        size = max(rows) + 1
        free = _row(0, 0, 65535)
        table = b"".join(rows.get(one, free) for one in range(size))
        digest = md5(out[len(self._common) :], usedforsecurity=False).hexdigest().encode()
        extra = {
            "Type": "/XRef",
            "Index": pydyf.Array((0, size)),
            "W": pydyf.Array((1, 4, 2)),
            "Size": size,
            "Root": root,
            "ID": pydyf.Array((pydyf.String(identifier).data, pydyf.String(digest).data)),
        }
        if with_info:
            extra["Info"] = f"{self._count} 0 R"
        out += _object(number, _compressed(table, extra)) + b"\n"
        return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)

    def _changes(self, member: Cut) -> dict[str, str]:
        """Return the member's metadata that vary, by WeasyPrint's name."""
        found = {} if self._title is None else {"title": member.values[self._title]}
        for place in self._group.varying:
            value = self._group.pivot.skeleton.values[place]
            if value.kind is Kind.META:
                found[METADATA[value.name][0]] = member.values[place]
        return found

    def _xmp(self, member: Cut) -> bytes:
        metadata = copy.copy(self._metadata)
        metadata.__dict__.pop("generate_rdf_metadata", None)
        for name, value in self._changes(member).items():
            setattr(metadata, name, value)
        label(metadata)
        holder = pydyf.PDF()
        metadata.include_in_pdf(holder, "a", 3, "A", compress=True)
        return bytes(holder.objects[-1].data)

    def _information(self, member: Cut) -> bytes:
        entries = pydyf.Dictionary(self._pdf.info)
        names = {"title": "Title", **dict(METADATA.values())}
        for name, value in self._changes(member).items():
            is_date = name in ("created", "modified")
            told = _w3c_date_to_pdf(value, name) if is_date else value
            entries[names[name]] = pydyf.String(told)
        return bytes(entries.data)


class _Sheet:
    """What each page of a file has of its own: itself, its links, the elements of its structure.

    They are those of the page that was drawn, with numbers and texts of their own. Of a page whose
    numbers begin at ``base`` its content has the first, the page the second. Elements that only
    group others are left out: what they hold belongs to the element around them.
    """

    def __init__(
        self, pdf: pydyf.PDF, content: Any, strings: dict[str, int], *, tree: int, root: int
    ) -> None:
        each = [one for one in pdf.objects if _type(one) in OF_EACH_PAGE]
        self._groups = {
            one.number: one for one in each if GROUP.issuperset(one) and one["S"] in GROUPS
        }
        own = [one for one in each if one.number not in self._groups]
        own.sort(key=lambda one: _type(one) != "/Page")
        structure = pdf.objects[_number(pdf.catalog["StructTreeRoot"])]
        mapping = pdf.objects[_number(structure["ParentTree"])]["Nums"]
        self.size, self._keys = len(own) + 1, len(mapping) // 2
        self._strings = strings
        self._fixed = {_number(pdf.catalog["Pages"]): tree, structure.number: root}
        self._places = {content.number: 0}
        self._places |= {one.number: place for place, one in enumerate(own, start=1)}
        self._objects = [self._template(self._with_all(one, own[0])) for one in own]
        self._elements = [self._template(one) for one in structure["K"]]
        self._parents = [
            (key, self._template(value))
            for key, value in zip(mapping[::2], mapping[1::2], strict=True)
        ]

    def objects(self, base: int, place: int, values: Sequence[str]) -> Iterator[bytes]:
        """Yield all of a page but its content, in the order of their numbers."""
        for template in self._objects:
            yield self._filled(template, base, place, values)

    def elements(self, base: int, place: int) -> bytes:
        """Return the references of what stands at the top of the page's structure."""
        return b" ".join(self._filled(one, base, place, ()) for one in self._elements)

    def parents(self, base: int, place: int) -> bytes:
        """Return the page's part of the tree that leads from content to elements."""
        return b" ".join(
            b"%d %b" % (place * self._keys + key, self._filled(one, base, place, ()))
            for key, one in self._parents
        )

    def _with_all(self, one: Any, page: Any) -> Any:
        """Return an object; an element with what its groups hold, and the page that this is on."""
        if _type(one) != "/StructElem":
            return one
        return {**one, "Pg": page.reference, "K": pydyf.Array(self._within(one))}

    def _within(self, element: Any) -> Iterator[Any]:
        for one in element["K"]:
            group = self._groups.get(_number(one))
            if group is None:
                yield one
            else:
                yield from self._within(group)

    def _around(self, number: int | None) -> int | None:
        """Return the number of an object; of a group, that of the element around it."""
        while number in self._groups:
            number = _number(self._groups[number]["P"])
        return number

    def _template(self, one: Any) -> Template:
        holes: list[tuple[str, int]] = []

        def hole(kind: str, number: int) -> bytes:
            holes.append((kind, number))
            return b"%b" if kind == TEXT else b"%d"

        def written(one: Any, key: str = "") -> bytes:
            if isinstance(one, pydyf.String):
                if one.string in self._strings:
                    return hole(TEXT, self._strings[one.string])
            elif isinstance(one, dict):
                entries = [b"/%b %b" % (k.encode(), written(value, k)) for k, value in one.items()]
                return b"<<" + b"".join(entries) + b">>"
            elif isinstance(one, list):
                return b"[" + b" ".join(written(value) for value in one) + b"]"
            elif key in ("StructParents", "StructParent"):
                return hole(KEY, int(one))
            elif (number := self._around(_number(one))) in self._fixed:
                return b"%d 0 R" % self._fixed[number]
            elif number in self._places:
                return hole(OBJECT, self._places[number]) + b" 0 R"
            return bytes(pydyf.Array([one]).data[1:-1].replace(b"%", b"%%"))

        return written(one), tuple(holes)

    def _filled(self, template: Template, base: int, place: int, values: Sequence[str]) -> bytes:
        text, holes = template
        filled: list[Any] = []
        for kind, number in holes:
            if kind == OBJECT:
                filled.append(base + number)
            elif kind == KEY:
                filled.append(place * self._keys + number)
            else:
                filled.append(pydyf.String(values[number]).data)
        return text % tuple(filled)


def _type(one: Any) -> str:
    return str(one.get("Type", "")) if isinstance(one, dict) else ""


def _number(one: Any) -> int | None:
    """Return the number of the object that a value refers to; None for any other value."""
    text = one.encode() if isinstance(one, str) else one
    found = REFERENCE.fullmatch(text) if isinstance(text, bytes) else None
    return int(found[1]) if found else None


def _is_stream(one: Any, kind: str) -> bool:
    return isinstance(one, pydyf.Stream) and one.extra.get("Type") == kind


def _holds(one: Any, strings: dict[str, int]) -> bool:
    if isinstance(one, pydyf.String):
        return one.string in strings
    inner = one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
    return any(_holds(each, strings) for each in inner)


def _told(one: Any, strings: dict[str, str]) -> Any:
    """Return an object with each of the strings replaced."""
    if isinstance(one, pydyf.String):
        return pydyf.String(strings.get(one.string, one.string))
    if isinstance(one, dict):
        return pydyf.Dictionary({key: _told(value, strings) for key, value in one.items()})
    if isinstance(one, list):
        return pydyf.Array([_told(value, strings) for value in one])
    return one


def _attachment(stream: pydyf.Stream, text: str) -> bytes:
    content = text.encode()
    digest = md5(content, usedforsecurity=False).hexdigest()
    parameters = pydyf.Dictionary({**stream.extra["Params"], "CheckSum": f"<{digest}>"})
    parameters["Size"] = len(content)
    return _compressed(content, {**stream.extra, "Params": parameters})


def _compressed(content: bytes, extra: dict[str, Any] | None = None) -> bytes:
    packed = zlib.compress(content, LEVEL)
    entries = pydyf.Dictionary({**(extra or {}), "Filter": "/FlateDecode", "Length": len(packed)})
    return b"\n".join((entries.data, b"stream", packed, b"endstream"))


def _packed(objects: Sequence[Any]) -> bytes:
    """Return a stream that holds the objects."""
    numbers, body = [], bytearray()
    for one in objects:
        numbers.append(f"{one.number} {len(body)}")
        body += one.data + b"\n"
    head = " ".join(numbers).encode() + b"\n"
    extra = {"Type": "/ObjStm", "N": len(objects), "First": len(head)}
    return _compressed(head + bytes(body), extra)


def _object(number: int, data: bytes) -> bytes:
    return b"%d 0 obj\n%b\nendobj" % (number, data)


def _row(kind: int, second: int, third: int) -> bytes:
    return bytes((kind,)) + second.to_bytes(4, "big") + third.to_bytes(2, "big")
