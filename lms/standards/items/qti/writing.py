"""QTI packages written: an item in each language, and a manifest with their metadata."""

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence

from lms.assessment.authored import pictures_in
from lms.assessment.kinds.rubric import rubric_texts
from lms.assessment.kinds.values import AuthoredItem, Texts
from lms.assessment.models import ItemKind
from lms.catalog.messages import Message
from lms.standards.items.kinds.gaps import asks_in
from lms.standards.items.model import Loss, Picture, Written
from lms.standards.items.qti.items import item_node
from lms.standards.items.qti.lom import lom_of
from lms.standards.items.qti.names import SPACES, new_names
from lms.standards.items.strings import loses_characters
from lms.standards.items.texts.portable import survives_html_in_looks
from lms.standards.items.xml.nodes import Node
from lms.web.i18n import localised

MANIFEST_SPACES = {
    "2.1": "http://www.imsglobal.org/xsd/imscp_v1p1",
    "3.0": "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1",
}
SCHEMAS = {"2.1": ("QTIv2.1 Package", "1.0.0"), "3.0": ("QTI Package", "3.0.0")}
TYPES = {"2.1": "imsqti_item_xmlv2p1", "3.0": "imsqti_item_xmlv3p0"}
Pictures = Mapping[str, Picture]  # by path
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same bank makes the same bytes


def write_qti21(
    items: Sequence[AuthoredItem],
    topics: dict[str, Texts],
    languages: Sequence[str],
    pictures: Pictures,
) -> Written:
    """Write a package of QTI 2.1."""
    return _write(items, topics, languages, pictures, "2.1")


def write_qti3(
    items: Sequence[AuthoredItem],
    topics: dict[str, Texts],
    languages: Sequence[str],
    pictures: Pictures,
) -> Written:
    """Write a package of QTI 3.0."""
    return _write(items, topics, languages, pictures, "3.0")


def _write(
    items: Sequence[AuthoredItem],
    topics: dict[str, Texts],
    languages: Sequence[str],
    pictures: Pictures,
    version: str,
) -> Written:
    losses: list[Loss] = []
    files: dict[str, bytes] = {}
    figures: dict[str, bytes] = {}
    resources = []
    for item in items:
        spoken = [language for language in languages if asks_in(item, language)]
        losses += _losses(item, spoken, languages)
        for language in spoken:
            name = f"items/{item.key}.{language}.xml"
            picture = pictures.get(localised(item.figure, language))
            node = item_node(item, language, picture)
            node.attributes = {"xmlns": SPACES[version], **node.attributes}
            files[name] = (node if version == "2.1" else new_names(node)).document()
            lom = lom_of(item, topics.get(item.topic, {}), language, languages)
            paths = sorted(pictures_in(item, language))
            shown = [*([picture] if picture else []), *(pictures[path] for path in paths)]
            resources.append(_resource(item, language, name, version, lom, shown))
            figures |= {one.path: one.content for one in shown}
    manifest = _manifest(resources, version).document()
    return Written(
        _packed({"imsmanifest.xml": manifest, **files, **figures}), len(items), tuple(losses)
    )


def _resource(
    item: AuthoredItem,
    language: str,
    name: str,
    version: str,
    lom: Node,
    pictures: Sequence[Picture],
) -> Node:
    return Node(
        "resource",
        {"identifier": f"r-{item.key}-{language}", "type": TYPES[version], "href": name},
        Node("metadata", {}, lom),
        Node("file", {"href": name}),
        *(Node("file", {"href": picture.path}) for picture in pictures),
    )


def _manifest(resources: Sequence[Node], version: str) -> Node:
    schema, number = SCHEMAS[version]
    return Node(
        "manifest",
        {"xmlns": MANIFEST_SPACES[version], "identifier": "lms-item-bank"},
        Node("metadata", {}, Node("schema", {}, schema), Node("schemaversion", {}, number)),
        Node("organizations"),
        Node("resources", {}, *resources),
    )


def _packed(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, LONG_AGO)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, content)
    return target.getvalue()


def _losses(item: AuthoredItem, languages: Sequence[str], wanted: Sequence[str]) -> Iterator[Loss]:
    if item.kind is ItemKind.ORDERING:
        yield Loss(item.key, Message("points for a part of the order: it is all or nothing there"))
    if item.kind is ItemKind.FILE:
        yield Loss(item.key, Message("how many files are taken, how large and of which types"))
    if loses_characters(item):
        yield Loss(item.key, Message("control characters in a text"))
    blocks = [
        item.prompt,
        item.explanation,
        item.text,
        *(option.explanation for option in item.options),
        *(area.explanation for area in item.areas),
    ]
    lines = [
        *(option.text for option in item.options),
        *(text for pair in item.pairs for text in (pair.left, pair.right)),
        *(entry.text for entry in (*item.distractors, *item.steps)),
    ]
    lines += rubric_texts(item)
    lines += [area.label for area in item.areas]
    whole = all(
        survives_html_in_looks(text[language], language, inline=inline)
        for texts, inline in ((blocks, False), (lines, True))
        for text in texts
        for language in languages
        if text.get(language)
    )
    if any(text.get(code) for text in (*blocks, *lines) for code in set(wanted) - set(languages)):
        yield Loss(item.key, Message("the texts in the other language"))
    if not whole:
        yield Loss(item.key, Message("the formatting of a text"))
