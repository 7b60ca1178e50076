"""How much of a text is laid out: any text answers fast, however it is built.

The parser's work grows faster than a text does: brackets in brackets, tables with thousands of
columns, formula on formula. Beyond these bounds a text, a paragraph, a table or a formula stays as
it was typed, and the examiner names it with its line. A real lesson weighs some 1,500.
"""

from collections import Counter

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, table
from markdown_it.rules_core import StateCore, block
from markdown_it.token import Token
from markdown_it.utils import EnvType

from lms.catalog.markdown.tokens import flatten, line_of
from lms.catalog.messages import Message

MARKS = "[]!*_`$&<\\|:#^~={}"
LINE_WEIGHT = 6
FENCE_WEIGHT = 15  # a line of ::: on top of its marks
HEAVIEST = 15_000
ENTANGLED = 40_000  # brackets of a paragraph times its marks
ALL_ENTANGLED = 200_000  # of all paragraphs of a text together
COLUMNS = 50
CELLS = 3_000  # of all tables of a text
FORMULAS = 10_000  # characters of all formulas of a text, FORMULA more for each
FORMULA = 30
ADDRESSES = 200_000  # characters of all addresses and titles of links and pictures

Complaints = dict[tuple[int, Message], None]  # line from 1 and message, in order


def bounds_plugin(markdown: MarkdownIt) -> None:
    """Teach a parser its bounds; ``complaints`` tells what it left as it was typed."""
    markdown.core.ruler.at("block", _blocks)
    markdown.core.ruler.at("inline", _inlines)
    markdown.core.ruler.push("bounds", _later)
    markdown.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})


def complaints(env: EnvType) -> Complaints:
    """Return what the parses with ``env`` left as it was typed."""
    found: Complaints = env.setdefault("complaints", {})
    return found


def spent(env: EnvType) -> Counter[str]:
    """Return what texts have used up of the bounds; those of one lesson share it."""
    found: Counter[str] = env.setdefault("spent", Counter())
    return found


def weight(text: str) -> int:
    """Return how much work a text is, roughly: its marks, its lines and its blocks."""
    return _marks(text) + LINE_WEIGHT * text.count("\n") + FENCE_WEIGHT * text.count(":::")


def _marks(text: str) -> int:
    return sum(map(text.count, MARKS))


def _complain(env: EnvType, line: int, message: Message) -> None:
    complaints(env)[line, message] = None


def _fits(env: EnvType, what: str, amount: int, most: int) -> bool:
    """Take ``amount`` of a bound if there is as much left of it."""
    used = spent(env)
    if used[what] + amount > most:
        return False
    used[what] += amount
    return True


def _blocks(state: StateCore) -> None:
    if state.inlineMode or weight(state.src) <= HEAVIEST:
        block(state)
        return
    token = Token("code_block", "code", 0, content=state.src, map=[0, 1], block=True)
    state.tokens.append(token)
    _complain(state.env, 1, Message("the text has too many marks or lines: divide the lesson"))


def _inlines(state: StateCore) -> None:
    for token in state.tokens:
        if token.type != "inline":
            continue
        token.children = []
        entangled = token.content.count("[") * _marks(token.content)
        if entangled <= ENTANGLED and _fits(state.env, "entangled", entangled, ALL_ENTANGLED):
            state.md.inline.parse(token.content, state.md, state.env, token.children)
            continue
        token.children.append(Token("text", "", 0, content=token.content))
        _complain(
            state.env,
            line_of(token),
            Message("the paragraph has too many brackets and other marks: divide it"),
        )


def _table(state: StateBlock, begin: int, end: int, silent: bool) -> bool:
    """Read a table of few columns, as many rows of it as there are cells left."""
    if not table(state, begin, end, True):
        return False
    heading = state.src[state.bMarks[begin] : state.eMarks[begin]]
    columns = heading.strip().strip("|").count("|") + 1
    rows = (CELLS - spent(state.env)["cells"]) // columns
    if columns > COLUMNS or rows < 1:
        _complain(state.env, begin + 1, _too_large())
        return False
    if silent:
        return True
    last = min(end, begin + 1 + rows)
    table(state, begin, last, False)
    spent(state.env)["cells"] += columns * (state.line - begin)
    if state.line == last < end and not state.isEmpty(last):
        _complain(state.env, last + 1, _too_large())
    return True


def _too_large() -> Message:
    return Message(
        "tables have at most %(columns)s columns, and %(cells)s cells in one lesson",
        columns=COLUMNS,
        cells=CELLS,
    )


def _later(state: StateCore) -> None:
    """Leave formulas and addresses as text once there are too many of them."""
    for token in state.tokens:
        if token.type == "math_block" and not _formula_fits(state.env, token, line_of(token)):
            token.type = "code_block"
        for child in flatten(token.children):
            if child.type == "formula" and not _formula_fits(state.env, child, line_of(token)):
                child.type = "code_inline"
            elif child.type in ("link_open", "image"):
                _bound_address(state.env, child, line_of(token))


def _formula_fits(env: EnvType, token: Token, line: int) -> bool:
    if _fits(env, "formulas", len(token.content) + FORMULA, FORMULAS):
        return True
    _complain(env, line, Message("there are too many formulas in one lesson"))
    return False


def _bound_address(env: EnvType, token: Token, line: int) -> None:
    length = sum(len(str(value)) for value in token.attrs.values())
    if not _fits(env, "addresses", length, ADDRESSES):
        token.attrs = {}
        _complain(env, line, Message("the addresses of links are too long, or too many"))
