"""What a visitor chose for this browser: language and theme, each in a cookie."""

from flask import current_app
from werkzeug.wrappers import Response

from lms.web.i18n import LANGUAGE_COOKIE

THEMES = ("light", "dark", "system")
THEME_COOKIE = "theme"
YEAR = 365 * 24 * 3600


def keep_language(answer: Response, language: str) -> None:
    """Show the interface in ``language`` from now on."""
    _keep(answer, LANGUAGE_COOKIE, language)


def keep_theme(answer: Response, theme: str) -> None:
    """Show pages light, dark or as the system is set."""
    _keep(answer, THEME_COOKIE, theme)


def _keep(answer: Response, cookie: str, value: str) -> None:
    secure = current_app.config["SETTINGS"].is_production
    answer.set_cookie(cookie, value, max_age=YEAR, secure=secure, httponly=True, samesite="Lax")
