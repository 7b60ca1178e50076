"""QTI items whose body is a text with several fields in it."""

from decimal import Decimal

from lms.assessment.kinds.gap_text import number_within
from lms.catalog.messages import Message
from lms.standards.items.drafting import FULL, Draft, RawAnswer, check_rows, literal
from lms.standards.items.kinds.gaps import OWN, RawGap, gap_text, note_partial
from lms.standards.items.model import Found, NotUnderstood, Weight
from lms.standards.items.qti.bodies import ASIDE, html_of_node
from lms.standards.items.qti.kinds import Question, best_of, entry_answers, number_answer
from lms.standards.items.texts.reading import TextForm
from lms.standards.items.texts.trees import tree_of
from lms.standards.items.xml.nodes import Node
from lms.standards.items.xml.reading import walk

FIELDS = {"textEntryInteraction", "inlineChoiceInteraction"}


def fields_of(body: Node) -> list[Node]:
    """Return the fields of a text with gaps; none for a question of another kind.

    A single field to type into is a short text or a number, unless one of our exports says no.
    """
    found = [node for node in walk(body) if node.tag.endswith("Interaction")]
    if not found or not {node.tag for node in found} <= FIELDS:
        return []
    alone = len(found) == 1 and found[0].tag == "textEntryInteraction"
    return [] if alone and not any(node.get("class") == OWN for node in body) else found


class GapText:
    """Reads a body with its fields."""

    def __init__(self, root: Node, fields: list[Node], draft: Draft, *, own: bool) -> None:
        check_rows(fields)
        self.root = root
        self.draft = draft
        self.questions = [Question(root, node, draft, own=own) for node in fields]

    def read(self, body: Node) -> Found:
        """Return the item. Raises NotUnderstood."""
        gaps = {f"g{n}": self._gap(q) for n, q in enumerate(self.questions, start=1)}
        names = {id(q.interaction): f"[[g{n}]]" for n, q in enumerate(self.questions, start=1)}
        for node in list(walk(body)):
            node.parts = [names.get(id(part), part) for part in node.parts]
        task, text = _parted(body)
        self.draft.prompt = self.draft.texts.texts(html_of_node(task, self.draft), TextForm.HTML)
        for question in self.questions:
            self.draft.feedbacks += question.feedback.values()
        html = html_of_node(text, self.draft)
        return gap_text(self.draft, html, TextForm.HTML, gaps, self._keys())

    def _keys(self) -> list[tuple[int, str]]:
        """Return the keys of one of our own exports, in the order of its declarations."""
        places = {
            question.interaction.get("responseIdentifier"): (
                place,
                question.key(question.interaction.get("responseIdentifier")),
            )
            for place, question in enumerate(self.questions, start=1)
        }
        declared = [node.get("identifier") for node in self.root.all("responseDeclaration")]
        rows = [places[name] for name in dict.fromkeys(declared) if name in places]
        return rows if all(key for _, key in rows) else []

    def _gap(self, question: Question) -> RawGap:
        if question.interaction.tag == "inlineChoiceInteraction":
            return self._list(question)
        kind = question.declaration.get("baseType")
        if kind in ("float", "integer"):
            return RawGap([RawAnswer(number_within(*number_answer(question)))])
        if kind != "string":
            raise NotUnderstood(
                Message("answers of the type “%(kind)s” aren't there", kind=kind[:40])
            )
        return RawGap(entry_answers(question))

    def _list(self, question: Question) -> RawGap:
        words = {node.get("identifier"): _words(node, self.draft) for node in question.choices}
        mapped = question.mapped
        right = set(question.correct) or best_of(mapped, single=True)
        unknown = right - set(words)
        if unknown:
            raise NotUnderstood(
                Message("the right answer “%(name)s” is no option", name=min(unknown)[:60])
            )
        full = max((mapped.get(name, Decimal(0)) for name in right), default=Decimal(0))
        wrong = [name for name in words if name not in right]
        if full > 0:
            shares = [FULL * mapped.get(name, Decimal(0)) / full for name in wrong]
            note_partial(self.draft, [RawAnswer("", share) for share in shares])
        return RawGap(
            [RawAnswer(literal(said)) for name, said in words.items() if name in right],
            [words[name] for name in wrong],
            is_list=True,
        )


def dragged(question: Question, body: Node) -> Found:
    """Return words that are dragged into gaps as lists to choose from. Raises NotUnderstood."""
    interaction, draft = question.interaction, question.draft
    if interaction.all("gapImg"):
        raise NotUnderstood(Message("pictures are dragged into its gaps; here words are chosen"))
    holes = [node for node in walk(interaction) if node.tag == "gap"]
    check_rows(holes)
    words = {node.get("identifier"): _words(node, draft) for node in interaction.all("gapText")}
    check_rows(list(words))
    pairs = [value.split() for value in question.correct or question.mapped]
    right = {part: word for pair in pairs for part, word in (pair, pair[::-1]) if word in words}
    gaps = {}
    for place, hole in enumerate(holes, start=1):
        word = right.get(hole.get("identifier"))
        if word is None:
            raise NotUnderstood(Message("gap %(place)s has no right word", place=place))
        others = [said for name, said in words.items() if name != word and said != words[word]]
        gaps[f"g{place}"] = RawGap([RawAnswer(literal(words[word]))], others, is_list=True)
    draft.note(Message("words to drag become lists to choose from"), Weight.FACT)
    prompt = interaction.first("prompt")
    task = html_of_node(body, draft, interaction)
    task += f"<p>{html_of_node(prompt, draft)}</p>" if prompt is not None else ""
    draft.prompt = draft.texts.texts(task, TextForm.HTML)
    names = {id(hole): f"[[g{place}]]" for place, hole in enumerate(holes, start=1)}
    interaction.parts = [
        part
        for part in interaction.parts
        if isinstance(part, str) or part.tag not in ("gapText", "prompt")
    ]
    for node in [interaction, *walk(interaction)]:
        node.parts = [names.get(id(part), part) for part in node.parts]
    draft.feedbacks += question.feedback.values()
    html = html_of_node(Node("itemBody", {}, *interaction.parts), draft)
    return gap_text(draft, html, TextForm.HTML, gaps)


def _words(choice: Node, draft: Draft) -> str:
    """Return what a gap may be filled with; how it looks isn't kept, which is told."""
    looks = any(node.tag not in ("math", *ASIDE) for node in choice)
    if looks:
        draft.note(Message("the formatting of words in gaps isn't kept"))
    return " ".join(tree_of(html_of_node(choice, draft), draft.texts.lost).text.split())


def _parted(body: Node) -> tuple[Node, Node]:
    """Return the task and the text: what stands before the first block with a gap, and the rest."""
    parts = [part for part in body.parts if not isinstance(part, str) or part.strip()]
    own = [n for n, part in enumerate(parts) if isinstance(part, Node) and part.get("class") == OWN]
    first = (
        own[0]
        if own
        else next((n for n, part in enumerate(parts) if "[[" in _said(part)), len(parts))
    )
    if not own and any(isinstance(part, str) for part in parts[:first]):
        first = 0  # loose words belong to the sentence that goes on
    return Node("itemBody", {}, *parts[:first]), Node("itemBody", {}, *parts[first:])


def _said(part: Node | str) -> str:
    return part if isinstance(part, str) else part.text
