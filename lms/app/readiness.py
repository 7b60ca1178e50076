"""What must hold before anyone is served; the server refuses to start otherwise, by name."""

import ctypes
import importlib.util
import socket
import sys
import time
from contextlib import closing
from dataclasses import replace
from itertools import product
from pathlib import Path

import sqlalchemy as sa
from flask import Flask, current_app

from lms.app.queue import store_refusal
from lms.certification.designs.samples import Sample, sample_facts
from lms.certification.designs.sheet.styles import Font
from lms.certification.documents import TEMPLATE
from lms.certification.register.checkpoints import is_signed_by
from lms.certification.register.models import RegisterCheckpoint
from lms.certification.sealing.authority import SigningUnavailable, authority
from lms.core import clock
from lms.core.database import db
from lms.core.pdf import Document, Form, Renderer, RenderError
from lms.core.pdf.fonts import FILES, FOLDER
from lms.core.settings import PROJECT, Settings, SettingsError
from lms.core.signing import KeyUse, key_ring
from lms.core.storage import BlobStore, StoreUnavailable
from lms.core.unit_of_work import only_reading
from lms.people.queries import has_demonstration_accounts
from lms.web.i18n import LANGUAGES

PORT_PATIENCE = 5  # seconds: workers of a server that was killed hold its address for a moment
OTHER = "2718 2818"  # what no sample says
SEEN = {"holder": ("holder",), "number": ("number", "verification_url", "code")}
LIBRARIES = (
    "libpango-1.0.so.0",
    "libpangoft2-1.0.so.0",
    "libharfbuzz-subset.so.0",
)  # of WeasyPrint
OLD_SCHEMA = "LMS_DATABASE_URL: the database has no tables or old ones; run `lms setup` first"


def check_ready(app: Flask) -> None:
    """Refuse to serve on a database that may lose acknowledged answers, or strangers may enter.

    Raises SettingsError, with a line for each of them, for a library or a font that documents need
    and that isn't there, a database or store that doesn't answer, an old schema, a setting of the
    database that lets it forget, demonstration accounts on a production database, a key that can't
    be read or is lost, an own template that makes no certificate or doesn't show whose it is and
    its number. No connection stays open, so that the caller may fork.
    """
    settings: Settings = app.config["SETTINGS"]
    lines = []
    checks = (
        _check_libraries,
        _check_fonts,
        _check_database,
        _check_store,
        check_files,
        _check_keys,
        _check_signer,
        _check_template,
    )
    for check in checks:
        try:
            check(app, settings)
        except SettingsError as error:
            lines.append(str(error))
    if lines:
        raise SettingsError("\n".join(lines))


def check_address(host: str, port: int) -> None:
    """Refuse an address that can't be listened at. Raises SettingsError.

    No host at all would be every one of the machine's: so says `0.0.0.0` for whom it is meant.
    """
    if not host:
        raise SettingsError("--host: names no address; 0.0.0.0 is all of this machine's")
    until = time.monotonic() + PORT_PATIENCE
    while (refusal := _refusal_to_listen(host, port)) and time.monotonic() < until:
        time.sleep(0.2)
    if refusal:
        raise SettingsError(
            f"LMS_PORT: the server can't listen at {host}:{port}: {refusal}. "
            "Another one: PORT=8080 make run"
        )


def _refusal_to_listen(host: str, port: int) -> str:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return str(error.strerror or error)
    return ""


def _check_libraries(_app: Flask, _settings: Settings) -> None:
    """Refuse to serve where no document could be made: who wants a certificate would be told."""
    if importlib.util.find_spec("weasyprint") is None:
        raise SettingsError(
            "the package weasyprint isn't installed; `make .venv/translated` does it"
        )
    for name in LIBRARIES if sys.platform == "linux" else ():
        try:
            ctypes.CDLL(name)
        except OSError as error:
            told = f"{error}; `requirements/system-packages run` installs what is missing"
            raise SettingsError(f"a library of the system can't be used: {told}") from error


def _check_fonts(_app: Flask, _settings: Settings) -> None:
    """Refuse to serve without a font that comes with the code: certificates would show boxes."""
    own = PROJECT / "templates" / "documents" / "certificate" / "fonts"
    fonts = [*(FOLDER / name for name in FILES), *(own / font.value.file for font in Font)]
    missing = [str(path) for path in fonts if not path.is_file()]
    if missing:
        raise SettingsError(f"fonts of documents are missing: {', '.join(missing)}")


def _check_database(app: Flask, settings: Settings) -> None:
    with app.app_context():
        try:
            with only_reading():  # an import that writes for a minute keeps no worker from starting
                _check_durability(db.engine)
                _check_content(settings)
        except sa.exc.OperationalError as error:
            raise SettingsError(refusal_of(error)) from error
        finally:
            db.session.remove()
            db.engine.dispose()


def _check_durability(engine: sa.Engine) -> None:
    """Refuse to run on a database that may forget what it acknowledged.

    Raises SettingsError naming the setting: SQLite must enforce foreign keys and sync fully;
    PostgreSQL must have ``fsync`` and ``synchronous_commit`` on.
    """
    if engine.dialect.name == "sqlite":
        expected = {"PRAGMA foreign_keys": ("1",), "PRAGMA synchronous": ("2", "3")}
    else:
        expected = {
            "SHOW fsync": ("on",),
            "SHOW synchronous_commit": ("on", "remote_apply", "remote_write"),
        }
    with engine.connect() as connection:
        for question, answers in expected.items():
            answer = str(connection.execute(sa.text(question)).scalar())
            if answer not in answers:
                name = question.split()[-1]
                told = f"the database's setting {name} is {answer}, not {answers[0]}"
                raise SettingsError(f"LMS_DATABASE_URL: {told}")


