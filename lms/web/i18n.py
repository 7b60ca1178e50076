"""Languages of the interface and localised values in pages.

Source texts are English, catalogues translate them to Russian (one ``.po`` file per domain under
``lms/translations``). The language is the visitor's choice (cookie), else the person's, else the
installation's default: not guessed from the browser, since the network's default is Russian. Only
what strangers come to (``in_browsers_language``) asks the browser before the default.
"""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import lru_cache
from gettext import NullTranslations
from pathlib import Path
from typing import Any, TypeVar

from babel import dates, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask, current_app, g, has_request_context, request
from flask_babel import (
    Babel,
    Domain,
    force_locale,
    format_date,
    format_datetime,
    format_time,
    get_locale,
)
from flask_login import current_user
from jinja2 import Environment, pass_environment, pass_eval_context
from jinja2.filters import do_truncate
from jinja2.nodes import EvalContext
from markupsafe import Markup

View = TypeVar("View", bound=Callable[..., Any])

LANGUAGES = ("ru", "en")
LANGUAGE_COOKIE = "language"
CATALOGUES = (
    "design", "web", "people", "catalog", "learning", "assessment", "assessment_authoring",
    "personnel",
    "assessment_rules", "item_kinds", "grading", "practice", "examining", "certification",
    "schemes", "reporting", "item_analysis", "standards", "blocks", "studio", "media", "outline",
    "finding", "facts", "notifications", "reminders", "api", "deltas", "programmes",
    "credentials", "coauthors", "batches", "staffing", "designs", "oversight", "mailed_lists",
    "erasure", "merging", "leaves", "planned", "addresses", "moving",
    "second_factor", "operations", "first_sign_ins",
)  # fmt: skip
TRANSLATIONS = Path(__file__).parents[1] / "translations"

babel = Babel()
_addressed: ContextVar[str | None] = ContextVar("addressed", default=None)


def current_language() -> str:
    """Return 'ru' or 'en' for the current request (the default outside of one)."""
    addressed = _addressed.get()
    if addressed is not None:
        return addressed
    # Asked hundreds of times for a page: past the proxy, which costs more than all the rest.
    kept = vars(g._get_current_object())  # type: ignore[attr-defined] # noqa: SLF001 - documented
    language: str | None = kept.get("language")
    if language is None:
        if not has_request_context():
            return _default_language()
        language = kept["language"] = _chosen_language()
    return language


def _default_language() -> str:
    return str(current_app.config["SETTINGS"].default_language)


def _chosen_language() -> str:
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen not in LANGUAGES and current_user.is_authenticated:
        chosen = current_user.person.language
    if chosen not in LANGUAGES and _is_for_strangers():
        chosen = browsers_language()
    return chosen if chosen in LANGUAGES else _default_language()


def in_browsers_language(view: View) -> View:
    """Show a view's pages in the browser's language where the reader has chosen none.

    For pages that papers in both languages lead strangers to.
    """
    view.is_for_strangers = True  # type: ignore[attr-defined]
    return view


def _is_for_strangers() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return hasattr(view, "is_for_strangers")


def browsers_language() -> str | None:
    """Return which language ``Accept-Language`` asks for first; None: neither.

    ``ru-RU`` asks for Russian as much as ``ru`` does, whatever is asked for less.
    """
    wanted = (tag.lower().partition("-")[0] for tag, quality in request.accept_languages if quality)
    return next((one for one in wanted if one in LANGUAGES), None)


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """Speak ``language`` within the block, whoever asks: for what is written to somebody else."""
    token = _addressed.set(language if language in LANGUAGES else None)
    try:
        with force_locale(current_language()):
            yield
    finally:
        _addressed.reset(token)


def localised(texts: Any, language: str | None = None) -> str:
    """Return the variant of a ``{"ru": …, "en": …}`` map in the reader's language.

    Falls back to the other language rather than to nothing. Also takes an object with ``name_ru``
    and ``name_en``.
    """
    language = language or current_language()
    if texts is None:
        return ""
    if not isinstance(texts, dict):
        return str(getattr(texts, f"name_{language}"))
    return str(texts.get(language) or next((t for t in texts.values() if t), ""))


def show_date(value: date | None, form: str = "long") -> str:
    """Return a date (of an instant: in the network's zone) as the reader writes it.

    Day, month, year in both languages; Russian goes without «г.»: its full stop doubles at the end
    of a sentence.
    """
    if form == "long":
        form = "d MMMM y"
    if isinstance(value, datetime):
        return str(format_date(value, form))
    return "" if value is None else _date(current_language(), value, form)


@lru_cache(maxsize=4096)  # the same days stand on page after page
def _date(language: str, value: date, form: str) -> str:
    return dates.format_date(value, form, language)


def show_datetime(value: datetime | None) -> str:
    """Return an instant in the network's zone as the reader writes it."""
    return "" if value is None else format_datetime(value, "d MMM y, HH:mm")


def show_time(value: datetime | None) -> str:
    """Return the time of day in the network's zone."""
    return "" if value is None else format_time(value, "HH:mm")


def machine_time(value: date) -> str:
    """Return a day or an instant as the attribute ``datetime`` of ``time`` may hold it.

    HTML allows a fraction of a second three digits at most.
    """
    return (
        value.isoformat(timespec="milliseconds")
        if isinstance(value, datetime)
        else value.isoformat()
    )


