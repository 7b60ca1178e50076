"""Whatever the code writes into the audit log has words there."""

import ast
from functools import cache

from lms.people.audit_words import ACTIONS, DETAILS, SUBJECTS
from tests.architecture.sources import parsed, saying
from tests.support.databases import Sqlite

# What an entry consists of, and who acts, in the calls that record one; the rest are its details.
OF_ENTRIES = {"now", "actor_key", "actor", "author", "action", "subject_kind", "subject_key"}
OF_ENTRIES |= {"person_key", "subjects", "reason"}
# A file that has none of these words records nothing: it needn't be parsed.
RECORDS = r"\b(action=|subject_kind=|SUBJECT\b)"


@cache
def recording() -> list[tuple[str, ast.keyword | ast.Assign]]:
    """The keywords and assignments of each file that records something."""
    return [
        (path.name, node)
        for path in saying(RECORDS)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.keyword | ast.Assign)
    ]


def keywords(name: str) -> list[tuple[str, ast.expr]]:
    """What is given as ``name``, with the name of the file."""
    return [
        (file, node.value)
        for file, node in recording()
        if isinstance(node, ast.keyword) and node.arg == name
    ]


def constants(values: list[ast.expr]) -> set[str]:
    return {str(value.value) for value in values if isinstance(value, ast.Constant)}


def test_each_action_is_written_out_where_it_is_recorded() -> None:
    """So that the test below finds it: an f-string or a variable of another name would hide it."""
    hidden = [
        f"{file}:{value.lineno}"
        for file, value in keywords("action")
        if not isinstance(value, ast.Constant | ast.Name)
    ]
    assert hidden == []


def test_each_action_has_words(sqlite: Sqlite) -> None:
    sqlite.fresh_app()  # the domains' handlers add their words
    recorded = constants([value for _file, value in keywords("action")])
    assert len(recorded) > 100
    assert recorded - set(ACTIONS) == set()


def test_each_kind_of_record_has_words(sqlite: Sqlite) -> None:
    """Kinds stand in the call or are named SUBJECT."""
    sqlite.fresh_app()
    named = [value for _file, value in keywords("subject_kind")]
    named += [
        node.value
        for _file, node in recording()
        if isinstance(node, ast.Assign)
        and [ast.unparse(one) for one in node.targets] == ["SUBJECT"]
    ]
    assert len(constants(named)) > 20
    assert constants(named) - set(SUBJECTS) == set()


def test_each_detail_has_words(sqlite: Sqlite) -> None:
    """Of those that are written out where an action is recorded."""
    sqlite.fresh_app()
    recorded = {
        keyword.arg
        for path in saying(RECORDS)
        for call in ast.walk(parsed(path))
        if isinstance(call, ast.Call) and _names_an_action(call)
        for keyword in call.keywords
        if keyword.arg
    } - OF_ENTRIES
    assert len(recorded) > 50
    assert recorded - set(DETAILS) == set()


def _names_an_action(call: ast.Call) -> bool:
    """Whether a call is given an action: of ``record``, or of what hands its details on to it."""
    given = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg == "action")]
    return any(isinstance(one, ast.Constant) and one.value in ACTIONS for one in given)
