"""A conversation with a visitor at the window: each reply leads on, to an end with a score.

The whole graph is delivered, so that the conversation goes on without network; scores, debriefings
and explanations of replies are not. Turns and replies are renamed, since an author's ``end-good``
says what it is. A response is the path taken so far: the keys of the replies in their order. As in
life nothing said can be taken back: a path may grow, never turn (see ``assessment.log``).
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from lms.assessment.kinds.base import (
    Answer,
    Content,
    Explanations,
    Kind,
    Response,
    Split,
    by_author,
    neutral,
)
from lms.assessment.kinds.values import AuthoredItem, Reply, Texts, Turn
from lms.core.errors import Invalid

LONGEST = 60  # replies of a path; a graph may hold circles


def _split(item: AuthoredItem) -> Split:
    turns = neutral([(turn.key, turn.says) for turn in item.turns], "t")
    replies = neutral([(_name(t, r), r.text) for t in item.turns for r in t.replies], "r")
    turn_keys, reply_keys = by_author(turns), by_author(replies)
    ends = [turn for turn in item.turns if not turn.replies]
    return Split(
        {
            "start": turn_keys[item.turns[0].key] if item.turns else None,
            "turns": [_shown(turn, turn_keys, reply_keys) for turn in item.turns],
        },
        {
            "start": turn_keys[item.turns[0].key] if item.turns else None,
            "scores": {turn_keys[turn.key]: turn.score for turn in ends},
            "leads_to": {
                reply_keys[_name(t, r)]: turn_keys.get(r.leads_to, "")
                for t in item.turns
                for r in t.replies
            },
            "turn_names": turns,
            "reply_names": replies,
        },
        {
            "ends": {turn_keys[turn.key]: turn.debriefing for turn in ends},
            "replies": {
                reply_keys[_name(t, r)]: r.explanation for t in item.turns for r in t.replies
            },
        },
    )


def _name(turn: Turn, reply: Reply) -> str:
    return f"{turn.key}/{reply.key}"


def _shown(turn: Turn, turn_keys: dict[str, str], reply_keys: dict[str, str]) -> dict[str, Any]:
    replies = [
        {
            "key": reply_keys[_name(turn, reply)],
            "text": reply.text,
            "leads_to": turn_keys.get(reply.leads_to, ""),
            "mood": reply.mood,
            "seconds": reply.seconds,
        }
        for reply in turn.replies
    ]
    return {"key": turn_keys[turn.key], "says": turn.says, "replies": replies}


def _join(content: Content, answer: Answer, explanations: Explanations) -> dict[str, Any]:
    turn_names, reply_names = answer["turn_names"], answer["reply_names"]

    def reply(shown: Mapping[str, Any]) -> Reply:
        return Reply(
            key=reply_names[shown["key"]].partition("/")[2],
            text=shown["text"],
            leads_to=turn_names.get(shown["leads_to"], ""),
            mood=shown["mood"],
            seconds=shown["seconds"],
            explanation=explanations["replies"][shown["key"]],
        )

    return {
        "turns": tuple(
            Turn(
                key=turn_names[turn["key"]],
                says=turn["says"],
                replies=tuple(reply(shown) for shown in turn["replies"]),
                score=answer["scores"].get(turn["key"]),
                debriefing=explanations["ends"].get(turn["key"], {}),
            )
            for turn in content["turns"]
        )
    }


def _texts(item: AuthoredItem) -> Iterator[Texts]:
    for turn in item.turns:
        yield turn.says
        if not turn.replies:
            yield turn.debriefing
        for reply in turn.replies:
            yield reply.text
            yield reply.explanation


def _normalise(raw: Mapping[str, Any], content: Content) -> Response | None:
    path = raw.get("path")
    if not isinstance(path, list) or len(path) > LONGEST:
        raise Invalid
    if path and len(steps(content, path)) < len(path):
        raise Invalid
    return {"path": path} if path else None


def steps(content: Content, path: list[Any]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return (turn, reply) along ``path``, as far as it can be walked."""
    turns = {turn["key"]: turn for turn in content["turns"]}
    turn, walked = turns.get(content["start"]), []
    for key in path:
        reply = next((r for r in turn["replies"] if r["key"] == key), None) if turn else None
        if turn is None or reply is None:
            break
        walked.append((turn, reply))
        turn = turns.get(reply["leads_to"])
    return walked


def reached(content: Content, path: list[str]) -> dict[str, Any] | None:
    """Return the turn that ``path`` leads to; None for a path that can't be walked."""
    walked = steps(content, path)
    if len(walked) < len(path):
        return None
    key = walked[-1][1]["leads_to"] if walked else content["start"]
    return next((turn for turn in content["turns"] if turn["key"] == key), None)


def _credit(answer: Answer, response: Response, _language: str) -> Fraction:
    """Score the end that was reached; an unfinished conversation earns nothing."""
    end = answer["leads_to"].get(response["path"][-1])
    return Fraction(answer["scores"].get(end) or 0, 100)


def _best(answer: Answer) -> Response:
    """Return a shortest path to an end with the highest score."""
    turns = by_author(answer["turn_names"])
    replies: dict[str, list[str]] = {}
    for key, name in answer["reply_names"].items():
        replies.setdefault(turns[name.partition("/")[0]], []).append(key)
    paths: dict[str, list[str]] = {answer["start"]: []}
    waiting = [answer["start"]]
    for turn in waiting:
        for key in replies.get(turn, []):
            place = answer["leads_to"][key]
            if place not in paths:
                paths[place] = [*paths[turn], key]
                waiting.append(place)
    end = max(answer["scores"], key=lambda key: (key in paths, answer["scores"][key]))
    return {"path": paths[end]}


DIALOGUE = Kind(_split, _join, _texts, _normalise, _credit, _best)
