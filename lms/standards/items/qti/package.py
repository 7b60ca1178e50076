"""QTI files read: a package with its manifest, or the XML of one item."""

from posixpath import normpath
from urllib.parse import unquote

from lms.catalog.messages import Message
from lms.standards.items import limits
from lms.standards.items.errors import Unreadable
from lms.standards.items.model import NotUnderstood, Place, Reading
from lms.standards.items.qti.archive import Archive
from lms.standards.items.qti.lom import Metadata, read_lom
from lms.standards.items.qti.names import ITEM, old_names
from lms.standards.items.qti.reading import read_item
from lms.standards.items.qti.translations import Translations
from lms.standards.items.xml.nodes import Node
from lms.standards.items.xml.reading import Broken, Budget, read_tree, survey

MANIFEST = "imsmanifest.xml"
ITEM_TYPES = ("imsqti_item_xmlv2", "imsqti_item_xmlv3", "imsqti_apipitem_xmlv2")
ROOTS = {"assessmentItem", "qti-assessment-item"}
SHOWN = 10  # names of files in one sentence


def read_qti(content: bytes, *, language: str) -> Reading:
    """Read a QTI package or item; texts that name no language are in ``language``."""
    reader = _Reader(language)
    if content.startswith(b"PK"):
        reader.package(Archive(content))
    else:
        reader.bare(content)
    return reader.reading


class _Reader:
    def __init__(self, language: str) -> None:
        self.language = language
        self.reading = Reading()
        self.translations = Translations()
        self.named = 0
        self.budget = Budget()

    def bare(self, content: bytes) -> None:
        """Read one item without a package."""
        seen = survey(content, budget=self.budget)
        if seen.root not in ROOTS:
            raise Unreadable(
                Message("the XML begins with <%(name)s>, a QTI item with <assessmentItem>",
                        name=seen.root[:60])
            )  # fmt: skip
        self._item(read_tree(content), "", Metadata())
        self._finish()

    def package(self, archive: Archive) -> None:
        """Read all items that the manifest names."""
        if MANIFEST not in archive:
            raise Unreadable(Message("the package has no imsmanifest.xml"))
        content = archive.read(MANIFEST)
        survey(content, budget=self.budget, file=MANIFEST)
        manifest = read_tree(content, file=MANIFEST)
        resources = list(manifest.below("resource"))
        items = [resource for resource in resources if _is_item(resource)]
        if len(items) > 2 * limits.ITEMS:
            raise Unreadable(
                Message("the file holds more than %(limit)s questions", limit=limits.ITEMS)
            )
        self._refuse_hostile(archive, items)
        used = {MANIFEST}
        for resource in resources:
            if resource in items:
                used.add(self._resource(archive, resource))
            else:
                self._other(resource)
        self._finish()
        self._leftovers(archive, used)

    def _refuse_hostile(self, archive: Archive, items: list[Node]) -> None:
        """Look at all items first: one hostile file and nothing is read."""
        for name in dict.fromkeys(_href(resource) for resource in items):
            if name in archive:
                try:
                    survey(archive.read(name), budget=self.budget, file=name)
                except Broken:
                    continue  # told in its turn

    def _resource(self, archive: Archive, resource: Node) -> str:
        name = _href(resource)
        place = Place(resource.line, 0, name[:200], MANIFEST)
        if name not in archive:
            self.reading.reject(
                place, Message("the package lacks the file “%(name)s”", name=name[:200])
            )
            return name
        content = archive.read(name)
        try:
            seen = survey(content, budget=Budget(), file=name)
        except Broken as refusal:
            self.reading.reject(Place(refusal.line, file=name[:200]), refusal.message)
            return name
        if seen.root in ROOTS:
            self._item(read_tree(content, file=name), name[:200], read_lom(resource))
        else:
            self.reading.reject(
                Place(1, file=name[:200]),
                Message("the XML begins with <%(name)s>, a QTI item with <assessmentItem>",
                        name=seen.root[:60]),
            )  # fmt: skip
        return name

    def _other(self, resource: Node) -> None:
        kind = resource.get("type")
        if kind.startswith(("imsqti", "imsbasiclti", "assessment")):
            self.reading.reject(
                Place(resource.line, file=MANIFEST, title=_href(resource)[:200]),
                Message("a resource of the type “%(kind)s” is no question", kind=kind[:80]),
            )

    def _item(self, root: Node, file: str, metadata: Metadata) -> None:
        self.reading.dialect = "3.0" if root.tag.startswith("qti-") else "2.x"
        root = old_names(root)
        assert root.tag == ITEM
        title = " ".join(root.get("title").split())[:200]
        self.named += bool(title)
        place = Place(root.line, root.column, title, file)
        try:
            single = read_item(root, place, self.language, metadata)
        except NotUnderstood as refusal:
            self.reading.reject(Place(refusal.line or root.line, 0, title, file), refusal.reason)
        else:
            self.translations.take(single)

    def _finish(self) -> None:
        for found in self.translations.joined():
            self.reading.add(found)
        if self.named:
            self.reading.remark_names(self.named)

    def _leftovers(self, archive: Archive, used: set[str]) -> None:
        left = [name for name in archive if name not in used and not name.endswith(".xsd")]
        if left:
            names = ", ".join(name[:80] for name in left[:SHOWN])
            self.reading.note(
                Place(),
                Message("files of the package that aren't kept (%(count)s): %(names)s",
                        count=len(left), names=names),
            )  # fmt: skip


def _is_item(resource: Node) -> bool:
    return resource.get("type").startswith(ITEM_TYPES)


def _href(resource: Node) -> str:
    """Return the name of the resource's file inside the package, however it is written."""
    name = resource.get("href")
    if not name:
        file = resource.first("file")
        name = file.get("href") if file is not None else ""
    return normpath(unquote(f"{resource.get('xml:base')}{name}"[:1000]))