def show_number(value: Any, digits: int = 1) -> str:
    """Return a number with at most ``digits`` decimals."""
    if value is None:
        return ""
    try:
        figure = float(value)
    except OverflowError:  # typed by somebody, and shown beside its refusal
        return with_minus(str(value))
    return _number(current_language(), round(figure, digits) + 0.0)  # of -0.0 makes 0.0


@lru_cache(maxsize=4096)  # mostly figures out of 100
def _number(language: str, value: float) -> str:
    return with_minus(numbers.format_decimal(value, locale=language))


def with_minus(figure: str) -> str:
    """Return a figure as people read it: with a minus sign (U+2212) where it has a hyphen.

    For pages only; what programs read keeps its hyphen.
    """
    return figure.replace("-", "\N{MINUS SIGN}")


def show_percent(value: Any, digits: int = 1) -> str:
    """Return a figure out of 100 with its sign, as the language sets it."""
    if value is None:
        return ""
    gap = "\N{NO-BREAK SPACE}" if current_language() == "ru" else ""
    return f"{show_number(value, digits)}{gap}%"


def rounded_down(score: float) -> float:
    """Return a result out of 100 with one decimal: 79.99 is never shown as the pass mark of 80."""
    return math.floor(score * 10 + 1e-6) / 10


def show_score(value: float | None) -> str:
    """Return a result out of 100, rounded down, with its sign: the same wherever it stands."""
    return show_percent(None if value is None else rounded_down(value))


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(language: str) -> NullTranslations:
    """Return all catalogues of one language as one, looked up without a detour."""
    merged = Translations()
    for name in CATALOGUES:
        part = Translations.load(str(TRANSLATIONS), [language], name)
        if isinstance(part, Translations):
            merged.merge(part)
            merged.plural = part.plural
    return merged


def _with_count(text: str, number: int) -> str:
    """Write the count into a text as figures are written: 9,715 rather than 9715."""
    return text.replace("%(num)d", show_number(number, 0)) if number >= 1000 else text


class _Counting(Domain):
    """Texts that modules translate; counts in them are written as pages write them."""

    def get_translations(self) -> NullTranslations:
        """Return what the templates ask, too: a process reads each catalogue once."""
        locale = get_locale()
        return Translations() if locale is None else _catalogue(str(locale))

    def ngettext(self, singular: str, plural: str, num: int, **variables: Any) -> str:
        """Translate a text with the form that ``num`` takes."""
        text = self.get_translations().ngettext(singular, plural, num)
        return _with_count(text, num) % {"num": num, **variables}


@pass_eval_context
def _gettext(context: EvalContext, text: str, **variables: Any) -> str:
    """Translate as Jinja's own function does, without its detours through the page's context."""
    translated = _translated(current_language(), text, as_markup=context.autoescape)
    return translated % variables if variables or "%" in translated else translated


@pass_eval_context
def _pgettext(context: EvalContext, use: str, text: str, **variables: Any) -> str:
    """Translate a text of one ``use``, as ``_gettext`` does."""
    translated = _translated(current_language(), text, use, as_markup=context.autoescape)
    return translated % variables if variables or "%" in translated else translated


@pass_eval_context
def _ngettext(
    context: EvalContext, singular: str, plural: str, number: int, **variables: Any
) -> str:
    """Translate a text with the form that ``number`` takes, as ``_gettext`` does."""
    translated = _catalogue(current_language()).ngettext(singular, plural, number)
    translated = _with_count(translated, number)
    form = Markup(translated) if context.autoescape else translated  # noqa: S704 - a text of ours
    return form % {"num": number, **variables}


@lru_cache(maxsize=8192)  # what the templates say; the catalogues stay as this process read them
def _translated(language: str, text: str, use: str | None = None, *, as_markup: bool) -> str:
    catalogue = _catalogue(language)
    translated = catalogue.gettext(text) if use is None else catalogue.pgettext(use, text)
    return Markup(translated) if as_markup else translated  # noqa: S704 - a text of ours


def compile_catalogues() -> None:
    """Compile each catalogue that is newer than its compiled form."""
    for source in sorted(TRANSLATIONS.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file)
        with target.open("wb") as file:
            write_mo(file, catalogue)


@pass_environment
def truncated(environment: Environment, text: str, *given: Any, **named: Any) -> str:
    """Jinja's own ``truncate``, with the sign for what is left out in place of three dots.

    It stands after a word, not after the comma or full stop behind it.
    """
    cut = do_truncate(environment, text, *given, **{"end": "…", **named})
    return cut if cut == text else cut.removesuffix("…").rstrip(" .,:;–—…") + "…"


def init_app(app: Flask) -> None:
    """Set up translation and register the filters of localised values."""
    settings, domain = app.config["SETTINGS"], ";".join(CATALOGUES)
    app.config.update(
        BABEL_DEFAULT_LOCALE=settings.default_language,
        BABEL_DEFAULT_TIMEZONE=settings.time_zone,
        BABEL_DOMAIN=domain,
        BABEL_TRANSLATION_DIRECTORIES=";".join([str(TRANSLATIONS)] * len(CATALOGUES)),
    )
    babel.domain_instance = _Counting(domain=domain)
    babel.init_app(app, locale_selector=current_language)
    # A page looks up dozens of texts: templates ask the merged catalogue straight.
    app.jinja_env.globals.update(
        _=_gettext, gettext=_gettext, ngettext=_ngettext, pgettext=_pgettext
    )
    app.jinja_env.filters.update(
        localised=localised,
        date=show_date,
        datetime=show_datetime,
        time=show_time,
        machine_time=machine_time,
        number=show_number,
        percent=show_percent,
        score=show_score,
        truncate=truncated,
    )
