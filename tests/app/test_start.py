"""How the application starts: quickly, since every command and every worker waits for it."""

import gc
import shutil
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, url_for
from werkzeug.routing import Rule

from lms.app import create_app, queue
from lms.app.commands import in_turn
from lms.app.readiness import check_ready, has_newest_schema
from lms.certification.register.services import seal
from lms.certification.sealing.authority import Authority, authority
from lms.core import database
from lms.core.database import db, writing
from lms.core.pdf.fonts import FILES, FOLDER
from lms.core.settings import SettingsError
from lms.core.signing import KeyUse, key_ring
from tests.builders.certification import ISSUED, make_certificate
from tests.pages import PageClient
from tests.support.applications import make_settings
from tests.support.databases import Sqlite
from tests.support.server import READY


def test_the_garbage_collector_rests_while_the_application_is_made(tmp_path: Path) -> None:
    seen: list[str] = []

    def note(phase: str, _info: dict[str, int]) -> None:
        seen.append(phase)

    gc.callbacks.append(note)
    try:
        create_app(make_settings(tmp_path))
    finally:
        gc.callbacks.remove(note)
    assert seen == []
    assert gc.isenabled()


def test_the_garbage_collector_works_again_when_the_start_was_refused(tmp_path: Path) -> None:
    occupied = tmp_path / "var"
    occupied.touch()
    with pytest.raises(SettingsError, match="LMS_VAR"):
        create_app(make_settings(occupied))
    assert gc.isenabled()


def test_builders_of_addresses_are_made_when_an_address_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    compile_builder = Rule._compile_builder

    def note(rule: Rule, append_unknown: bool = True) -> Any:
        made.append(rule.endpoint)
        return compile_builder(rule, append_unknown)

    monkeypatch.setattr(Rule, "_compile_builder", note)
    app = create_app(make_settings(tmp_path))
    at_start = set(made)
    assert at_start == {"static"}  # Flask's own, made before ours can be told
    with app.test_request_context("/"):
        assert url_for("people.sign_in", next="/x") == url_for("people.sign_in", next="/x")
    assert made.count("people.sign_in") == 1


def test_what_signs_and_what_checks_signatures_is_loaded_when_it_is_needed() -> None:
    started = READY.Process(target=exit_if_loaded, args=("pyhanko",))
    started.start()
    started.join(60)
    assert started.exitcode == 0


def exit_if_loaded(name: str) -> None:
    sys.exit(name in sys.modules)


def test_a_server_starts_while_a_long_import_writes(
    sqlite: Sqlite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "LONGEST_WAIT", 0.1)
    app = sqlite.fresh_app()
    with app.app_context():
        importing = db.engine.connect()
        assert writing.get()
        importing.begin()
        db.session.remove()
        check_ready(app)
        importing.close()


@pytest.mark.in_turn
def test_an_own_template_that_makes_no_certificate_is_refused(
    make_app: Callable[..., Flask], tmp_path: Path
) -> None:
    app = make_app(certificate_templates=tmp_path)
    template = tmp_path / "certificate.html"
    template.write_text("<p>{{ holder }} {{ number }} {{ percent + 1 }}</p>", "utf-8")
    with pytest.raises(SettingsError, match=r"certificate\.html .*None"):  # without an exam
        check_ready(app)
    template.write_text("", "utf-8")
    with pytest.raises(SettingsError, match=r"shows no holder and no number"):
        check_ready(app)
    template.write_text("<p>{{ number }}<p hidden>{{ holder }}", "utf-8")
    with pytest.raises(SettingsError, match=r"shows no holder on its first page"):
        check_ready(app)
    (tmp_path / "arms.png").write_bytes(b"no picture")
    template.write_text("<p>{{ holder }} {{ number }} <img src=arms.png alt=Arms>", "utf-8")
    with pytest.raises(SettingsError, match=r"makes no certificate: .*arms\.png"):
        check_ready(app)
    template.write_text("<p>{{ holder }} {{ number }}</p>", "utf-8")
    check_ready(app)


