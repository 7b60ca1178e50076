"""Finding one's way in the parser's flat list of tokens."""

from collections.abc import Iterator, Sequence

from markdown_it.token import Token


def closing(tokens: Sequence[Token], begin: int) -> int:
    """Return the index of the token that closes ``tokens[begin]``."""
    level = tokens[begin].level
    kind = tokens[begin].type.removesuffix("_open") + "_close"
    for index in range(begin + 1, len(tokens)):
        if tokens[index].level == level and tokens[index].type == kind:
            return index
    return len(tokens) - 1


def plain_text(tokens: Sequence[Token] | None) -> str:
    """Return the words of inline tokens, without their marks and citations."""
    words = []
    for token in tokens or ():
        if token.type in ("text", "text_special", "code_inline", "formula"):
            words.append(token.content)
        elif token.type in ("softbreak", "hardbreak"):
            words.append(" ")
        elif token.type == "image":
            words.append(plain_text(token.children))
    return "".join(words).strip()


def flatten(tokens: Sequence[Token] | None) -> Iterator[Token]:
    """Yield inline tokens, one level down too; an image's own words aside."""
    for token in tokens or ():
        yield token
        if token.type != "image":
            yield from flatten(token.children)


def line_of(token: Token) -> int:
    """Return the line of the text, from 1, on which a token begins."""
    return token.map[0] + 1 if token.map else 1


def items(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Yield (first, last) index of each item of the lists that stand at the top of ``tokens``."""
    if not tokens:
        return
    level = tokens[0].level + 1
    for index, token in enumerate(tokens):
        if token.type == "list_item_open" and token.level == level:
            yield index, closing(tokens, index)


def without_citations(tokens: Sequence[Token]) -> list[Token]:
    """Return the tokens without numbers of sources and facts, for a page that lists none."""
    kept = []
    for token in tokens:
        copy = token.copy()
        if copy.children:
            copy.children = [
                child for child in copy.children if child.type not in ("citation", "fact")
            ]
        kept.append(copy)
    return kept
