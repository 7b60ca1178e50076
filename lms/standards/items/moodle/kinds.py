"""The kinds of Moodle's questions that items here can be, each read from its own elements."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from lms.assessment.kinds.values import Criterion, ScoringRule, Texts
from lms.catalog.messages import Message
from lms.standards.items.drafting import FULL, Draft, RawAnswer, RawOption, number_of
from lms.standards.items.kinds.essays import criterion_of, essay, pieces_of, words_of
from lms.standards.items.kinds.files import file_answer
from lms.standards.items.model import Found, NotUnderstood
from lms.standards.items.moodle.cloze import choices, cloze
from lms.standards.items.moodle.gapfill import DELIVERY, gapfill
from lms.standards.items.moodle.parts import Parts
from lms.standards.items.moodle.pictures import files_of, markers
from lms.standards.items.tags import Tagged
from lms.standards.items.texts.reading import TextForm
from lms.standards.items.xml.nodes import Node

Kind = Callable[[Node, Draft, Parts, Tagged], Found]


@dataclass(frozen=True)
class Elements:
    """Names of a kind's own elements: those that are read, and those of delivery."""

    handled: frozenset[str]
    ignored: frozenset[str] = frozenset()


def _share(node: Node) -> Decimal:
    share = number_of(node.get("fraction", "0"))
    if share is None or abs(share) > FULL:
        raise NotUnderstood(
            Message("“%(text)s” is no share of the score", text=node.get("fraction")[:40]),
            line=node.line,
        )
    return share


def _multichoice(node: Node, draft: Draft, parts: Parts, tagged: Tagged) -> Found:
    single = node.text_of("single") not in ("false", "0")
    return draft.choice(_options(node, parts), single=single, scoring=tagged.scoring)


def _options(node: Node, parts: Parts) -> list[RawOption]:
    return [
        RawOption(parts.texts(a, inline=True), _share(a), parts.texts(a.first("feedback")))
        for a in node.all("answer")
    ]


def _choice_set(node: Node, draft: Draft, parts: Parts, _tagged: Tagged) -> Found:
    """Return a question of Moodle’s plug-in for choices that are right as a whole or not."""
    return draft.choice(_options(node, parts), single=False, scoring=ScoringRule.ALL_OR_NOTHING)


def _right_ones(node: Node, draft: Draft, parts: Parts, _tagged: Tagged) -> Found:
    """Return a question of Moodle’s plug-in in which each right option chosen counts."""
    draft.note(Message("who chooses more than are right loses a part there, and all here"))
    return draft.choice(_options(node, parts), single=False, scoring=ScoringRule.RIGHT_ONES)


def _true_false(node: Node, draft: Draft, parts: Parts, _tagged: Tagged) -> Found:
    right = []
    for answer in node.all("answer"):
        feedback = parts.texts(answer.first("feedback"))
        if feedback:
            draft.feedbacks.append(feedback)
        if _share(answer) >= FULL:
            right.append(parts.raw(answer).lower())
    if len(right) != 1 or right[0] not in ("true", "false"):
        raise NotUnderstood(Message("it doesn't say whether the statement is true"))
    return draft.true_false(right[0] == "true")


def _short_answer(node: Node, draft: Draft, parts: Parts, tagged: Tagged) -> Found:
    if node.text_of("usecase") == "1":
        draft.note(Message("capital and small letters count there, not here"))
    answers = [
        RawAnswer(parts.raw(a), _share(a), parts.texts(a.first("feedback")))
        for a in node.all("answer")
    ]
    return draft.short_text(answers, tagged.by_language([a.literal for a in answers]))


