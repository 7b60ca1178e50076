"""One QTI item read: its declarations, its body, its feedback."""

from copy import deepcopy
from dataclasses import dataclass

from lms.catalog.messages import Message
from lms.catalog.source.content import is_key
from lms.standards.items.drafting import Draft
from lms.standards.items.kinds.unsupported import UNSUPPORTED, unsupported
from lms.standards.items.model import Found, NotUnderstood, Place, Weight
from lms.standards.items.qti import kinds
from lms.standards.items.qti.bodies import html_of_node, taken_rubric
from lms.standards.items.qti.gaps import GapText, dragged, fields_of
from lms.standards.items.qti.kinds import Question
from lms.standards.items.qti.lom import Metadata
from lms.standards.items.qti.pictures import reading as on_pictures
from lms.standards.items.qti.pictures.files import Beside
from lms.standards.items.texts.reading import TextForm
from lms.standards.items.xml.nodes import Node
from lms.standards.items.xml.reading import walk
from lms.web.i18n import LANGUAGES

TOOL = "lms"  # toolName of our own exports
EXPLANATION = "explanation"  # identifier of the feedback that is an item's explanation
PARTS = {"responseDeclaration", "outcomeDeclaration", "itemBody", "responseProcessing",
         "modalFeedback"}  # fmt: skip
OUTCOMES = {"SCORE", "MAXSCORE", "MINSCORE", "FEEDBACK", "completionStatus"}
OPERATORS = {"responseProcessing", "responseCondition", "responseIf", "responseElse",
             "responseElseIf", "match", "variable", "correct", "mapResponse", "setOutcomeValue",
             "baseValue", "isNull", "equal", "multiple", "product", "divide", "sum", "and", "or",
             "not", "null", "containerSize", "lte", "mapResponsePoint", "inside"}  # fmt: skip
INTERACTIONS = {**kinds.INTERACTIONS, **on_pictures.INTERACTIONS}
JUDGED = {"extendedTextInteraction", "uploadInteraction"}
TEMPLATES = ("match_correct", "map_response", "cc2_match_basic", "cc2_map_response")


@dataclass(frozen=True)
class Single:
    """An item in one language, and the label that it shares with its translations."""

    found: Found
    label: str
    language: str


def read_item(
    root: Node, place: Place, language: str, metadata: Metadata, beside: Beside
) -> Single:
    """Read an item with the names of 2.x. Raises NotUnderstood."""
    if root.get("adaptive") in ("true", "1"):
        raise NotUnderstood(Message("it is adaptive: later parts depend on earlier answers"))
    if root.first("templateDeclaration") is not None:
        raise NotUnderstood(Message("it is made from a template with variables"))
    spoken = root.get("xml:lang")[:2].lower()
    draft = Draft(spoken if spoken in LANGUAGES else language, place)
    if spoken and spoken not in LANGUAGES:
        draft.note(
            Message(
                "its language “%(code)s” is not one of ours; it is taken as “%(language)s”",
                code=root.get("xml:lang")[:20],
                language=language,
            )
        )
    draft.texts.taking = beside.take
    _take_metadata(draft, metadata)
    own = root.get("toolName") == TOOL and is_key(root.get("label"))
    draft.take_key(root.get("label") if own else root.get("identifier"))
    _points(root, draft)
    found = _question(root, draft, beside, own=own)
    return Single(found, root.get("label") or root.get("identifier"), draft.language)


def _take_metadata(draft: Draft, metadata: Metadata) -> None:
    draft.category = metadata.category
    draft.level = metadata.level
    draft.take_tags(metadata.keywords)
    for key in metadata.sources:
        draft.take_source(key)
    for key in metadata.facts:
        draft.take_fact(key)
    for key in metadata.enemies:
        draft.take_enemies(key)
    for message in metadata.lost:
        draft.note(message)


def _points(root: Node, draft: Draft) -> None:
    for outcome in root.all("outcomeDeclaration"):
        if outcome.get("identifier") == "MAXSCORE":
            draft.take_points(outcome.words)
        elif outcome.get("identifier") == "SCORE" and outcome.get("normalMaximum"):
            draft.take_points(outcome.get("normalMaximum"))


