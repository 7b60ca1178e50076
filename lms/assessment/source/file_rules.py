"""The rules of file answers in item files: read, and written."""

from typing import Any

from lms.assessment.kinds.values import FileRules, FileType
from lms.assessment.source.content import FILES_LIMIT, MEGABYTES_LIMIT
from lms.catalog.messages import Message
from lms.catalog.source.map_reader import MapReader

TYPES = {kind.value: kind for kind in FileType}


def read_rules(entry: MapReader) -> FileRules:
    """Return how many files are taken, of which types and how large."""
    reader = entry.mapping("files")
    if reader is None:
        return FileRules()
    named = reader.strings("types")
    if len(set(named)) < len(named) or set(named) - set(TYPES):
        reader.complain(
            "types", Message("must be some of %(names)s, each once", names=", ".join(TYPES))
        )
    rules = FileRules(
        reader.integer("most", minimum=1, maximum=FILES_LIMIT, default=1),
        tuple(TYPES[name] for name in dict.fromkeys(named) if name in TYPES),
        reader.integer("megabytes", minimum=1, maximum=MEGABYTES_LIMIT, default=5),
    )
    reader.done()
    return rules


def rules_map(rules: FileRules) -> dict[str, Any]:
    """Return the rules as they are written."""
    return {
        "most": rules.most,
        "types": [kind.value for kind in rules.types],
        "megabytes": rules.megabytes,
    }
