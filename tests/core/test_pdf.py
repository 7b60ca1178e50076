"""The PDF renderer: what it can't reach, how it fails, that it survives."""

import gc
import http.server
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdf
import pytest

from lms.core.pdf import (
    Document,
    RenderCrashed,
    Renderer,
    RenderFailed,
    RenderRefused,
    RenderTimeout,
    worker,
)
from lms.core.pdf.confinement import Confinement
from lms.core.settings import PROJECT

ENDLESS = "<p>{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
GREEDY = (
    "<p>{% set a = namespace(t='x' * 1000000) %}"
    "{% for i in range(10) %}{% set a.t = a.t ~ a.t %}{% endfor %}{{ a.t }}"
)
SECRET = "planted-secret-words"


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    made = Renderer(workers=1, seconds=20)
    yield made
    made.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A template's folder, with a secret beside it."""
    (tmp_path / "secret.txt").write_text(SECRET)
    (tmp_path / "secret.css").write_text(f"p::after {{ content: '{SECRET}' }}")
    (tmp_path / "secret.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    made = tmp_path / "template"
    made.mkdir()
    (made / "way-out.css").symlink_to(tmp_path / "secret.css")
    (made / "away").symlink_to(tmp_path)
    return made


class Eavesdropper(http.server.BaseHTTPRequestHandler):
    """A server that notes who calls; it also redirects to the secret."""

    calls: list[str]

    def do_GET(self) -> None:
        self.calls.append(self.path)
        self.send_response(302)
        self.send_header("Location", "file:///etc/passwd")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture
def eavesdropper() -> Iterator[tuple[str, list[str]]]:
    calls: list[str] = []
    handler = type("Handler", (Eavesdropper,), {"calls": calls})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}", calls
    server.shutdown()
    thread.join()
    server.server_close()


def document(folder: Path, body: str, **data: object) -> Document:
    (folder / "page.html").write_text(
        f'<!doctype html><html lang="{{{{ language }}}}"><title>Page</title>{body}', "utf-8"
    )
    return Document(folder, "page.html", "en", data)


