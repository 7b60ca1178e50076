"""The project's own files, for tests that hold facts about the code base."""

import ast
import re
from functools import lru_cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PACKAGE = PROJECT / "lms"


def modules(folder: Path = PACKAGE) -> list[Path]:
    """Return the Python files of a folder, sorted."""
    return sorted(path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)


def saying(pattern: str) -> list[Path]:
    """Return the package's files whose text has ``pattern``: only these need be parsed for it."""
    found = re.compile(pattern, re.MULTILINE)
    return [path for path in modules() if found.search(path.read_text("utf-8"))]


def name(path: Path) -> str:
    """Return a file's path within the project."""
    return path.relative_to(PROJECT).as_posix()


@lru_cache(maxsize=1024)
def parsed(path: Path) -> ast.Module:
    """Return a file's syntax tree."""
    return ast.parse(path.read_text("utf-8"), str(path))


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Return all functions and methods of a file."""
    return [
        node
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return how many lines a function has below its docstring."""
    body = node.body
    documented = (
        isinstance(body[0], ast.Expr)
        and isinstance(body[0].value, ast.Constant)
        and isinstance(body[0].value.value, str)
    )
    if documented and len(body) > 1:
        body = body[1:]
    return (body[-1].end_lineno or 0) - body[0].lineno + 1


def templates() -> list[Path]:
    """Return all page templates."""
    return sorted((PROJECT / "templates").rglob("*.html"))
