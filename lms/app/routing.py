"""The rules of the addresses: what builds an address is made when one is asked for."""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule


class ReadyRule(Rule):
    """A rule that compiles its two builders at their first use.

    Werkzeug compiles both for each rule at once. That took two thirds of the time in which the
    application is made, at each start and for each command; few are ever asked for.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compile_now = super()._compile_builder
        made: list[Callable[..., tuple[str, str]]] = []

        def build(*rule: Any, **values: Any) -> tuple[str, str]:
            if not made:
                made.append(compile_now(append_unknown))
            return made[0](*rule, **values)

        return build
