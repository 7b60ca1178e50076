"""A JSON-LD document as the statements it makes, in the one order that signatures are made over.

JSON-LD 1.1 and W3C 'RDF Dataset Canonicalization' (RDFC-1.0, by its older name URDNA2015). The
contexts that credentials name are kept beside this module (licences: ``contexts/LICENCES.md``):
nothing is ever fetched, and a document that names another context is refused.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pyld import jsonld

from lms.certification.credentials.sites import (
    CREDENTIALS_V2,
    OPEN_BADGES_3,
    OPEN_BADGES_EXTENSIONS,
)

KEPT = {
    CREDENTIALS_V2: "credentials-v2.json",
    OPEN_BADGES_3: "open-badges-3.0.3.json",
    OPEN_BADGES_EXTENSIONS: "open-badges-extensions.json",
}
WHOLE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
WORDS = ("@id", "@type")  # whose values are addresses


class NotCanonical(ValueError):
    """The document isn't JSON-LD, or says what its contexts give no meaning: none could sign it."""


def statements(document: Mapping[str, Any]) -> bytes:
    """Return what a document states, as canonical N-Quads.

    Raises NotCanonical also for what canonicalisation would silently leave out: unknown names,
    values without a meaning, addresses that aren't whole.
    """
    if not _is_plain(document, is_top=True):
        raise NotCanonical("an empty value or a word of JSON-LD")
    options = {
        "algorithm": "URDNA2015",
        "format": "application/n-quads",
        "documentLoader": _load,
        "base": None,
    }
    processor = jsonld.JsonLdProcessor(on_property_dropped=_refuse)
    try:
        expanded = processor.expand(dict(document), options)
        if not all(WHOLE.fullmatch(address) for address in _addresses(expanded)):
            raise NotCanonical("an address that isn't whole")
        quads: str = processor.normalize(expanded, options)
    except (jsonld.JsonLdError, RecursionError, TypeError, AttributeError, KeyError) as error:
        raise NotCanonical("no JSON-LD") from error
    return quads.encode()


def _is_plain(value: Any, *, is_top: bool = False) -> bool:
    """Tell whether nothing in it counts for nothing, or changes what the contexts say.

    Nor are names of kinds, with a capital, good for properties: the context of Open Badges gives
    ``Criteria`` the very meaning of ``criteria``, and no signature would tell one from the other.
    """
    if isinstance(value, Mapping):
        if any(name[:1].isupper() for name in value):
            return False
        words = [name for name in value if name.startswith("@")]
        allowed = ["@context"] if is_top else []
        inner = [part for name, part in value.items() if name != "@context"]
        return bool(value) and words in (allowed, []) and all(map(_is_plain, inner))
    if isinstance(value, list):
        return bool(value) and all(map(_is_plain, value))
    return value is not None


def _addresses(value: Any) -> Iterator[str]:
    """Yield all addresses in an expanded document."""
    if isinstance(value, list):
        for part in value:
            yield from _addresses(part)
    elif isinstance(value, dict):
        for name, part in value.items():
            if name in WORDS:
                yield from (part if isinstance(part, list) else [part])
            else:
                yield from _addresses(part)


def _refuse(name: str | None) -> None:
    raise NotCanonical(f"no meaning is known of {name}")


def _load(address: str, options: Any) -> dict[str, Any]:  # noqa: ARG001 (a loader's signature)
    if address not in KEPT:
        raise NotCanonical("another context")
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": address,
        "document": _kept(KEPT[address]),
    }


@cache
def _kept(name: str) -> Any:
    return json.loads((Path(__file__).parent / "contexts" / name).read_text("utf-8"))