def _question(root: Node, draft: Draft, beside: Beside, *, own: bool) -> Found:
    body = root.first("itemBody")
    if body is None:
        raise NotUnderstood(Message("it has no body"))
    fields = fields_of(body)
    if fields:
        gapped = GapText(root, fields, draft, own=own)
        _feedback(root, gapped.questions[0])
        _processing(root, draft)
        _rest(root, draft)
        return gapped.read(body)
    interaction = _interaction(body)
    if interaction.tag == "gapMatchInteraction":
        question = Question(root, interaction, draft, own=own)
        _feedback(root, question)
        _processing(root, draft)
        _rest(root, draft)
        return dragged(question, body)
    scored = interaction.tag in JUDGED or (own and interaction.tag == "selectPointInteraction")
    rubric = taken_rubric(body) if scored else []
    html = html_of_node(body, draft, interaction)
    prompt = interaction.first("prompt")
    if prompt is not None:
        html += f"<p>{html_of_node(prompt, draft)}</p>"
    if interaction.tag == "hottextInteraction":
        html += _passage(interaction, draft)
    draft.prompt = draft.texts.texts(html, TextForm.HTML)
    question = Question(root, interaction, draft, own=own)
    question.rubric, question.files = rubric, beside
    question.identifiers += [block.get("id") for block in rubric]  # their feedback is their own
    _feedback(root, question)
    _processing(root, draft)
    _rest(root, draft)
    return INTERACTIONS[interaction.tag](question)


def _passage(interaction: Node, draft: Draft) -> str:
    """Return the text in which words are to be marked, as HTML."""
    own = deepcopy(interaction)  # the words go on being its choices
    parts = [part for part in own.parts if isinstance(part, str) or part.tag != "prompt"]
    passage = Node("itemBody", {}, *parts)
    for node in [passage, *walk(passage)]:
        node.parts = [
            Node("span", {}, *part.parts)
            if isinstance(part, Node) and part.tag == "hottext"
            else part
            for part in node.parts
        ]
    return html_of_node(passage, draft)


def _interaction(body: Node) -> Node:
    found = [node for node in walk(body) if node.tag.endswith("Interaction")]
    if not found:
        raise NotUnderstood(Message("it has no interaction: a text, not a question"))
    if len(found) > 1:
        raise NotUnderstood(
            Message("it has %(count)s interactions; a question here has one", count=len(found))
        )
    if found[0].tag not in {*INTERACTIONS, "gapMatchInteraction"}:
        raise (
            unsupported(found[0].tag)
            if found[0].tag in UNSUPPORTED
            else NotUnderstood(
                Message("the interaction <%(name)s> isn't understood", name=found[0].tag[:60])
            )
        )
    return found[0]


def _feedback(root: Node, question: Question) -> None:
    draft = question.draft
    for feedback in root.all("modalFeedback"):
        text = draft.texts.texts(html_of_node(feedback, draft), TextForm.HTML)
        name = feedback.get("identifier")
        if not text:
            continue
        if question.own and name == EXPLANATION:
            draft.explanation = text
        elif name in question.identifiers:
            question.feedback[name] = text
        else:
            draft.feedbacks.append(text)


def _processing(root: Node, draft: Draft) -> None:
    processing = root.first("responseProcessing")
    if processing is None:
        return
    template = processing.get("template") or processing.get("templateLocation")
    if template and not any(name in template for name in TEMPLATES):
        draft.note(Message("its response processing “%(name)s” isn't kept", name=template[-80:]))
    strange = {node.tag for node in walk(processing)} - OPERATORS
    if strange:
        draft.note(
            Message(
                "its own response processing (%(names)s) isn't kept: our rule scores it",
                names=", ".join(sorted(strange))[:120],
            )
        )


def _rest(root: Node, draft: Draft) -> None:
    for part in root:
        if part.tag not in PARTS:
            draft.note(Message("the element <%(name)s> isn't kept", name=part.tag[:60]))
    shown = {feedback.get("outcomeIdentifier") for feedback in root.all("modalFeedback")}
    for outcome in root.all("outcomeDeclaration"):
        name = outcome.get("identifier")
        if name not in OUTCOMES | shown:
            draft.note(Message("the outcome “%(name)s” isn't kept", name=name[:60]))
    if root.get("timeDependent") in ("true", "1"):
        draft.note(Message("its own time limit isn't kept"), Weight.LOST)
