"""Sentences about mistakes in content: English in commands, translated on pages.

A ``Message`` is its English text, so that checks of folders run without an application; it also
remembers its template and values, from which a page makes the reader's language.
"""

from collections.abc import Mapping
from typing import Any, Self

from flask_babel import gettext


class Message(str):
    """An English sentence that can be told in the reader's language."""

    __slots__ = ("template", "values")

    template: str
    values: dict[str, Any]

    def __new__(cls, template: str, **values: Any) -> Self:
        """Fill ``template`` (named placeholders of the % style) with ``values``."""
        message = super().__new__(cls, template % values if values else template)
        message.template = template
        message.values = values
        return message

    def localised(self) -> str:
        """Return the sentence in the language of the current request."""
        values = {name: localised_message(value) for name, value in self.values.items()}
        return str(gettext(self.template, **values))


class Naming(Message):
    """Keys in a row as files write them; pages name them in words, as inside a sentence."""

    __slots__ = ()

    def __new__(cls, names: Mapping[str, Any]) -> Self:
        """Take each key's name on pages, a lazy text, in the order to be told."""
        message = super().__new__(cls, ", ".join(names))
        message.values = dict(names)
        return message

    def localised(self) -> str:
        """Return the names in the language of the current request."""
        return ", ".join(str(name).lower() for name in self.values.values())


def localised_message(message: Any) -> Any:
    """Return ``message`` in the reader's language if it is a ``Message``, else unchanged."""
    return message.localised() if isinstance(message, Message) else message