def _numerical(node: Node, draft: Draft, parts: Parts, tagged: Tagged) -> Found:
    full = []
    for answer in node.all("answer"):
        feedback = parts.texts(answer.first("feedback"))
        if feedback:
            draft.feedbacks.append(feedback)
        share = _share(answer)
        if share >= FULL:
            full.append(answer)
        elif share or parts.raw(answer) != "*":
            draft.note(
                Message(
                    "the answer “%(text)s” for %(share)s %% of the score isn't kept",
                    text=parts.raw(answer)[:60],
                    share=f"{share.normalize():f}"[:12],
                )
            )
    if len(full) != 1:
        raise NotUnderstood(
            Message("%(count)s numbers are right; here exactly one must be", count=len(full))
        )
    value = number_of(parts.raw(full[0]))
    tolerance = number_of(full[0].text_of("tolerance") or "0")
    if value is None or tolerance is None:
        wrong = parts.raw(full[0]) if value is None else full[0].text_of("tolerance")
        raise NotUnderstood(Message("“%(text)s” is no number", text=wrong[:60]), line=full[0].line)
    return draft.numeric(value, tolerance, _unit(node, draft, tagged))


def _unit(node: Node, draft: Draft, tagged: Tagged) -> Texts | None:
    """Return the unit: the names with multiplier 1, one for each language that the tags name."""
    holder = node.first("units")
    names = []
    for unit in holder.all("unit") if holder is not None else ():
        name = unit.text_of("unit_name")
        if number_of(unit.text_of("multiplier") or "1") == 1:
            names.append(name)
        elif name:
            draft.note(Message("the unit “%(name)s” isn't kept: here is one", name=name[:40]))
    if node.text_of("unitgradingtype") not in ("", "0"):
        draft.note(Message("a wrong unit costs nothing here"))
    if tagged.unit:
        return tagged.unit
    for name in names[1:]:
        draft.note(Message("the unit “%(name)s” isn't kept: here is one", name=name[:40]))
    return draft.texts.plain(names[0]) if names else None


def _matching(node: Node, draft: Draft, parts: Parts, _tagged: Tagged) -> Found:
    pairs: list[tuple[Texts, Texts]] = []
    distractors: list[Texts] = []
    for row in node.all("subquestion"):
        left = parts.texts(row, inline=True)
        right = parts.texts(row.first("answer"), inline=True, default=TextForm.PLAIN)
        if left:
            pairs.append((left, right))
        else:
            distractors.append(right)
    return draft.matching(pairs, distractors)


def _ordering(node: Node, draft: Draft, parts: Parts, _tagged: Tagged) -> Found:
    answers = node.all("answer")
    places = [number_of(answer.get("fraction")) for answer in answers]
    if None not in places and len(set(places)) == len(places):
        ranked = sorted(zip(places, answers, strict=True), key=lambda pair: pair[0] or 0)
        answers = [answer for _, answer in ranked]
    for answer in answers:
        feedback = parts.texts(answer.first("feedback"))
        if feedback:
            draft.feedbacks.append(feedback)
    shows_all = node.text_of("selecttype") in ("ALL", "0")
    fewer = number_of(node.text_of("selectcount") or "0")
    if fewer and not shows_all and fewer < len(answers):
        draft.note(
            Message(
                "all steps are shown here, not %(count)s of them",
                count=node.text_of("selectcount")[:10],
            )
        )
    if node.text_of("gradingtype") not in ("", "1", "2", "RELATIVE_NEXT_INCLUDE_LAST",
                                           "RELATIVE_NEXT_EXCLUDE_LAST"):  # fmt: skip
        draft.note(Message("its own way of grading an order isn't kept"))
    return draft.ordering([parts.texts(answer, inline=True) for answer in answers])


