"""QTI's interactions that items here can be."""

from collections.abc import Callable
from decimal import Decimal

from lms.assessment.kinds.values import Criterion, ScoringRule, Texts
from lms.assessment.source.content import ROW_KEY
from lms.assessment.source.item_kinds import POINTS_LIMIT
from lms.catalog.messages import Message
from lms.standards.items.drafting import (
    FULL,
    Draft,
    RawAnswer,
    RawOption,
    check_rows,
    literal,
    number_of,
)
from lms.standards.items.kinds.essays import criterion_of, essay, pieces_of, words_of
from lms.standards.items.model import Found, NotUnderstood, Weight
from lms.standards.items.pictures.gallery import Gallery
from lms.standards.items.qti.bodies import html_of_node, is_unit
from lms.standards.items.qti.pictures.files import Beside
from lms.standards.items.texts.reading import TextForm
from lms.standards.items.xml.nodes import Node

LEFT = "left_"  # of left sides in our own exports
PREFIX = "c_"  # of identifiers in our own exports: a key here may begin with a digit
# Classes in our own exports, for what QTI has no field for.
CRITERION, EXAMINERS, WORDS = "lms-points-", "lms-examiners-", "lms-words-"
SCORING = "lms-scoring-"
TRUTHS = {
    "true": {"true", "верно", "да", "yes", "правда", "истина"},
    "false": {"false", "неверно", "нет", "no", "ложь"},
}
CHOICES = {"simpleChoice", "simpleAssociableChoice", "inlineChoice", "hotspotChoice",
           "hottext"}  # fmt: skip
KNOWN = {"identifier", "fixed", "responseIdentifier", "shuffle", "maxChoices", "minChoices",
         "orientation", "maxAssociations", "minAssociations", "matchMax", "matchMin", "class",
         "id", "expectedLength", "base", "placeholderText", "patternMask", "label", "xml:lang",
         "required", "dir", "expectedLines", "format", "shape", "coords", "hotspotLabel",
         "type", "showHide"}  # fmt: skip


class Question:
    """An interaction with its response's declaration."""

    def __init__(self, root: Node, interaction: Node, draft: Draft, *, own: bool) -> None:
        self.root = root
        self.interaction = interaction
        self.draft = draft
        self.own = own  # made by an export of this platform
        self.feedback: dict[str, Texts] = {}
        self.rubric: list[Node] = []  # blocks for those who score
        self.files = Beside(Gallery())  # none
        self.choices = [node for tag in CHOICES for node in interaction.below(tag)]
        check_rows(self.choices)
        self.identifiers = [choice.get("identifier") for choice in self.choices]
        name = interaction.get("responseIdentifier")
        declarations = root.all("responseDeclaration")
        declared = [node for node in declarations if node.get("identifier") == name]
        if not declared:
            raise NotUnderstood(Message("its interaction has no declared response"))
        if len(set(self.identifiers)) < len(self.identifiers):
            raise NotUnderstood(Message("an identifier stands twice"))
        self.declaration = declared[0]
        self._note_attributes()

    def _note_attributes(self) -> None:
        names = {name for node in (self.interaction, *self.choices) for name in node.attributes}
        for name in sorted(names - KNOWN)[:20]:
            self.draft.note(Message("the attribute “%(name)s” isn't kept", name=name[:60]))
        if any(choice.get("fixed") == "true" for choice in self.choices):
            self.draft.note(Message("fixed places of options aren't kept: all are shuffled"))
        if self.interaction.get("patternMask"):
            self.draft.note(Message("the attribute “%(name)s” isn't kept", name="patternMask"))

    @property
    def correct(self) -> list[str]:
        """The values of the correct response."""
        holder = self.declaration.first("correctResponse")
        values = holder.all("value") if holder is not None else []
        check_rows(values)
        return [value.words for value in values]

    @property
    def mapped(self) -> dict[str, Decimal]:
        """What single values earn."""
        holder = self.declaration.first("mapping")
        entries = holder.all("mapEntry") if holder is not None else []
        check_rows(entries)
        return {
            " ".join(entry.get("mapKey").split()): number_of(entry.get("mappedValue")) or Decimal(0)
            for entry in entries
        }

    def text(self, node: Node) -> Texts:
        """Return a choice's text; feedback inside it is kept for the choice."""
        for inner in ("feedbackInline", "feedbackBlock"):
            for feedback in node.all(inner):
                said = self.draft.texts.texts(html_of_node(feedback, self.draft), TextForm.HTML)
                if said:
                    self.feedback.setdefault(node.get("identifier"), said)
                node.parts.remove(feedback)
        html = html_of_node(node, self.draft)
        return self.draft.texts.texts(html, TextForm.HTML, inline=True)

    def key(self, identifier: str) -> str:
        """Return the key that one of our own exports gave, else none."""
        key = identifier.removeprefix(PREFIX)
        return key if self.own and identifier != key and ROW_KEY.fullmatch(key) else ""