def test_a_server_that_could_make_no_documents_does_not_start(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_ready(app)
    monkeypatch.setattr("lms.app.readiness.LIBRARIES", ("libpango-none.so.0",))
    with pytest.raises(SettingsError, match=r"libpango-none\.so\.0.*system-packages run"):
        check_ready(app)
    monkeypatch.undo()
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(SettingsError, match="weasyprint isn't installed"):
        check_ready(app)


def test_a_server_without_a_font_of_documents_does_not_start(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sorted(FILES) == sorted(path.name for path in FOLDER.glob("*.ttf"))
    monkeypatch.setattr("lms.app.readiness.FILES", (*FILES, "Gone-Regular.ttf"))
    with pytest.raises(SettingsError, match=r"fonts .* missing: .*Gone-Regular\.ttf"):
        check_ready(app)


def test_a_server_without_the_keys_of_what_was_signed_does_not_start(app: Flask) -> None:
    settings = app.config["SETTINGS"]
    make_certificate()
    seal(now=ISSUED, settings=settings)
    db.session.commit()
    check_ready(app)
    shutil.rmtree(settings.var / "keys")
    with pytest.raises(SettingsError, match=r"keys lacks the keys .* `lms keys make`"):
        check_ready(app)
    key_ring(settings, KeyUse.REGISTER).make(ISSUED - timedelta(days=1))  # of an older backup
    with pytest.raises(SettingsError, match=r"keys lacks the keys .* `lms keys rotate`"):
        check_ready(app)
    shutil.rmtree(settings.var / "keys")
    assert app.test_cli_runner().invoke(args=["keys", "make"]).exit_code == 0
    check_ready(app)


def test_a_server_with_a_root_that_vouches_for_none_of_its_keys_does_not_start(
    app: Flask, tmp_path: Path
) -> None:
    own, other = authority(app.config["SETTINGS"]), Authority(tmp_path, "Other")
    own.make(ISSUED)
    check_ready(app)
    other.make(ISSUED)
    shutil.copy(tmp_path / "root.pem", own.folder)
    with pytest.raises(SettingsError, match=r"root\.pem: is another root"):
        check_ready(app)


@pytest.mark.in_turn
def test_jobs_that_wait_for_the_database_are_at_once_not_well(
    make_app: Callable[..., Flask],
) -> None:
    app, stop = make_app(jobs="worker"), threading.Event()
    settings, is_away = app.config["SETTINGS"], False

    def step(_app: Flask) -> None:
        stop.set()
        if is_away:
            raise sa.exc.OperationalError(None, None, Exception("no server"))
        queue._beat_file(settings).touch()

    queue._repeat(step, app, stop)
    assert queue._are_well(settings)
    stop.clear()
    is_away = True
    queue._repeat(step, app, stop)
    assert not queue._are_well(settings)


@pytest.mark.in_turn
def test_a_data_folder_that_was_taken_away_is_told_in_lines_and_stops_no_work(
    make_app: Callable[..., Flask],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = make_app(jobs="worker")
    monkeypatch.setattr(queue, "_beat_file", lambda _settings: Path("/dev/null/jobs.beat"))
    assert PageClient(app).get("/health", status=503).json["jobs"] == "failing"
    away = sa.exc.OperationalError(None, None, Exception("no server"))
    for error in (OSError(13, "Permission denied", "var/jobs.beat"), away):
        stop = threading.Event()

        def step(_app: Flask, error: Exception = error, stop: threading.Event = stop) -> None:
            stop.set()
            raise error

        queue._repeat(step, app, stop)
    assert "waits for the data folder: [Errno 13] Permission denied" in caplog.text
    assert "waits for the database: no server" in caplog.text
    assert "Traceback" not in caplog.text


@pytest.mark.in_turn
def test_a_database_that_is_away_is_told_in_a_line_a_minute(
    make_app: Callable[..., Flask], caplog: pytest.LogCaptureFixture
) -> None:
    app = make_app(jobs="worker")
    away = sa.exc.OperationalError(None, None, Exception("no server"))
    for step in ("sweep", "schedule", "sweep", "schedule"):
        queue._tell_failure(step, app, away)
    assert [record.getMessage() for record in caplog.records] == [
        "the sweep of jobs waits for the database: no server"
    ]


def test_commands_that_set_up_the_same_data_take_turns(
    app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = app.config["SETTINGS"]

    def set_up() -> None:
        with in_turn(settings):
            pass

    with in_turn(settings):
        second = threading.Thread(target=set_up)
        second.start()
        second.join(0.3)
        assert second.is_alive()
        assert "waiting for it" in capsys.readouterr().out
    second.join(5)
    assert not second.is_alive()


def test_a_database_of_newer_code_is_told_as_that(app: Flask) -> None:
    recorded = db.session.scalar(sa.text("SELECT version_num FROM alembic_version"))
    db.session.commit()
    assert has_newest_schema()
    renumber = sa.text("UPDATE alembic_version SET version_num = :number")
    db.session.execute(renumber, {"number": "9999"})
    db.session.commit()
    try:
        with pytest.raises(SettingsError, match="9999 of newer code"):
            has_newest_schema()
    finally:
        db.session.execute(renumber, {"number": recorded})
        db.session.commit()
