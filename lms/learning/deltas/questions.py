"""Questions of a delta training's check: values, how they are stored, and what counts as right."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lms.catalog.source.content import Texts
from lms.web.i18n import LANGUAGES

MOST = 3  # questions of a check
OPTIONS = (2, 4)  # of a question that is written for it


@dataclass(frozen=True)
class CheckOption:
    """One option."""

    key: str
    text: Texts
    is_right: bool


@dataclass(frozen=True)
class CheckQuestion:
    """A question with options; ``item``: the public id of the bank's question it was taken from."""

    prompt: Texts
    options: tuple[CheckOption, ...]
    explanation: Texts
    item: str | None = None

    @property
    def right(self) -> frozenset[str]:
        """The keys of the right options."""
        return frozenset(option.key for option in self.options if option.is_right)

    @property
    def is_multiple(self) -> bool:
        """Whether several options may be chosen."""
        return len(self.right) != 1

    def is_answered(self, chosen: Collection[str]) -> bool:
        """Tell whether ``chosen`` is an answer at all: options of this question, and not none."""
        known = {option.key for option in self.options}
        return bool(chosen) and set(chosen) <= known and (self.is_multiple or len(chosen) == 1)

    def in_order(self, sample: Callable[[Sequence[Any], int], list[Any]]) -> "CheckQuestion":
        """Return the question with its options in another order."""
        return replace(self, options=tuple(sample(self.options, len(self.options))))

    def is_met_by(self, chosen: Collection[str]) -> bool:
        """Tell whether exactly the right options are chosen."""
        return frozenset(chosen) == self.right


def stored(question: CheckQuestion) -> dict[str, Any]:
    """Return the question as the database keeps it."""
    return {
        "prompt": question.prompt,
        "options": [
            {"key": option.key, "text": option.text, "right": option.is_right}
            for option in question.options
        ],
        "explanation": question.explanation,
        "item": question.item,
    }


def restored(value: dict[str, Any]) -> CheckQuestion:
    """Return the question that ``stored`` was given."""
    return CheckQuestion(
        _ordered(value["prompt"]),
        tuple(
            CheckOption(option["key"], _ordered(option["text"]), option["right"])
            for option in value["options"]
        ),
        _ordered(value["explanation"]),
        value["item"],
    )


def _ordered(texts: Texts) -> Texts:
    return {language: texts[language] for language in LANGUAGES if language in texts}


@dataclass(frozen=True)
class StockQuestion:
    """A question of a bank that points to a fact and may be taken into a check."""

    label: str  # in the reader's language
    question: CheckQuestion


# A domain above offers questions that point to the fact with a key. Registered once.
Stock = Callable[[str], Sequence[StockQuestion]]
_stocks: list[Stock] = []


def register_stock(stock: Stock) -> Stock:
    """Add a source of questions; usable as a decorator, the same source counts once."""
    if stock not in _stocks:
        _stocks.append(stock)
    return stock


def in_stock(fact_key: str) -> list[StockQuestion]:
    """Return the questions on a fact that checks may take."""
    return [question for stock in _stocks for question in stock(fact_key)]
