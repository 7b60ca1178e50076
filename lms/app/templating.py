"""The environment of the pages' templates."""

import re
from collections.abc import MutableMapping
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from flask import Flask
from flask.templating import Environment
from jinja2 import Undefined, nodes, pass_eval_context
from jinja2.runtime import Context, Macro
from markupsafe import Markup, escape

from lms.web.assets import icon


class Nothing(Undefined):
    """What ``{{ 'text' if condition }}`` gives without the condition: no text, said at once.

    Jinja's own class finds that out by an exception each time, of which a page has hundreds.
    Whatever else is done with it fails as ever.
    """

    __slots__ = ()

    def __html__(self) -> str:
        """Return the text of nothing."""
        return ""


NOTHING = Nothing("the condition of an inline if was not met, and there is no else")

# What has no ``__call__`` of its own that may ask for something; icons are a function with a cache.
AT_ONCE = frozenset({FunctionType, MethodType, BuiltinFunctionType, type(icon)})
HAS_MARKUP = re.compile("[&<>\"']").search  # what ``escape`` replaces
EVALUATION = pass_eval_context(lambda: None).jinja_pass_arg  # type: ignore[attr-defined]


def written(value: Any) -> Any:
    """Return ``value`` as a page writes it, with what would be markup escaped.

    Most of what a page writes is markup already, of macros and of icons, or has nothing to escape:
    ``escape`` makes each piece anew, twice over.
    """
    kind = type(value)
    if kind is Markup:
        return value
    if kind is str:
        return escape(value) if HAS_MARKUP(value) else value
    if kind is int:
        return str(value)
    return "" if kind is Nothing else escape(value)


class PlainContext(Context):
    """A page's context that calls macros and plain functions, nearly all there is, at once.

    Jinja's own asks of each call, of which a page has hundreds, four times what it may be handed.
    """

    def call(
        self, called: Any, *args: Any, _loop_vars: Any = None, _block_vars: Any = None, **named: Any
    ) -> Any:
        """Return what ``called`` returns, handed what it asks for."""
        kind = type(called)
        if kind is Macro:
            return called(self.eval_ctx, *args, **named)
        if kind in AT_ONCE:
            wanted = getattr(called, "jinja_pass_arg", None)
            if wanted is None:
                return called(*args, **named)
            if wanted is EVALUATION:
                return called(self.eval_ctx, *args, **named)
        return super().call(called, *args, _loop_vars=_loop_vars, _block_vars=_block_vars, **named)


class PlainEnvironment(Environment):
    """Flask's environment, with its globals as the plain dictionary that they are.

    No template here is given globals of its own, so that there is nothing to lay over the shared
    ones: every page is spared their copying, key by key, for each template that it includes.
    """

    context_class = PlainContext

    def __init__(self, app: Flask, **options: Any) -> None:
        # All templates are kept: there are more than the 400 of Jinja's default.
        super().__init__(app, undefined=Nothing, cache_size=-1, **options)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the shared globals themselves unless a template has some of its own."""
        return super().make_globals(d) if d else self.globals

    def _generate(self, source: nodes.Template, *where: Any, **options: Any) -> str:
        """Let ``'text' if condition`` give ``NOTHING`` and ``{{ value }}`` be ``written``.

        Jinja has its own for both. Lines keep their numbers, which its tracebacks go by.
        """
        for condition in source.find_all(nodes.CondExpr):
            if condition.expr2 is None:
                condition.expr2 = nodes.ImportedName(f"{__name__}.NOTHING")
        first, newline, rest = super()._generate(source, *where, **options).partition("\n")
        return f"{first}; from {__name__} import written as escape{newline}{rest}"
