"""QTI files read: a package with its manifest, or the XML of one item."""

from dataclasses import dataclass
from posixpath import dirname, join, normpath
from urllib.parse import unquote

from lms.catalog.messages import Message
from lms.standards.items import limits
from lms.standards.items.errors import Unreadable
from lms.standards.items.model import NotUnderstood, Place, Reading
from lms.standards.items.pictures.gallery import Gallery
from lms.standards.items.qti.archive import Archive
from lms.standards.items.qti.counting import refuse_hostile
from lms.standards.items.qti.lom import Metadata, read_lom
from lms.standards.items.qti.names import ITEM, old_names
from lms.standards.items.qti.pictures.files import Beside
from lms.standards.items.qti.reading import read_item
from lms.standards.items.qti.translations import Translations
from lms.standards.items.xml.nodes import Node
from lms.standards.items.xml.reading import Broken, Budget, read_children, read_tree, survey, walk

MANIFEST = "imsmanifest.xml"
ITEM_TYPES = ("imsqti_item_xmlv2", "imsqti_item_xmlv3", "imsqti_apipitem_xmlv2")
TEST_TYPES = ("imsqti_test_xmlv2", "imsqti_test_xmlv3")
TESTS = 4  # that are looked into for questions
REFERENCES = ("assessmentItemRef", "qti-assessment-item-ref")
QUESTIONS = ("imsqti", "assessment")  # types that promise questions but are none
OLD_QUESTIONS = ("imsqti_xmlv1",)
QTI_12 = Message(
    "the questions are in QTI 1.2 (Canvas’ classic quizzes), which isn't read: "
    "export them as QTI 2.1 or later"
)
A_TEST = Message(
    "a test: its questions are taken, its sections and order aren't; an exam's own form says here "
    "what is drawn"
)
BLACKBOARD = Message(
    "the questions are in Blackboard’s own format, which isn't read: export the pool as QTI 2.1"
)
ROOTS = {"assessmentItem", "qti-assessment-item"}
SHOWN = 10  # names of files in one sentence


def read_qti(content: bytes, *, language: str) -> Reading:
    """Read a QTI package or item; texts that name no language are in ``language``."""
    reader = _Reader(language)
    if content.startswith(b"PK"):
        reader.package(Archive(content, MANIFEST))
    else:
        reader.bare(content)
    return reader.reading


@dataclass(frozen=True)
class _Resource:
    """What a manifest says of one file."""

    name: str
    kind: str
    place: Place
    metadata: Metadata

    @classmethod
    def of(cls, node: Node) -> "_Resource":
        name = _href(node)
        place = Place(node.line, 0, name[:200] or node.get("title")[:200], MANIFEST)
        kind = node.get("type")
        return cls(name, kind, place, read_lom(node) if kind.startswith(ITEM_TYPES) else Metadata())

    @property
    def is_item(self) -> bool:
        return self.kind.startswith(ITEM_TYPES)


