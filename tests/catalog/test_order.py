"""What comes before what: rules over any outline."""

from hypothesis import given
from hypothesis import strategies as st

from lms.catalog.kinds.order import Need, Order, Rules, Step

KEYS = tuple("abcdef")


def order(**after: str) -> Order:
    """Activities a… in module m, each after the letters given."""
    steps = [Step(key, "m", Rules(after=tuple(after.get(key, "")))) for key in KEYS]
    return Order(tuple(steps), {"m": Rules(), "n": Rules()})


def test_an_activity_opens_once_what_was_named_is_complete() -> None:
    course = order(c="ab")
    assert course.unmet("c", {"a"}) == [Need("b")]
    assert course.unmet("c", {"a", "b"}) == []
    assert course.unmet("a", set()) == []


def test_a_module_asks_for_all_of_it_that_is_not_optional() -> None:
    steps = (
        Step("a", "m"),
        Step("b", "m", Rules(optional=True)),
        Step("c", "n"),
    )
    course = Order(steps, {"m": Rules(), "n": Rules(after_modules=("m",))})
    assert course.unmet("c", set()) == [Need("m", is_module=True)]
    assert course.unmet("c", {"a"}) == []


def test_an_exam_without_a_word_opens_after_all_before_it() -> None:
    steps = (Step("a", "m"), Step("exam", "m", is_exam=True), Step("b", "m"))
    course = Order(steps, {"m": Rules()})
    assert course.needs("exam") == [Need("a")]


def test_names_of_nothing_mean_nothing() -> None:
    assert order(a="z").needs("a") == []


def test_a_circle_is_found_wherever_it_begins() -> None:
    assert set(order(b="c", c="d", d="b").cycle()) == set("bcd")
    assert order(a="a").cycle() == ["a"]
    assert order(b="a", c="ab").cycle() == []


def test_an_activity_of_a_module_that_waits_for_that_module_is_a_circle() -> None:
    steps = (Step("a", "m", Rules(after_modules=("m",))),)
    assert Order(steps, {"m": Rules()}).cycle() == ["a"]


@given(st.dictionaries(st.sampled_from(KEYS), st.text(alphabet=KEYS, max_size=3)))
def test_without_a_circle_everything_opens_in_the_end(after: dict[str, str]) -> None:
    course, done = order(**after), set[str]()
    for _ in KEYS:
        done |= {key for key in KEYS if not course.unmet(key, done)}
    assert (done == set(KEYS)) == (course.cycle() == [])


def test_a_very_long_chain_is_walked() -> None:
    steps = [
        Step(f"k{n}", "m", Rules(after=(f"k{n + 1}",) if n < 4999 else ("k0",)))
        for n in range(5000)
    ]
    assert len(Order(tuple(steps), {}).cycle()) == 5000