def _choice(question: Question) -> Found:
    single = question.declaration.get("cardinality") == "single"
    mapped, correct = question.mapped, question.correct
    texts = {choice.get("identifier"): question.text(choice) for choice in question.choices}
    right = set(correct) or best_of(mapped, single=single)
    unknown = right - set(texts)
    if unknown:
        raise NotUnderstood(
            Message("the right answer “%(name)s” is no option", name=min(unknown)[:60])
        )
    truth = _truth(texts, right)
    if truth is not None:
        question.draft.feedbacks += question.feedback.values()
        return question.draft.true_false(truth)
    shares = _shares(texts, mapped, right, single=single)
    options = [
        RawOption(text, shares[name], question.feedback.get(name, {}), question.key(name))
        for name, text in texts.items()
    ]
    scoring = None if single else _scoring(question, right)
    return question.draft.choice(options, single=single, scoring=scoring)


def _scoring(question: Question, right: set[str]) -> ScoringRule | None:
    """Return the rule of scoring that the item states; None: its weights are looked at."""
    mapped = question.mapped
    if question.own:
        marks = question.interaction.get("class").split()
        return next((r for r in ScoringRule if f"{SCORING}{r.value}" in marks), None)
    if not mapped:
        return ScoringRule.ALL_OR_NOTHING if _is_matched(question.root) else None
    weights = {name: value for name, value in mapped.items() if value}
    counted = question.interaction.get("maxChoices") == str(len(right))
    if counted and set(weights) == right and len(set(weights.values())) == 1:
        return ScoringRule.RIGHT_ONES
    return None


def _is_matched(root: Node) -> bool:
    """Tell whether the response as a whole is compared with the right one."""
    processing = root.first("responseProcessing")
    if processing is None:
        return False
    template = processing.get("template") or processing.get("templateLocation")
    return "match_correct" in template or any(True for _ in processing.below("match"))


def best_of(mapped: dict[str, Decimal], *, single: bool) -> set[str]:
    """Return the values that are right where only a mapping says so."""
    earning = {name: value for name, value in mapped.items() if value > 0}
    if not single or not earning:
        return set(earning)
    return {name for name, value in earning.items() if value == max(earning.values())}


def _shares(
    texts: dict[str, Texts], mapped: dict[str, Decimal], right: set[str], *, single: bool
) -> dict[str, Decimal]:
    """Return per cents of the full score: those stated, else those of our rule."""
    full = sum((mapped.get(name, Decimal(0)) for name in right), Decimal(0))
    if single:
        shares = {name: FULL if name in right else Decimal(0) for name in texts}
        if full > 0:
            partial = {
                n: FULL * v / full for n, v in mapped.items() if n in texts and n not in right
            }
            shares |= partial
        return shares
    fair = FULL / (len(right) or 1)
    if full <= 0:
        return {name: fair if name in right else -fair for name in texts}
    return {
        name: max(FULL * mapped.get(name, Decimal(0)) / full, Decimal("0.001"))
        if name in right
        else min(FULL * mapped.get(name, Decimal(0)) / full, Decimal(0))
        for name in texts
    }