# Each way a template could ask for something; ADDRESS is put in its place.
WAYS = {
    "an image": '<img alt="x" src="ADDRESS">',
    "an image by srcset": '<img alt="x" src="ADDRESS" srcset="ADDRESS 2x">',
    "an object": '<object data="ADDRESS"></object>',
    "an embed": '<embed src="ADDRESS">',
    "a style sheet": '<link rel="stylesheet" href="ADDRESS">',
    "an import": '<style>@import "ADDRESS";</style>',
    "an import by url()": "<style>@import url(ADDRESS);</style>",
    "a background": '<p style="background: url(ADDRESS)">x',
    "a list marker": '<ul style="list-style-image: url(ADDRESS)"><li>x</ul>',
    "generated content": '<style>p::before { content: url("ADDRESS") }</style><p>x',
    "a border image": '<p style="border: 9px solid; border-image: url(ADDRESS) 9">x',
    "a font": "<style>@font-face { font-family: x; src: url(ADDRESS) }</style><p>x",
    "a page background": "<style>@page { background: url(ADDRESS) }</style><p>x",
    "an attachment": '<link rel="attachment" href="ADDRESS">',
    "an attachment by a link": '<a rel="attachment" href="ADDRESS">x</a>',
    "an image inside SVG": '<svg width="9" height="9"><image href="ADDRESS" width="9" height="9"/></svg>',
    "an old image inside SVG": '<svg width="9" height="9"><image xlink:href="ADDRESS" width="9" height="9"/></svg>',
    "use inside SVG": '<svg width="9" height="9"><use href="ADDRESS#x"/></svg>',
    "a style sheet inside SVG": '<svg width="9" height="9"><style>@import url(ADDRESS);</style></svg>',
}
PLACES = {
    "the machine": "file:///etc/passwd",
    "the machine without a scheme": "/etc/passwd",
    "beside the folder": "../secret.css",
    "beside the folder, disguised": "%2e%2e/secret.css",
    "a link out of the folder": "way-out.css",
    "a folder that is a link": "away/secret.svg",
    "another machine's share": "//127.0.0.1/secret.css",
    "this process": "file:///proc/self/environ",
    "a place with a host": "file://127.0.0.1/etc/passwd",
    "ftp": "ftp://127.0.0.1/x",
    "an unknown scheme": "gopher://127.0.0.1/x",
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("way", WAYS)
def test_nothing_beyond_the_folder_is_loaded(
    renderer: Renderer, folder: Path, way: str, place: str
) -> None:
    body = WAYS[way].replace("ADDRESS", PLACES[place])
    _refused_or_harmless(renderer, document(folder, body))


@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_loaded_from_the_network(
    renderer: Renderer, folder: Path, eavesdropper: tuple[str, list[str]], way: str
) -> None:
    address, calls = eavesdropper
    body = WAYS[way].replace("ADDRESS", f"{address}/x")
    _refused_or_harmless(renderer, document(folder, body))
    assert calls == []


def _refused_or_harmless(renderer: Renderer, asked: Document) -> None:
    """Either the document is refused, or WeasyPrint ignored the reference and nothing came in."""
    try:
        pdf = renderer.render(asked)
    except RenderRefused:
        return
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    text = " ".join(page.extract_text() for page in reader.pages)
    assert SECRET not in text
    assert "root:" not in text
    assert not reader.attachments
    assert b"root:" not in pdf


REFUSED_WAYS = [way for way in WAYS if "SVG" not in way and way != "a border image"]


@pytest.mark.parametrize("way", REFUSED_WAYS)
def test_a_template_that_asks_for_more_than_its_own_is_told_so(
    renderer: Renderer, folder: Path, way: str
) -> None:
    body = WAYS[way].replace("ADDRESS", "file:///etc/passwd")
    with pytest.raises(RenderRefused, match="outside the template's folder"):
        renderer.render(document(folder, body))


def test_a_base_address_elsewhere_changes_nothing(renderer: Renderer, folder: Path) -> None:
    with pytest.raises(RenderRefused, match="http address refused"):
        renderer.render(
            document(folder, '<base href="http://127.0.0.1:9/"><img alt="" src="a.png">')
        )


def test_files_of_the_folder_are_loaded(renderer: Renderer, folder: Path) -> None:
    (folder / "own.css").write_text("p::after { content: 'from the own sheet' }")
    pdf = renderer.render(document(folder, '<link rel="stylesheet" href="own.css"><p>Text, '))
    assert "from the own sheet" in pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()


@pytest.mark.parametrize(
    "expression",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ self._TemplateReference__context }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ lipsum.__globals__['os'].environ }}",
        "{% include '../secret.txt' %}",
        "{% include '/etc/passwd' %}",
        "{% include 'away/secret.txt' %}",
        "{{ nobody_gave_this }}",
        "{% for %}",
    ],
)
def test_a_template_can_not_leave_the_sandbox(
    renderer: Renderer, folder: Path, expression: str
) -> None:
    with pytest.raises((RenderFailed, RenderRefused)):
        renderer.render(document(folder, f"<p>{expression}"))


def test_data_is_text_and_never_markup(renderer: Renderer, folder: Path) -> None:
    hostile = '<img src="file:///etc/passwd"><script>x</script>{{ 7 * 7 }}'
    pdf = renderer.render(document(folder, "<p>{{ name }}", name=hostile))
    text = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    assert '<img src="file:///etc/passwd">' in text
    assert "{{ 7 * 7 }}" in text


