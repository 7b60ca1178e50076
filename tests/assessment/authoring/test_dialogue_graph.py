"""A dialogue as a graph: laid out, checked at the place, played through."""

from hypothesis import given
from hypothesis import strategies as st

from lms.assessment.authoring.dialogues.checks import Flaw, flaws
from lms.assessment.authoring.dialogues.layout import HEIGHT, WIDTH, drawn
from lms.assessment.authoring.dialogues.play import played
from lms.assessment.authoring.dialogues.showing import broken
from lms.assessment.kinds.values import Reply, Turn


def turn(key: str, *targets: str, score: int | None = None, debriefed: bool = True) -> Turn:
    """A turn whose replies lead to ``targets``; an end without any."""
    replies = tuple(
        Reply(f"r{n}", {"en": f"to {target}"}, target, n - 1, 10, {"en": "why"})
        for n, target in enumerate(targets)
    )
    is_end = not targets and score is not None
    return Turn(key, {"en": key}, replies, score, {"en": "so"} if is_end and debriefed else {})


GOOD = [turn("a", "b", "c"), turn("b", "a", "d"), turn("c", score=0), turn("d", score=100)]


def found(*turns: Turn) -> set[tuple[str, Flaw]]:
    return {(one.turn, one.flaw) for one in flaws(turns)}


def test_a_finished_dialogue_has_no_flaws() -> None:
    assert found(*GOOD) == set()


def test_each_flaw_is_told_at_its_turn() -> None:
    assert ("d", Flaw.DEAD_END) in found(*GOOD[:3], turn("d"))
    assert ("x", Flaw.UNREACHABLE) in found(*GOOD, turn("x", score=10))
    loop = found(turn("a", "b", "d"), turn("b", "c"), turn("c", "b"), turn("d", score=100))
    assert loop == {("b", Flaw.NO_WAY_OUT), ("c", Flaw.NO_WAY_OUT)}
    assert ("a", Flaw.LOOSE_REPLY) in found(turn("a", "d", ""), turn("d", score=100))
    bare = turn("d", score=100, debriefed=False)
    assert found(turn("a", "d"), bare) == {("d", Flaw.NO_DEBRIEFING)}
    assert ("", Flaw.NO_GOOD_END) in found(turn("a", "d"), turn("d", score=90))
    assert ("a", Flaw.OPENS_AT_END) in found(turn("a", score=100))


keys = st.sampled_from([f"t{n}" for n in range(40)])
dialogues = st.lists(
    st.builds(lambda key, targets: turn(key, *targets), keys, st.lists(keys, max_size=5)),
    max_size=40,
    unique_by=lambda one: one.key,
)


def test_a_reply_that_skips_a_turn_goes_past_it() -> None:
    drawing = drawn([turn("a", "b", "c"), turn("b", "c"), turn("c", score=100)])
    straight, past = (edge for edge in drawing.edges if edge.start == "a")
    [middle] = [node for node in drawing.nodes if node.turn.key == "b"]
    across = float(past.path.partition("V")[0].split()[-2])
    assert not middle.x <= across <= middle.x + WIDTH
    assert "V" not in straight.path


def test_what_the_first_reply_leads_to_stands_left_of_what_the_last_does() -> None:
    tree = [
        turn("a", "b", "c", "d"),
        turn("b", "e", "f"),
        turn("d", "g", "h"),
        *(turn(key, score=0) for key in "hgfec"),
    ]
    places = {node.turn.key: node.x for node in drawn(tree).nodes}
    assert places["b"] < places["c"] < places["d"]
    assert sorted("efgh", key=lambda key: places[key]) == list("efgh")


@given(dialogues)
def test_every_turn_is_drawn_once_and_no_two_overlap(turns: list[Turn]) -> None:
    drawing = drawn(turns)
    assert sorted(node.turn.key for node in drawing.nodes) == sorted(one.key for one in turns)
    places = [(node.x, node.y) for node in drawing.nodes]
    for at, (x, y) in enumerate(places):
        assert 0 <= x <= drawing.width - WIDTH
        assert 0 <= y <= drawing.height - HEIGHT
        assert all(abs(x - u) >= WIDTH or abs(y - v) >= HEIGHT for u, v in places[:at])


@given(dialogues)
def test_every_reply_that_leads_somewhere_is_drawn_and_always_alike(turns: list[Turn]) -> None:
    known = {one.key for one in turns}
    wanted = sum(reply.leads_to in known for one in turns for reply in one.replies)
    assert len(drawn(turns).edges) == wanted
    assert drawn(turns) == drawn(turns)


def test_the_first_turn_stands_on_top_and_its_answers_beneath() -> None:
    heights = {node.turn.key: node.y for node in drawn(GOOD).nodes}
    assert heights["a"] < heights["b"] == heights["c"] < heights["d"]
    assert [edge.is_back for edge in drawn(GOOD).edges] == [False, False, True, False]


def test_a_play_sums_mood_and_time_and_goes_back() -> None:
    play = played(GOOD, "0 1")
    assert play is not None
    assert play.now == GOOD[3]
    assert (play.mood, play.seconds) == (-1, 20)
    assert [one.back for one in play.said] == ["", "0"]
    assert play.choices == ()


def test_a_path_that_cannot_be_walked_stops_where_it_ends() -> None:
    for path in ("9", "x", "0 7 1", "-1", "²"):
        play = played(GOOD, path)
        assert play is not None
        assert len(play.path.split()) <= 1
    assert played([], "0") is None


def test_texts_are_broken_into_two_lines() -> None:
    assert broken("Hello") == ["Hello"]
    lines = broken("one two three four five six seven eight nine ten eleven twelve")
    assert lines == ["one two three four five", "six seven eight nine te…"]
    assert all(len(line) <= 24 for line in broken("x" * 100))