class _Reader:
    def __init__(self, language: str) -> None:
        self.language = language
        self.reading = Reading()
        self.translations = Translations()
        self.named: set[str] = set()  # items with a name, each once in all its languages
        self.budget = Budget()
        self.gallery = Gallery()
        self.used = {MANIFEST}

    def bare(self, content: bytes) -> None:
        """Read one item without a package."""
        root = survey(content, budget=self.budget, part=1)
        if root not in ROOTS:
            raise Unreadable(
                Message("the XML begins with <%(name)s>, a QTI item with <assessmentItem>",
                        name=root[:60])
            )  # fmt: skip
        self.reading.effort.begin()
        self._item(read_tree(content), "", Metadata(), Beside(self.gallery))
        self._finish()

    def package(self, archive: Archive) -> None:
        """Read all items that the manifest names."""
        if MANIFEST not in archive:
            raise Unreadable(Message("the package has no imsmanifest.xml"))
        resources = self._manifest(archive)
        resources += self._asked(archive, resources)
        items = [resource for resource in resources if resource.is_item]
        refuse_hostile(
            archive,
            [item.name for item in items],
            budget=self.budget,
            gallery=self.gallery,
            language=self.language,
        )
        self.reading.effort.begin()
        for resource in resources:
            if resource.is_item:
                self._resource(archive, resource)
                self.used.add(resource.name)
            elif resource.kind.startswith(QUESTIONS):
                self.reading.reject(resource.place, _no_question(resource.kind))
        self._finish()
        self._leftovers(archive)

    def _manifest(self, archive: Archive) -> list[_Resource]:
        content = archive.read(MANIFEST)
        survey(content, budget=self.budget, file=MANIFEST, part=3)
        resources: list[_Resource] = []

        def take(node: Node) -> None:
            if node.tag == "resource":
                resources.append(_Resource.of(node))
            if len(resources) > limits.MEMBERS:
                raise Unreadable(
                    Message("the package holds more than %(limit)s files", limit=limits.MEMBERS)
                )

        read_children(content, take, depth=3, file=MANIFEST)
        return resources

    def _asked(self, archive: Archive, resources: list[_Resource]) -> list[_Resource]:
        """Return the questions that tests name and the manifest doesn't."""
        known = {resource.name for resource in resources if resource.is_item}
        asked: dict[str, _Resource] = {}
        tests = dict.fromkeys(r.name for r in resources if r.kind.startswith(TEST_TYPES))
        for test in [name for name in tests if name in archive][:TESTS]:
            self.used.add(test)
            content = archive.read(test)
            try:
                survey(content, budget=self.budget, file=test, part=1)
            except Broken as refusal:
                self.reading.reject(Place(refusal.line, file=test[:200]), refusal.message)
                continue
            for node in walk(read_tree(content, file=test)):
                if node.tag in REFERENCES:
                    named = join(dirname(test), unquote(node.get("href")[:1000]))
                    name = normpath(named)
                    place = Place(node.line, node.column, name[:200], test)
                    asked.setdefault(name, _Resource(name, ITEM_TYPES[0], place, Metadata()))
        return [found for name, found in asked.items() if name not in known]

    def _resource(self, archive: Archive, resource: _Resource) -> None:
        name = resource.name
        if name not in archive:
            self.reading.reject(
                resource.place, Message("the package lacks the file “%(name)s”", name=name[:200])
            )
            return
        content = archive.read(name)
        try:
            name_of_root = survey(content, budget=Budget(), file=name)
        except Broken as refusal:
            self.reading.reject(Place(refusal.line, file=name[:200]), refusal.message)
            return
        if name_of_root in ROOTS:
            root = read_tree(content, file=name)
            beside = Beside(self.gallery, archive, name, root.get("xml:base"))
            self._item(root, name[:200], resource.metadata, beside)
            self.used |= beside.used
        else:
            self.reading.reject(
                Place(1, file=name[:200]),
                Message("the XML begins with <%(name)s>, a QTI item with <assessmentItem>",
                        name=name_of_root[:60]),
            )  # fmt: skip

    def _item(self, root: Node, file: str, metadata: Metadata, beside: Beside) -> None:
        self.reading.dialect = "3.0" if root.tag.startswith("qti-") else "2.x"
        root = old_names(root)
        assert root.tag == ITEM
        title = " ".join(root.get("title").split())[:200]
        name = root.get("label") or root.get("identifier")
        if title and title != name:  # an export of ours writes the key for a name
            self.named.add(name or str(len(self.named)))
        place = Place(root.line, root.column, title, file)
        try:
            single = read_item(root, place, self.language, metadata, beside)
        except NotUnderstood as refusal:
            self.reading.reject(Place(refusal.line or root.line, 0, title, file), refusal.reason)
        else:
            self.translations.take(single)
            self.reading.effort.understood += 1

    def _finish(self) -> None:
        for found in self.translations.joined():
            self.reading.add(found)
        self.gallery.settle(self.reading)
        if self.named:
            self.reading.remark_names(len(self.named))

    def _leftovers(self, archive: Archive) -> None:
        left = [name for name in archive if name not in self.used and not name.endswith(".xsd")]
        if left:
            names = ", ".join(name[:80] for name in left[:SHOWN])
            self.reading.note(
                Place(),
                Message("files of the package that aren't kept (%(count)s): %(names)s",
                        count=len(left), names=names),
            )  # fmt: skip


def _no_question(kind: str) -> Message:
    """Return why a resource that promises questions holds none that can be read."""
    if kind.startswith(OLD_QUESTIONS):
        return QTI_12
    if kind.startswith(TEST_TYPES):
        return A_TEST
    if "x-bb-" in kind:
        return BLACKBOARD
    return Message("a resource of the type “%(kind)s” is no question", kind=kind[:80])


def _href(resource: Node) -> str:
    """Return the name of the resource's file inside the package, however it is written."""
    name = resource.get("href")
    if not name:
        file = resource.first("file")
        name = file.get("href") if file is not None else ""
    return normpath(unquote(f"{resource.get('xml:base')}{name}"[:1000])) if name else ""
