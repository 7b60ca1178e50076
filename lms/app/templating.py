"""The environment of the pages' templates."""

from collections.abc import MutableMapping
from typing import Any

from flask import Flask
from flask.templating import Environment
from jinja2 import Undefined


class Nothing(Undefined):
    """What ``{{ 'text' if condition }}`` gives without the condition: no text, said at once.

    Jinja's own class finds that out by an exception each time, of which a page has hundreds.
    Whatever else is done with it fails as ever.
    """

    __slots__ = ()

    def __html__(self) -> str:
        """Return the text of nothing."""
        return ""


class PlainEnvironment(Environment):
    """Flask's environment, with its globals as the plain dictionary that they are.

    No template here is given globals of its own, so that there is nothing to lay over the shared
    ones: every page is spared their copying, key by key, for each template that it includes.
    """

    def __init__(self, app: Flask, **options: Any) -> None:
        super().__init__(app, undefined=Nothing, **options)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the shared globals themselves unless a template has some of its own."""
        return super().make_globals(d) if d else self.globals