def _essay(node: Node, draft: Draft, parts: Parts, tagged: Tagged) -> Found:
    if parts.raw(node.first("responsetemplate")):
        draft.note(Message("its template for the answer isn't kept"))
    holder = node.first("graderinfo")
    rubric = _rubric(parts.raw(holder), draft, tagged)
    guide = {} if rubric else parts.texts(holder, inline=True)
    if node.text_of("responseformat") == "noinline":
        rules = files_of(node, draft, tagged)
        return file_answer(draft, rules, rubric=rubric, guide=guide, examiners=tagged.examiners)
    if node.text_of("attachments") not in ("", "0"):
        draft.note(Message("files attached to an answer aren't taken here"))
    words = words_of(draft, node.text_of("minwordlimit"), node.text_of("maxwordlimit"))
    return essay(draft, rubric=rubric, guide=guide, words=words, examiners=tagged.examiners)


def _rubric(raw: str, draft: Draft, tagged: Tagged) -> list[Criterion]:
    """Return the criteria of one of our own exports: paragraphs for each, and its tag."""
    pieces = pieces_of(raw)
    counts = [points + 2 if key in tagged.levels else 1 for points, key in tagged.criteria]
    if len(pieces) != sum(counts):
        return []
    rest = iter(pieces)
    return [
        criterion_of(draft, key, points, list(islice(rest, count)))
        for count, (points, key) in zip(counts, tagged.criteria, strict=True)
    ]


KINDS: dict[str, Kind] = {
    "multichoice": _multichoice,
    "multichoiceset": _choice_set,
    "oumultiresponse": _right_ones,
    "truefalse": _true_false,
    "shortanswer": _short_answer,
    "numerical": _numerical,
    "matching": _matching,
    "ddmatch": _matching,
    "match": _matching,
    "ordering": _ordering,
    "essay": _essay,
    "ddmarker": markers,
    "cloze": cloze,
    "multianswer": cloze,
    "ddwtos": choices,
    "gapselect": choices,
    "gapfill": gapfill,
}
GAPPED = {"cloze", "multianswer", "ddwtos", "gapselect", "gapfill"}  # their text has the gaps in it
_ANSWER = frozenset({"answer"})
_SHUFFLE = frozenset({"shuffleanswers", "shownumcorrect"})
SETTINGS = {
    "cloze": Elements(frozenset()),
    "multianswer": Elements(frozenset()),
    "ddwtos": Elements(frozenset({"dragbox"}), _SHUFFLE),
    "gapselect": Elements(frozenset({"selectoption"}), _SHUFFLE),
    "gapfill": Elements(_ANSWER, DELIVERY),
    "ddmarker": Elements(frozenset({"file", "drag", "drop"}), _SHUFFLE | {"showmisplaced"}),
    "multichoice": Elements(
        _ANSWER | {"single"}, _SHUFFLE | {"answernumbering", "showstandardinstruction"}
    ),
    "multichoiceset": Elements(_ANSWER, _SHUFFLE | {"answernumbering", "showstandardinstruction"}),
    "oumultiresponse": Elements(_ANSWER, _SHUFFLE | {"answernumbering", "showstandardinstruction"}),
    "truefalse": Elements(_ANSWER, frozenset({"showstandardinstruction"})),
    "shortanswer": Elements(_ANSWER | {"usecase"}),
    "numerical": Elements(
        _ANSWER | {"units", "unitgradingtype"}, frozenset({"unitpenalty", "showunits", "unitsleft"})
    ),
    "matching": Elements(frozenset({"subquestion"}), _SHUFFLE),
    "ddmatch": Elements(frozenset({"subquestion"}), _SHUFFLE),
    "match": Elements(frozenset({"subquestion"}), _SHUFFLE),
    "ordering": Elements(
        _ANSWER | {"selectcount", "gradingtype"},
        _SHUFFLE | {"layouttype", "selecttype", "showgrading", "numberingstyle"},
    ),
    "essay": Elements(
        frozenset(
            {
                "graderinfo",
                "responsetemplate",
                "responseformat",
                "attachments",
                "minwordlimit",
                "maxwordlimit",
                "maxbytes",
                "filetypeslist",
            }
        ),
        frozenset(
            {
                "responserequired",
                "responsefieldlines",
                "attachmentsrequired",
            }
        ),
    ),
}
