"""Formulas: a bounded subset of LaTeX between dollars, made MathML.

``$a$`` stands in a line, ``$$`` … ``$$`` on lines of their own. A dollar that touches a digit or a
letter from outside, or a space from inside, is money: ``100 $``, ``$100``, ``5$``; so is an amount
between two of them. What is no formula of the subset stays as it was typed, and the examiner names
it with its line.
"""

import re
from functools import lru_cache

from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from mdit_py_plugins.dollarmath.index import math_block_dollar

from lms.catalog.messages import Message

LONGEST_INLINE = 300
LONGEST = 2_000
DEEPEST = 12  # braces in braces
INLINE = re.compile(r"\$(?![\s$])((?:[^$\\\n]|\\[^\n]){1,300}?)(?<!\s)\$(?![\w$])")
MONEY = re.compile(r"\d[^\\^_={}+*/<>]*")
COMMAND = re.compile(r"\\([A-Za-z]+|.)", re.DOTALL)
ENVIRONMENT = re.compile(r"\\(?:begin|end)\{([^{}]{0,30})\}")
# ``0{,}5`` is one number; a comma of its own is set with a space after it, as between arguments.
DECIMAL_COMMA = re.compile(r"(<mn>\d+)</mn><mrow><mo>&#x0002C;</mo></mrow><mn>(\d+</mn>)")
ENVIRONMENTS = frozenset({"matrix", "pmatrix", "bmatrix", "vmatrix", "cases", "aligned"})
COMMANDS = frozenset(
    """
    frac dfrac tfrac sqrt binom sum prod int lim max min ln log exp sin cos tan
    left right begin end text mathrm mathbf mathit operatorname overline underline hat bar vec
    cdot times div pm mp ast leq le geq ge neq ne approx equiv sim propto infty to rightarrow
    Rightarrow leftarrow Leftrightarrow in notin subset cup cap forall exists partial nabla
    quad qquad ldots cdots dots lceil rceil lfloor rfloor langle rangle mid
    alpha beta gamma delta epsilon varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma
    tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega
    """.split()
) | frozenset(",;:! %$&#_{}\\|")  # fmt: skip


class BadFormula(Exception):
    """A formula that is none; ``message`` says why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@lru_cache(maxsize=4096)
def mathml(latex: str, *, block: bool) -> str:
    """Return a formula's MathML. Raises BadFormula for anything outside of the subset."""
    _check(latex, LONGEST if block else LONGEST_INLINE)
    try:
        return DECIMAL_COMMA.sub(r"\1,\2", convert(latex, display="block" if block else "inline"))
    except Exception as error:
        raise BadFormula(Message("the formula can't be read")) from error


def _check(latex: str, longest: int) -> None:
    if len(latex) > longest:
        raise BadFormula(
            Message("the formula is longer than %(longest)s characters", longest=longest)
        )
    if not latex.strip():
        raise BadFormula(Message("the formula is empty"))
    for name in COMMAND.findall(latex):
        if name not in COMMANDS:
            raise BadFormula(Message("formulas have no command '%(name)s'", name=f"\\{name}"[:40]))
    for name in ENVIRONMENT.findall(latex):
        if name not in ENVIRONMENTS:
            raise BadFormula(
                Message("formulas have no command '%(name)s'", name=f"\\begin{{{name}}}")
            )
    _check_braces(latex)


def _check_braces(latex: str) -> None:
    depth = 0
    for character in COMMAND.sub("", latex.replace("\\\\", "")):
        depth += (character == "{") - (character == "}")
        if depth < 0 or depth > DEEPEST:
            break
    if depth:
        raise BadFormula(Message("the braces of the formula don't match, or are too deep"))


def formulas_plugin(markdown: MarkdownIt) -> None:
    """Teach a parser formulas; they are read where its environment says ``formulas``."""
    block = math_block_dollar(allow_labels=False)
    markdown.block.ruler.before(
        "fence",
        "math_block",
        lambda state, begin, end, silent: bool(
            state.env.get("formulas") and block(state, begin, end, silent)
        ),
        {"alt": ["paragraph", "reference", "blockquote", "list"]},
    )
    markdown.inline.ruler.before("escape", "formula", _inline)


def _inline(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "$" or not state.env.get("formulas"):
        return False
    before = state.src[state.pos - 1] if state.pos else " "
    match = INLINE.match(state.src, state.pos, state.posMax)
    if not match or before.isalnum() or before in "\\$" or MONEY.fullmatch(match.group(1)):
        return False
    if not silent:
        token = state.push("formula", "math", 0)
        token.content = match.group(1)
        token.markup = "$"
    state.pos = match.end()
    return True
