"""Scripts import one another: whatever a browser keeps, those of one page are of one version."""

import re
import shutil
from pathlib import Path

import pytest
from flask import Flask

from lms.core.settings import PROJECT
from lms.web import assets
from tests.pages import PageClient

pytestmark = pytest.mark.in_turn
IMPORTS = re.compile(r"""(?:from|import)\s*\(?\s*["'](\.{1,2}/[^"']+)["']""")
STATIC = PROJECT / "static"


def test_each_import_of_each_script_is_of_the_version_that_pages_name(app: Flask) -> None:
    client = app.test_client()
    [version] = set(re.findall(r"/static/js/[\w-]+\.js\?v=(\w+)", client.get("/verify").text))
    found = 0
    for path in sorted((STATIC / "js").glob("*.js")):
        answer = client.get(f"/static/js/{path.name}?v={version}")
        assert answer.mimetype == "text/javascript"
        assert answer.cache_control.max_age == 365 * 24 * 3600
        assert "Cookie" not in answer.vary  # a cache keeps one for everybody
        written, sent = IMPORTS.findall(path.read_text("utf-8")), IMPORTS.findall(answer.text)
        assert sent == [f"{one}?v={version}" for one in written]
        found += len(sent)
        for one in written:
            assert (path.parent / one).is_file(), f"{path.name}: {one}"
    assert found > 40


@pytest.mark.parametrize("query", ["", "?v=0000000000"])
def test_a_script_under_another_version_is_asked_for_anew_each_time(app: Flask, query: str) -> None:
    client = app.test_client()
    answer = client.get(f"/static/js/app.js{query}")
    assert answer.cache_control.no_cache
    assert answer.cache_control.max_age is None
    again = client.get(
        f"/static/js/app.js{query}", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304


def test_any_changed_script_changes_the_version_of_all(tmp_path: Path) -> None:
    folder = tmp_path / "static"
    shutil.copytree(STATIC / "js", folder / "js")
    before = assets.version_of(folder)
    (folder / "js" / "menus.js").write_text("export function closeMenus() {}\n", "utf-8")
    assert assets.version_of(folder) != before


@pytest.mark.parametrize("path", ["js/none.js", "../lms/x.js", "js/..%2f..%2fwsgi.py.js", "js"])
def test_what_is_no_script_of_the_site_is_not_found(client: PageClient, path: str) -> None:
    client.get(f"/static/{path}", status=404)
