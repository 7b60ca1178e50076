"""Knowing a question of the bank again in a file that has no id for it: by all that it asks."""

import re
from collections.abc import Iterator, Mapping

from lms.assessment.kinds.values import AuthoredItem, Texts
from lms.core.database import fold
from lms.standards.items.banks.queries import Kept

Asked = tuple[str, ...]  # kind, language, and the words of all that is shown


class Acquaintances:
    """The bank's questions by what they ask; made when the first one is looked for."""

    def __init__(self, kept: Mapping[str, Kept]) -> None:
        self.kept = kept
        self._keys: dict[Asked, str] | None = None

    def key_of(self, item: AuthoredItem) -> str:
        """Return the key of the one question that asks the same in some language; "" for none.

        The same task alone isn't enough: what is offered as answers has to be the same too.
        """
        if self._keys is None:
            self._keys = self._known()
        keys = {self._keys[asked] for asked in _asked(item) if self._keys.get(asked)}
        return keys.pop() if len(keys) == 1 else ""

    def _known(self) -> dict[Asked, str]:
        known: dict[Asked, str] = {}
        for key, kept in self.kept.items():
            for asked in _asked(kept.item):
                known[asked] = "" if asked in known else key  # "": several ask the same
        return known


def _asked(item: AuthoredItem) -> Iterator[Asked]:
    offered = [
        *(option.text for option in item.options),
        *(pair.left for pair in item.pairs),
        *(step.text for step in item.steps),
    ]
    for language, prompt in item.prompt.items():
        if all(language in text for text in offered):
            yield (
                item.kind.value,
                language,
                _words(prompt),
                _words(item.text.get(language, "")),
                *sorted(_in(text, language) for text in offered),
            )


def _in(text: Texts, language: str) -> str:
    # A formula or a sign may be all there is: words alone would make them equal.
    return _words(text[language]) or text[language]


def _words(text: str) -> str:
    """Return the words of a text in one case, without marks and the names of gaps."""
    return " ".join(re.findall(r"\w+", fold(re.sub(r"\[\[.*?\]\]", " ", text)) or ""))