def _truth(texts: dict[str, Texts], right: set[str]) -> bool | None:
    """Return whether a statement is true, None when the options are others than true and false."""
    if len(texts) != 2 or len(right) != 1:
        return None
    meant = {}
    for name, text in texts.items():
        word = next(iter(text.values()), "").strip(" .").casefold()
        found = [truth for truth, words in TRUTHS.items() if word in words]
        if not found:
            return None
        meant[found[0]] = name
    return None if len(meant) < 2 else meant["true"] in right


def _order(question: Question) -> Found:
    texts = {choice.get("identifier"): question.text(choice) for choice in question.choices}
    correct = question.correct
    if sorted(correct) != sorted(texts):
        raise NotUnderstood(Message("the right order doesn't name each step once"))
    keys = [question.key(name) for name in correct]
    question.draft.feedbacks += question.feedback.values()
    return question.draft.ordering([texts[name] for name in correct], keys)


def _match(question: Question) -> Found:
    sets = question.interaction.all("simpleMatchSet")
    if len(sets) != 2:
        raise NotUnderstood(Message("it hasn't two sets to match"))
    lefts = [node.get("identifier") for node in sets[0].all("simpleAssociableChoice")]
    return _pairs(question, lefts)


def _associate(question: Question) -> Found:
    return _pairs(question, None)


def _pairs(question: Question, lefts: list[str] | None) -> Found:
    """Return a matching item; without ``lefts`` each pair's first is its left side."""
    texts = {choice.get("identifier"): question.text(choice) for choice in question.choices}
    pairs = [value.split() for value in question.correct or question.mapped]
    if any(len(pair) != 2 or not set(pair) <= set(texts) for pair in pairs):
        raise NotUnderstood(Message("a right pair names what isn't there"))
    if lefts is None:
        question.draft.note(
            Message("of two that belong together the first became the left side"), Weight.FACT
        )
        lefts = [left for left, _ in pairs]
    # 2.x lets a directed pair be written from either set.
    partners = [(a, b) if a in lefts else (b, a) for a, b in pairs]
    used = [name for pair in partners for name in pair]
    if len({left for left, _ in partners}) < len(partners):
        raise NotUnderstood(Message("something belongs to two partners; here to one alone"))
    if sorted(left for left, _ in partners) != sorted(lefts):
        raise NotUnderstood(Message("a left side has no partner"))
    if len(set(question.mapped.values())) > 1:
        question.draft.note(Message("the pairs' own weights aren't kept: here each earns the same"))
    by_left = dict(partners)
    others = [name for name in texts if name not in used]
    question.draft.feedbacks += question.feedback.values()
    return question.draft.matching(
        [(texts[left], texts[by_left[left]]) for left in lefts],
        [texts[name] for name in others],
        [question.key(PREFIX + left.removeprefix(LEFT)) for left in lefts],
        [question.key(name) for name in others],
    )


def _entry(question: Question) -> Found:
    kind = question.declaration.get("baseType")
    if kind in ("float", "integer"):
        return _number(question)
    if kind != "string":
        raise NotUnderstood(Message("answers of the type “%(kind)s” aren't there", kind=kind[:40]))
    return question.draft.short_text(entry_answers(question))


def entry_answers(question: Question) -> list[RawAnswer]:
    """Return the answers that may be typed into a field."""
    mapped = question.mapped
    best = max(mapped.values(), default=Decimal(0))
    answers = [RawAnswer(value) for value in question.correct if value]
    known = {answer.text for answer in answers}
    for text, value in mapped.items():
        if text not in known:
            answers.append(RawAnswer(text, FULL * value / best if best > 0 else Decimal(0)))
    holder = question.declaration.first("mapping")
    entries = holder.all("mapEntry") if holder is not None else []
    if not question.own and any(e.get("caseSensitive", "true") != "false" for e in entries):
        question.draft.note(Message("capital and small letters count there, not here"))
    for answer in answers:
        answer.text = literal(answer.text)
    return answers


def _number(question: Question) -> Found:
    value, tolerance = number_answer(question)
    units = [node for node in question.root.below("span") if is_unit(node)]
    unit = question.draft.texts.plain(units[0].words) if units else None
    return question.draft.numeric(value, tolerance, unit)


