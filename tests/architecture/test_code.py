"""Facts about the code base that hold everywhere."""

import ast
import re
import statistics

from tests.architecture.sources import (
    PACKAGE,
    PROJECT,
    functions,
    length,
    modules,
    name,
    parsed,
    saying,
    templates,
)


def test_only_the_unit_of_work_commits() -> None:
    offenders = [
        name(path)
        for path in saying("commit|rollback")
        if path.name != "unit_of_work.py"
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("commit", "rollback")
    ]
    assert offenders == []


def test_no_import_hides_inside_a_function() -> None:
    # What is heavy and seldom needed is imported late, so that nobody else pays for it: WeasyPrint by
    # the renderer's process, the client of a bucket where files lie in one, SCIM and PDF signing at
    # their first use.
    allowed = {
        "lms/core/pdf/worker.py",
        "lms/core/pdf/composing.py",
        "lms/core/storage/__init__.py",
        "lms/app/readiness.py",
        "lms/certification/documents.py",
        "lms/certification/printing/hand.py",
        "lms/standards/scim/views.py",
    }
    offenders = {
        f"{name(path)}:{node.lineno}"
        for path in saying(r"^(?!import |from ).*\bimport\b")
        if name(path) not in allowed
        for function in functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert offenders == set()


def test_only_the_clock_reads_the_time() -> None:
    pattern = re.compile(r"datetime\.now\(|datetime\.utcnow|date\.today\(")
    offenders = [
        name(path)
        for path in modules()
        if path.name != "clock.py" and pattern.search(path.read_text("utf-8"))
    ]
    assert offenders == []


def test_services_and_policies_never_touch_the_request() -> None:
    forbidden = re.compile(
        r"^from flask(_login)? import .*\b(request|current_user|session|g)\b", re.MULTILINE
    )
    kinds = ("services", "policies", "queries", "jobs", "handlers")
    offenders = [
        name(path)
        for path in modules()
        if (path.stem in kinds or path.parent.name in kinds)
        and forbidden.search(path.read_text("utf-8"))
    ]
    assert offenders == []


def test_who_asks_for_the_head_of_a_page_gets_that_of_the_page() -> None:
    """A view that tells by "GET" answers HEAD as it does a form that was sent (RFC 9110, 9.3.2)."""
    pattern = re.compile(r"""request\.method (?:==|!=) ["']GET["']""")
    offenders = [name(path) for path in modules() if pattern.search(path.read_text("utf-8"))]
    assert offenders == []


def test_files_stay_short_enough_to_read() -> None:
    long = {
        name(path): count
        for path in modules()
        if (count := len(path.read_text("utf-8").splitlines())) > 400
    }
    assert long == {}


def test_functions_stay_short_enough_to_read() -> None:
    long = {
        f"{name(path)}:{node.name}": length(node)
        for path in modules()
        for node in functions(path)
        if length(node) > 50
    }
    assert long == {}


def test_views_load_authorise_act_and_little_else() -> None:
    lengths = {
        f"{name(path)}:{node.name}": length(node)
        for path in modules()
        if path.stem == "views" or path.parent.name == "views"
        for node in functions(path)
        if any("blueprint." in ast.unparse(decorator) for decorator in node.decorator_list)
    }
    assert {view: lines for view, lines in lengths.items() if lines > 30} == {}
    assert statistics.median(lengths.values()) <= 8


def test_folders_stay_small_enough_to_see() -> None:
    crowded = {
        name(folder): count
        for folder in {path.parent for path in modules()}
        if (count := len(list(folder.glob("*.py")))) > 14
    }
    assert crowded == {}


def test_no_module_is_a_drawer_for_everything() -> None:
    drawers = {"utils", "util", "helpers", "common", "misc"}
    assert [name(path) for path in modules() if path.stem in drawers] == []


def test_pages_carry_no_inline_code_or_style() -> None:
    pattern = re.compile(
        r"<style|\sstyle=|\son[a-z]+=\"|javascript:|<script(?![^>]*\bsrc=)(?![^>]*application/json)"
    )
    # Mail programs know nothing of our style sheets.
    pages = [path for path in templates() if not {"documents", "emails"} & set(path.parts)]
    assert pages
    offenders = [name(path) for path in pages if pattern.search(path.read_text("utf-8"))]
    assert offenders == []


def test_no_page_names_a_foreign_host() -> None:
    pattern = re.compile(r"(?:src|href|action)=[\"'](?:https?:)?//")
    files = [
        *templates(),
        *(PROJECT / "static" / "css").rglob("*.css"),
        *(PROJECT / "static" / "js").rglob("*.js"),
    ]
    offenders = [name(path) for path in files if pattern.search(path.read_text("utf-8"))]
    assert offenders == []


def test_no_template_imports_a_macro_library_it_does_not_use() -> None:
    pattern = re.compile(r"{%-?\s*import\s+'[^']+'\s+as\s+(\w+)")
    texts = {name(path): path.read_text("utf-8") for path in templates()}
    offenders = [
        f"{page}: {alias}"
        for page, text in texts.items()
        for alias in pattern.findall(text)
        if not re.search(rf"\b{alias}\.", text)
    ]
    assert offenders == []


def test_every_package_says_what_it_owns() -> None:
    silent = [
        name(path) for path in PACKAGE.glob("*/__init__.py") if not ast.get_docstring(parsed(path))
    ]
    assert silent == []