CONFINED = """
import os, sys
sys.path.insert(0, {project!r})
from pathlib import Path
from lms.core.pdf.confinement import Confinement
import socket, subprocess, ctypes
raw_socket = ctypes.CDLL(None, use_errno=True).socket
scratch = Path({scratch!r})
confinement = Confinement(scratch, [])
filtered = confinement.enter(memory_bytes=2**31)
confinement.folder = {folder!r}
def attempt(name, action):
    try:
        action()
    except OSError as error:
        print(name, "refused")
    else:
        print(name, "POSSIBLE")
print("filtered", filtered)
attempt("socket", lambda: socket.socket())
attempt("look-up", lambda: socket.getaddrinfo("localhost", 80))
attempt("program", lambda: subprocess.run(["true"]))
attempt("fork", os.fork)
attempt("shell", lambda: os.system("true"))
attempt("read", lambda: open("/etc/passwd"))
attempt("low-level read", lambda: os.open("/etc/passwd", os.O_RDONLY))
attempt("environment", lambda: open("/proc/self/environ"))
attempt("database", lambda: open({database!r}))
attempt("list", lambda: os.listdir("/etc"))
attempt("write", lambda: open({folder!r} + "/new", "w"))
attempt("remove", lambda: os.remove({folder!r} + "/own"))
attempt("climb", lambda: open({folder!r} + "/../secret.txt"))
open({folder!r} + "/own").close()
open({scratch!r} + "/new", "w").close()
os.remove({scratch!r} + "/new")
print("raw socket", "refused" if raw_socket(2, 1, 0) == -1 else "POSSIBLE")
"""


def test_the_process_can_not_leave_even_with_code_of_its_own(folder: Path, tmp_path: Path) -> None:
    (folder / "own").write_text("own")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    program = CONFINED.format(
        project=str(PROJECT),
        scratch=str(scratch),
        folder=str(folder),
        database=str(tmp_path / "secret.txt"),
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", program],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert "filtered True" in lines
    assert [line for line in lines if "POSSIBLE" in line] == []
    assert len([line for line in lines if line.endswith("refused")]) == 14


def test_the_worker_is_told_no_secrets(renderer: Renderer, folder: Path) -> None:
    os.environ["LMS_SECRET_KEY"] = SECRET
    try:
        fresh = Renderer(workers=1, seconds=20)
        fresh.render(document(folder, "<p>x"))
        (worker,) = fresh._all
        environment = Path(f"/proc/{worker.process.pid}/environ").read_bytes()
    finally:
        del os.environ["LMS_SECRET_KEY"]
        fresh.close()
    assert SECRET.encode() not in environment
    assert b"PATH=" in environment


def test_a_document_that_takes_too_long_is_given_up(folder: Path) -> None:
    slow = Renderer(workers=1, seconds=4)
    slow.render(document(folder, "<p>x"))
    with pytest.raises((RenderTimeout, RenderCrashed)):
        slow.render(document(folder, ENDLESS))
    assert slow.render(document(folder, "<p>x")).startswith(b"%PDF")
    slow.close()


def test_a_document_that_takes_all_memory_fails_alone(folder: Path) -> None:
    small = Renderer(workers=1, seconds=30, memory_bytes=700 * 2**20)
    small.render(document(folder, "<p>x"))
    with pytest.raises((RenderFailed, RenderCrashed)):
        small.render(document(folder, GREEDY))
    assert small.render(document(folder, "<p>x")).startswith(b"%PDF")
    small.close()


def test_the_pool_survives_a_killed_worker(renderer: Renderer, folder: Path) -> None:
    asked = document(folder, "<p>x")
    renderer.render(asked)
    (worker,) = renderer._all
    os.kill(worker.process.pid, signal.SIGKILL)
    worker.process.wait()
    assert renderer.render(asked).startswith(b"%PDF")
    (successor,) = renderer._all
    assert successor is not worker


def test_a_worker_killed_at_work_fails_that_document_only(folder: Path) -> None:
    pool = Renderer(workers=1, seconds=20)
    pool.render(document(folder, "<p>x"))
    (worker,) = pool._all
    threading.Timer(0.5, worker.process.kill).start()
    with pytest.raises(RenderCrashed):
        pool.render(document(folder, ENDLESS))
    assert pool.render(document(folder, "<p>x")).startswith(b"%PDF")
    pool.close()


def test_workers_and_their_folders_end_with_the_pool(folder: Path) -> None:
    pool = Renderer(workers=1, seconds=20)
    pool.render(document(folder, "<p>x"))
    (worker,) = pool._all
    assert Path(worker.scratch).is_dir()
    pool.close()
    assert not worker.is_alive
    assert not Path(worker.scratch).exists()


def test_a_worker_ends_when_the_application_is_gone(folder: Path) -> None:
    program = (
        f"import sys; sys.path.insert(0, {str(PROJECT)!r})\n"
        "from pathlib import Path\nfrom lms.core.pdf import Document, Renderer\n"
        "import os\n"
        f"r = Renderer(1, 20); r.render(Document(Path({str(folder)!r}), 'page.html', 'en'))\n"
        "(w,) = r._all; print(w.scratch, flush=True); os._exit(0)\n"
    )
    document(folder, "<p>x")
    done = subprocess.run(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, timeout=60, check=True
    )
    scratch = done.stdout.strip()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and Path(scratch).exists():
        time.sleep(0.05)
    assert not Path(scratch).exists()


def test_several_threads_share_the_pool(renderer: Renderer, folder: Path) -> None:
    asked = document(folder, "<p>{{ number }}", number=1)
    made: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: made.append(renderer.render(asked))) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 6
    assert len(set(made)) == 1
    assert len(renderer._all) == 1


