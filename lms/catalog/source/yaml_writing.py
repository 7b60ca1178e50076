"""YAML written in one canonical way: the same values give the same bytes, on any version.

Two spaces of indent, lines of at most 100 columns where the text allows it, a map or list on one
line when it fits there, long texts folded, texts of several lines as literal blocks, no anchors.
``yaml_tree`` reads all of it back unchanged.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Any

WIDTH = 100
INDENT = "  "
# Starts with a letter or digit (of any script) or an opening quotation mark, has neither `: ` nor
# ` #` nor any bracket, brace, comma or quote that flow style would stumble over.
PLAIN_FLOW = re.compile(
    r"[^\W_](?:[^\s:#?,\[\]{}\"'&*!|>%@`-]|(?<=\w)'(?=\w)|:(?=[^\s,\[\]{}])|-(?! )|(?<! )#"
    r"| (?! |#|$))*"
)
PLAIN_BLOCK = re.compile(r"[«„“‘(]?[^\W_](?:[^\s:#]|:(?=\S)|(?<! )#| (?! |#|$))*")
# What some reader of YAML 1.1 or 1.2 would not take for a text.
NOT_TEXT = re.compile(
    r"(?i:~|null|true|false|yes|no|on|off|y|n)|[-+.]?\d[\d_.,:eE+xXoOa-fA-F-]*|[-+]?\.(?i:inf|nan)"
    r"|\d{4}-\d.*"
)
UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff\t]"
)
ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}


def dump(value: Mapping[str, Any]) -> str:
    """Return the canonical YAML text of a map, ending with a line feed.

    Maps have text keys; values are maps, lists, texts, whole numbers, decimals, booleans, dates,
    enums (by value). A None in a map is left out.
    """
    return "\n".join(_map_lines(value, 0)) + "\n"


def _map_lines(value: Mapping[str, Any], level: int) -> list[str]:
    lines: list[str] = []
    for key, entry in value.items():
        if entry is not None:
            lines += _entry_lines(f"{INDENT * level}{_key(key)}:", entry, level)
    return lines


def _entry_lines(head: str, entry: Any, level: int) -> list[str]:
    room = WIDTH - len(head) - 1
    flow = _flow(entry, room)
    if flow is not None and (not entry or len(flow) <= room):
        return [f"{head} {flow}"]
    if isinstance(entry, Mapping):
        return [head, *_map_lines(entry, level + 1)]
    if isinstance(entry, Sequence) and not isinstance(entry, str):
        return [head, *_list_lines(entry, level + 1)]
    return _text_lines(head, str(entry), level)


def _list_lines(value: Sequence[Any], level: int) -> list[str]:
    indent = INDENT * level
    room = WIDTH - len(indent) - 2
    flows = _fitting(value, room)
    if flows is not None:
        return [f"{indent}- {flow}" for flow in flows]
    lines: list[str] = []
    for entry in value:
        if not entry or not isinstance(entry, Mapping | Sequence):
            lines.append(f"{indent}- {_flow(entry, room)}")
        elif isinstance(entry, Mapping):
            first, *rest = _map_lines(entry, level + 1)
            lines += [f"{indent}- {first.strip()}", *rest]
        elif isinstance(entry, str):
            lines += _entry_lines(f"{indent}-", entry, level)
        else:
            raise TypeError("a list inside a list has no canonical form here")
    return lines


def _fitting(value: Sequence[Any], room: int) -> list[str] | None:
    """Return the entries of a list each on one line; None when one doesn't fit."""
    flows = []
    for entry in value:
        flow = _flow(entry, room)
        if flow is None or len(flow) > room:
            return None
        flows.append(flow)
    return flows


def _flow(value: Any, room: int) -> str | None:
    """Return ``value`` on one line as it may stand in brackets.

    None for a text of many lines, and for any text, map or list that is longer than ``room``: a
    bank of questions is not written out whole to learn that it doesn't fit into a line.
    """
    if isinstance(value, Mapping):
        pairs = ((f"{_key(key)}: ", entry) for key, entry in value.items() if entry is not None)
        joined = _joined(pairs, room)
        return None if joined is None else f"{{{joined}}}"
    if isinstance(value, str):
        return _plain(value, PLAIN_BLOCK) if not value or len(value) <= room else None
    if isinstance(value, Sequence):
        if any(isinstance(entry, Mapping) for entry in value):
            return None  # a map is an entry of its own line
        joined = _joined((("", entry) for entry in value), room)
        return None if joined is None else f"[{joined}]"
    return _plain_value(value)


def _joined(entries: Iterable[tuple[str, Any]], room: int) -> str | None:
    """Return what stands between brackets: entries with what stands before each."""
    parts = []
    for before, entry in entries:
        inner = _plain(entry, PLAIN_FLOW) if isinstance(entry, str) else _flow(entry, room)
        if inner is None:
            return None
        parts.append(before + inner)
        room -= len(parts[-1]) + 2  # the brackets of all, or the comma before this one
        if room < 0:
            return None
    return ", ".join(parts)


def _plain(text: str, pattern: re.Pattern[str]) -> str | None:
    """Return a text bare or quoted; None when it has several lines."""
    if "\n" in text:
        return None
    if pattern.fullmatch(text) and not NOT_TEXT.fullmatch(text) and not UNPRINTABLE.search(text):
        return text
    return _quoted(text)


def _plain_value(value: Any) -> str:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no canonical form")


@lru_cache(maxsize=256)  # files have few names, each of them thousands of times
def _key(key: str) -> str:
    plain = _plain(key, PLAIN_FLOW)
    return _quoted(key) if plain is None else plain


def _quoted(text: str) -> str:
    text = re.sub(r'[\\"\n\t]', lambda match: ESCAPES[match.group()], text)
    return '"' + UNPRINTABLE.sub(lambda match: f"\\u{ord(match.group()):04x}", text) + '"'


def _text_lines(head: str, text: str, level: int) -> list[str]:
    """Return a text that is too long for its line or has several, in the first style that fits."""
    indent = INDENT * (level + 1)
    if UNPRINTABLE.search(text) or text != text.strip() or not text:
        return [f"{head} {_quoted(text)}"]
    if "\n" in text:
        lines = [f"{indent}{line}" if line else "" for line in text.split("\n")]
        return [f"{head} |-", *lines]
    if "  " in text or any(character.isspace() and character != " " for character in text):
        return [f"{head} {_quoted(text)}"]
    return [f"{head} >-", *_folded(text, indent)]


def _folded(text: str, indent: str) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        if line and len(indent) + len(line) + 1 + len(word) > WIDTH:
            lines.append(indent + line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, indent + line]