def number_answer(question: Question) -> tuple[Decimal, Decimal]:
    """Return the number that is right, and how far an answer may be off. Raises NotUnderstood."""
    values = question.correct or [text for text, value in question.mapped.items() if value > 0]
    if len(values) != 1:
        raise NotUnderstood(
            Message("%(count)s numbers are right; here exactly one must be", count=len(values))
        )
    value = number_of(values[0])
    if value is None:
        raise NotUnderstood(Message("“%(text)s” is no number", text=values[0][:60]))
    return _tolerated(question, value)


def _slider(question: Question) -> Found:
    question.draft.note(Message("a slider becomes a field to type the number into"), Weight.FACT)
    return _number(question)


def _words(question: Question) -> Found:
    question.draft.note(
        Message("words to mark in a text become options to choose from"), Weight.FACT
    )
    return _choice(question)


def _tolerated(question: Question, value: Decimal) -> tuple[Decimal, Decimal]:
    """Return the middle of what is right, and how far an answer may be off."""
    processing = question.root.first("responseProcessing")
    equals = list(processing.below("equal")) if processing is not None else []
    if len(question.root.all("responseDeclaration")) > 1:  # each field has its own
        equals = [node for node in equals if _compares(node, question)]
    if not equals:
        return value, Decimal(0)
    mode = equals[0].get("toleranceMode", "exact")
    bounds = [number_of(word) for word in equals[0].get("tolerance").split()[:2]]
    if mode == "exact":
        return value, Decimal(0)
    if mode not in ("absolute", "relative") or not bounds or None in bounds:
        raise NotUnderstood(Message("its tolerance can't be read"))
    below, above = (abs(bound or Decimal(0)) for bound in (bounds[0], bounds[-1]))
    if mode == "relative":
        below, above = abs(value) * below / 100, abs(value) * above / 100
    if below == above:
        return value, below
    return value + (above - below) / 2, (above + below) / 2


def _compares(equal: Node, question: Question) -> bool:
    """Tell whether an ``equal`` looks at this question's response."""
    name = question.interaction.get("responseIdentifier")
    return any(variable.get("identifier") == name for variable in equal.below("variable"))


def _essay(question: Question) -> Found:
    marks = question.interaction.get("class").split() if question.own else []
    words = [mark.removeprefix(WORDS) for mark in marks if mark.startswith(WORDS)]
    fewest, _, most = words[0].partition("-") if words else ("", "", "")
    rubric, guide = rubric_of(question)
    return essay(
        question.draft,
        rubric=rubric,
        guide=guide,
        words=words_of(question.draft, fewest, most),
        examiners=examiners_of(question),
    )


def rubric_of(question: Question) -> tuple[list[Criterion], Texts]:
    """Return the criteria of one of our own exports, and what the blocks say otherwise."""
    html = "".join(html_of_node(block, question.draft) for block in question.rubric)
    rubric = [criterion for block in question.rubric if (criterion := _criterion(question, block))]
    whole = rubric if len(rubric) == len(question.rubric) else []
    return whole, question.draft.texts.texts(html, TextForm.HTML, inline=True)


def examiners_of(question: Question) -> int | None:
    """Return how many examiners one of our own exports names."""
    marks = question.interaction.get("class").split() if question.own else []
    return next((n for n in (1, 2) if f"{EXAMINERS}{n}" in marks), None)


def _criterion(question: Question, block: Node) -> Criterion | None:
    """Return the criterion that one of our own exports wrote."""
    key = question.key(block.get("id"))
    points = number_of(block.get("class").removeprefix(CRITERION))
    if not key or points is None or points not in range(1, POINTS_LIMIT + 1):
        return None
    html = html_of_node(block, question.draft).strip().removeprefix("<p>").removesuffix("</p>")
    pieces = pieces_of(html)
    own = pieces if len(pieces) == points + 2 else [html]  # with a level for each number of points
    return criterion_of(question.draft, key, int(points), own)


INTERACTIONS: dict[str, Callable[[Question], Found]] = {
    "choiceInteraction": _choice,
    "orderInteraction": _order,
    "matchInteraction": _match,
    "associateInteraction": _associate,
    "textEntryInteraction": _entry,
    "sliderInteraction": _slider,
    "hottextInteraction": _words,
    "extendedTextInteraction": _essay,
}