DRAWING = (
    '<svg viewBox="0 0 {size} 50"><defs><marker id="m" viewBox="0 0 9 9">'
    '<path d="M0 0h9v9z"/></marker></defs>'
    '<path d="M1 1c.9-1.6 2 1e1 3 3s4-2 9 9q1 2 3 4t5 5a9 9 0 0 1 20 2z" stroke="red"/>'
    '<path d="M1 5 L40 20 60 9" marker-mid="url(#m)"/>'
    '<path d="M0 0L9 9L7"/><path d="M10% 5L50% 9"/><path/><path d="M5 5h20v9z"/></svg>'
)


def test_a_path_that_was_drawn_before_is_drawn_the_same(renderer: Renderer, folder: Path) -> None:
    """Also where it stands in a drawing of another size, or has marks or lengths with units."""
    small, large = DRAWING.format(size=50), DRAWING.format(size=500)
    first = renderer.render(document(folder, f"<p>{small}"))
    both = [renderer.render(document(folder, f"<p>{large}")) for _ in range(2)]
    assert both[0] == both[1] != first
    assert renderer.render(document(folder, f"<p>{small}")) == first
    renderer.close()  # the next one begins with nothing drawn
    assert renderer.render(document(folder, f"<p>{large}")) == both[0]


def test_a_worker_ends_after_many_documents_however_few_requests_they_came_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(worker, "MAX_DOCUMENTS", 5)
    monkeypatch.setattr(worker, "allow_processor_seconds", lambda _seconds: None)
    asked: list[int] = []

    def compose(request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        asked.append(len(request.get("many", ())))
        return {}, b""

    reading, writing = os.pipe()
    with os.fdopen(reading, "rb", buffering=0) as source, os.fdopen(writing, "wb") as requests:
        for many in ([{}, {}, {}], None, [{}, {}], [{}]):
            request = {"folder": "/", "processor_seconds": 1} | ({"many": many} if many else {})
            requests.write(worker.frame(json.dumps(request).encode()))
        requests.flush()
        worker.serve(source, io.BytesIO(), Confinement(Path("/"), []), compose)
    assert asked == [3, 0, 2]


class Drawn:
    """Something that refers to itself, as what WeasyPrint draws does."""

    def __init__(self) -> None:
        self.itself = self


def test_what_a_portion_leaves_behind_goes_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "MAX_DOCUMENTS", 2)
    monkeypatch.setattr(worker, "allow_processor_seconds", lambda _seconds: None)
    left: list[weakref.ref[Drawn]] = []
    still_there: list[int] = []

    def compose(_request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        still_there.append(sum(one() is not None for one in left))
        left.append(weakref.ref(Drawn()))
        return {}, b""

    reading, writing = os.pipe()
    gc.disable()
    try:
        with os.fdopen(reading, "rb", buffering=0) as source, os.fdopen(writing, "wb") as requests:
            request = {"folder": "/", "processor_seconds": 1, "many": [{}]}
            requests.write(worker.frame(json.dumps(request).encode()) * 2)
            requests.flush()
            worker.serve(source, io.BytesIO(), Confinement(Path("/"), []), compose)
    finally:
        gc.enable()
    assert still_there == [0, 0]
