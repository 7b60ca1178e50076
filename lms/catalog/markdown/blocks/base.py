"""What a block is made of: how its tokens are prepared, and what can be wrong with it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from markdown_it.token import Token

from lms.catalog.markdown.blocks.names import BlockName, Header
from lms.catalog.markdown.tokens import line_of

Complain = Callable[[int, str], None]  # line from 1, message


@dataclass(frozen=True)
class Container:
    """A block of the text as the examiner meets it; ``content`` is what a raw one holds."""

    header: Header
    opening: Token
    inner: Sequence[Token] = ()

    @property
    def line(self) -> int:
        """Where the block begins."""
        return line_of(self.opening)

    @property
    def content(self) -> str:
        """The text of a block that holds YAML."""
        return str(self.opening.content)


def _keep(tokens: list[Token]) -> list[Token]:
    return tokens


def _nothing(_container: Container, _complain: Complain) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True)
class References:
    """What a block with YAML inside holds for the examiner: (line, Markdown) and (line, path)."""

    texts: tuple[tuple[int, str], ...] = ()
    figures: tuple[tuple[int, str], ...] = ()


def _no_references(_container: Container) -> References:
    return References()


@dataclass(frozen=True)
class BlockType:
    """How blocks of one name are handled.

    ``prepare`` turns the inner tokens into those that are rendered. ``examine`` tells mistakes and
    returns what the block must have in common with its twin in another language (numbers, counts of
    entries), as texts in order. ``refers`` gives the Markdown and the figures of a block with YAML
    inside.
    """

    name: BlockName
    prepare: Callable[[list[Token]], list[Token]] = field(default=_keep)
    examine: Callable[[Container, Complain], tuple[str, ...]] = field(default=_nothing)
    refers: Callable[[Container], References] = field(default=_no_references)


@dataclass(frozen=True)
class BlockShape:
    """What two language variants of a block must share. ``label`` names it: 'check first-words'."""

    label: str
    line: int
    common: tuple[str, ...]