def refusal_of(error: sa.exc.DBAPIError) -> str:
    """Return, in one line, what the database said when it couldn't be opened or read."""
    # Of a statement that was refused not the place in its text as well.
    diagnosis = getattr(error.orig, "diag", None)
    said = " ".join((getattr(diagnosis, "message_primary", None) or str(error.orig)).split())
    return f"LMS_DATABASE_URL: the database refuses: {said}"


def refuse_other_keys(settings: Settings) -> None:
    """Refuse to go on without the keys that signed what the database holds. Raises SettingsError.

    Other ones would be made, and of nothing signed before could it be told any more that it is
    genuine: a folder that was forgotten in a backup, or that this machine doesn't share.
    """
    newest = db.session.scalars(
        sa.select(RegisterCheckpoint).order_by(RegisterCheckpoint.size.desc()).limit(1)
    ).one_or_none()
    ring = key_ring(settings, KeyUse.REGISTER)
    signer = ring.signer()
    if newest is None or is_signed_by(ring, newest.statement):
        return
    if signer is None or signer.made_at < newest.made_at:  # else they were begun anew
        anew = "rotate" if signer else "make"
        raise SettingsError(
            f"LMS_VAR: {settings.var / 'keys'} lacks the keys that signed what the database holds; "
            f"bring the folder back, or if it is lost for good begin anew: `lms keys {anew}`"
        )


def _check_content(settings: Settings) -> None:
    if not has_newest_schema():
        raise SettingsError(OLD_SCHEMA)
    refuse_other_keys(settings)
    if settings.is_production and has_demonstration_accounts():
        raise SettingsError(
            "LMS_ENVIRONMENT: production refuses a database with demonstration accounts; "
            "use another database, or shut them with `lms accounts suspend-demonstration`"
        )


def _check_store(_app: Flask, settings: Settings) -> None:
    refusal = store_refusal(settings)
    if refusal is not None:
        raise SettingsError(f"LMS_REDIS_URL: the store doesn't answer: {refusal}") from refusal


def check_files(app: Flask, settings: Settings) -> None:
    """Refuse to go on without the store for files. Raises SettingsError."""
    store: BlobStore = app.extensions["blobs"]
    try:
        store.check()
    except StoreUnavailable as error:
        if settings.storage:
            raise SettingsError(
                f"LMS_STORAGE: the bucket can't be opened with these LMS_S3_ settings: "
                f"{error.__cause__}"
            ) from error
        raise SettingsError(f"LMS_MEDIA: the folder can't be written: {error.__cause__}") from error


def _check_signer(_app: Flask, settings: Settings) -> None:
    if not settings.signer_file:
        return
    # What signs takes an eighth of a start to load.
    from lms.certification.sealing.signer import opened_file  # noqa: PLC0415

    try:
        opened_file(settings)
    except SigningUnavailable as error:
        raise SettingsError(str(error)) from error


def _check_keys(_app: Flask, settings: Settings) -> None:
    """Refuse keys that can't be read: their signatures couldn't be checked, and none be made."""
    try:
        for use in KeyUse:
            key_ring(settings, use).all()
        own = authority(settings)
        own.owners()
        own.check()
    except OSError as error:
        raise SettingsError(f"LMS_VAR: {error.filename}: {error.strerror}") from error


def _check_template(_app: Flask, settings: Settings) -> None:
    """Make samples with the owner's template: a mistake in it is told now, not to each holder."""
    folder = settings.certificate_templates
    if folder is None:
        return
    today = clock.local_date(clock.now(), settings.time_zone)
    with closing(Renderer(workers=1, seconds=settings.pdf_timeout_seconds)) as renderer:
        for language, sample in product(LANGUAGES, (Sample.USUAL, Sample.WITHOUT_EXAM)):
            document = Document(
                folder, TEMPLATE, language, sample_facts(sample, language, settings, today)
            )
            try:
                renderer.render(document, whole=True)
                unseen = _unseen(document, renderer)
            except RenderError as error:
                told = f"LMS_CERTIFICATE_TEMPLATES: {TEMPLATE} makes no certificate: {error}"
                raise SettingsError(told) from error
            if unseen:
                told = f"LMS_CERTIFICATE_TEMPLATES: {TEMPLATE} shows no {' and no '.join(unseen)}"
                raise SettingsError(f"{told} on its first page")


def _unseen(document: Document, renderer: Renderer) -> list[str]:
    """Return what makes a certificate and leaves its first page the same, whatever it is."""

    def picture(*changed: str) -> bytes:
        data = document.data | dict.fromkeys(changed, OTHER)
        return renderer.render(replace(document, form=Form.SVG, data=data))

    usual = picture()
    return [name for name, facts in SEEN.items() if picture(*facts) == usual]


def has_newest_schema() -> bool:
    """Tell whether nothing has to be migrated, without the price of loading the migrations.

    Raises SettingsError for a database that newer code has migrated.
    """
    if not sa.inspect(db.engine).has_table("alembic_version"):
        return False
    with db.engine.connect() as connection:
        recorded = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    versions = Path(current_app.extensions["migrate"].directory) / "versions"
    known = {path.name.split("_")[0] for path in versions.glob("[0-9]*.py")}
    if recorded is not None and recorded not in known:
        told = f"the database has the schema {recorded} of newer code; this code's is {max(known)}"
        raise SettingsError(f"LMS_DATABASE_URL: {told}")
    return bool(recorded == max(known))
