"""``create_app``: settings, extensions, blueprints, handlers, jobs and commands put together."""

import gc
from importlib import import_module
from typing import Any

from flask import Flask, current_app, request
from flask_login import LoginManager, current_user
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from sqlalchemy.engine import make_url
from werkzeug.middleware.proxy_fix import ProxyFix

from lms.app import compression, garbage, key_commands, queue
from lms.app.routing import ReadyRule
from lms.app.templating import PlainEnvironment
from lms.core import clock
from lms.core.database import db
from lms.core.settings import PROJECT, Settings, SettingsError, load_settings
from lms.core.storage import open_store
from lms.core.unit_of_work import TransactionalFlask
from lms.people.identity import Anonymous, Viewer, load_viewer
from lms.web import access, assets, errors, headers, i18n
from lms.web.assets import icon
from lms.web.limits import limiter
from lms.web.lists import files, tables
from lms.web.navigation import navigation

# A domain may have models, handlers, jobs, views and commands; the factory takes what is there.
DOMAINS = (
    "web", "audit", "people", "notifications", "catalog", "learning", "assessment",
    "certification", "reporting", "standards", "operations",
)  # fmt: skip
# What somebody who sits an exam opens and hundreds ask for at once: no header, nothing told in it.
WITHOUT_HEADER = frozenset({"assessment.attempt", "assessment.review"})

csrf = CSRFProtect()
login_manager = LoginManager()
migrate = Migrate(directory=str(PROJECT / "migrations"), render_as_batch=True)


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application for ``settings`` (default: from the environment).

    Raises SettingsError for wrong settings and RuntimeError for a route without a declared need.
    Whoever serves it calls ``readiness.check_ready`` first.
    """
    gc.disable()  # what is made here stays as long as the process
    try:
        return _make(settings or load_settings())
    finally:
        garbage.look_again()


def _make(settings: Settings) -> Flask:
    app = TransactionalFlask(
        "lms",
        template_folder=str(PROJECT / "templates"),
        static_folder=str(PROJECT / "static"),
    )
    app.request_class = access.StorableRequest
    app.url_rule_class = ReadyRule
    app.jinja_environment = PlainEnvironment  # type: ignore[assignment]
    app.session_interface = access.Sessions()
    _configure(app, settings)
    _extend(app, settings)
    for name in DOMAINS:
        _add_domain(app, f"lms.{name}")
    key_commands.init_app(app)
    _add_globals(app, settings)
    undeclared = access.undeclared(app)
    if undeclared:
        raise RuntimeError(f"routes without a declared need: {', '.join(undeclared)}")
    return app


def _configure(app: Flask, settings: Settings) -> None:
    try:
        settings.var.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"LMS_VAR: the folder can't be made: {error}") from error
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_address,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings),
        SESSION_COOKIE_NAME="lms_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.is_production,
        MAX_CONTENT_LENGTH=settings.max_upload_bytes,
        MAX_FORM_PARTS=2000,
        WTF_CSRF_TIME_LIMIT=12 * 3600,
        **_counts(settings),
        RATELIMIT_HEADERS_ENABLED=True,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=count
        )


def _counts(settings: Settings) -> dict[str, Any]:
    """Return where the limits are counted."""
    path = settings.var / "limits.sqlite3"
    if not settings.redis_url:
        return {"RATELIMIT_STORAGE_URI": f"counts-file://{path}"}
    return {
        "RATELIMIT_STORAGE_URI": f"counts-shared://{path}",
        "RATELIMIT_STORAGE_OPTIONS": {"redis_url": settings.redis_url},
    }


def _engine_options(settings: Settings) -> dict[str, Any]:
    options: dict[str, Any] = {
        "hide_parameters": True,  # logs hold no names and no answers
        # Compiled statements that are kept. There are more different ones than the 500 of the
        # default: with it, a busy server would compile the same ones over and over.
        "query_cache_size": 3000,
    }
    if settings.database_address.startswith("sqlite"):
        # Prepared statements that a connection keeps: the driver's 128 are fewer than are in use,
        # and preparing a long one again takes longer than running it.
        kept = {"cached_statements": 1024}
        return options | {"connect_args": {"timeout": 15, "check_same_thread": False, **kept}}
    # What is asked for lies in memory, or on a disk without a head to move: at the usual price of a
    # page PostgreSQL would sooner read all the network's people than look a centre up. Compiling a
    # plan takes longer than any page's statement. When a plan is kept is said in core.database.
    plans = {"plan_cache_mode": "auto", "random_page_cost": "1.1", "jit": "off"}
    own = make_url(settings.database_address).normalized_query.get("options", ())  # these win
    told = {"options": " ".join([*(f"-c {name}={value}" for name, value in plans.items()), *own])}
    pool = {"pool_size": 10, "max_overflow": 10, "pool_pre_ping": True}
    return options | pool | {"connect_args": told}


def _extend(app: Flask, settings: Settings) -> None:
    compression.init_app(app)
    db.init_app(app)
    migrate.init_app(app, db)
    i18n.init_app(app)
    headers.init_app(app)
    errors.init_app(app)
    app.register_error_handler(files.TooLong, files.refused)
    limiter.init_app(app)
    app.extensions["blobs"] = open_store(settings)
    queue.init_app(app, settings)
    login_manager.init_app(app)
    login_manager.anonymous_user = Anonymous
    login_manager.user_loader(_load_viewer)
    app.before_request(access.refuse_unstorable)
    app.before_request(access.guard)
    csrf.init_app(app)
    assets.send_scripts(app)
    access.public(app.view_functions["static"])


def _load_viewer(token: str) -> Viewer | None:
    settings: Settings = current_app.config["SETTINGS"]
    has_header = request.method != "POST" and request.endpoint not in WITHOUT_HEADER
    return load_viewer(
        token,
        clock.now(),
        demonstration=settings.allows_demonstration,
        endpoint=request.endpoint if has_header else None,
    )


def _add_domain(app: Flask, package: str) -> None:
    """Register what the domain offers: ``views``, ``handlers``, ``jobs``, ``commands``."""
    folder = PROJECT.joinpath(*package.split("."))
    for part in ("models", "handlers", "jobs"):
        if (folder / f"{part}.py").exists() or (folder / part).is_dir():
            import_module(f"{package}.{part}")
    if (folder / "views.py").exists() or (folder / "views").is_dir():
        views = import_module(f"{package}.views")
        app.register_blueprint(views.blueprint)
        if hasattr(views, "init_app"):
            views.init_app(app)
    if (folder / "commands.py").exists() or (folder / "commands").is_dir():
        import_module(f"{package}.commands").init_app(app)
    for endpoint, view in app.view_functions.items():
        need = access.need_of(app, endpoint)
        if need is not None and (need.kind == "token" or need.only_asks):
            csrf.exempt(view)


def _add_globals(app: Flask, settings: Settings) -> None:
    app.jinja_env.globals.update(
        asset=assets.addresses(app),
        current_user=current_user,
        draw_icon=icon,
        may_call=access.may_call,
        kept_lists=tables.kept_lists,
        list_dates=tables.dates_of,
        navigation=navigation,
        settings=settings,
        url_for=assets.page_addresses(app),
    )

    @app.context_processor
    def page_context() -> dict[str, Any]:
        language = i18n.current_language()
        return {
            "locale": language,
            "site_name": getattr(settings, f"site_name_{language}"),
            "theme": _theme(),
            "is_demonstration": settings.allows_demonstration,
        }


def _theme() -> str:
    theme = request.cookies.get("theme", "system")
    return theme if theme in ("light", "dark") else "system"
