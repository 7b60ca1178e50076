"""The fixed words of a certificate in each language, and its dates and figures as written there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal


@dataclass(frozen=True)
class Words:
    """What every certificate says in one language, whatever its design."""

    open: str
    close: str
    hours: str
    score: str
    issued: str
    valid: str
    until: str
    always: str
    number: str
    verify: str
    verify_text: str
    replaces: str
    code: str
    signature: str
    percent_gap: str
    sample: str
    sample_note: str


WORDS: Mapping[str, Words] = {
    "ru": Words(
        open="«",
        close="»",
        hours="Академических часов",
        score="Результат экзамена",
        issued="Дата выдачи",
        valid="Действителен",
        until="по",
        always="бессрочно",
        number="Номер сертификата",
        verify="Проверка подлинности",
        verify_text="Наведите камеру на код или введите номер на странице",
        replaces="Выдан взамен сертификата",
        code="Код для проверки сертификата по адресу",
        signature="Подпись:",
        percent_gap="\N{NO-BREAK SPACE}",
        sample="Образец",
        sample_note="Образец оформления. Это не сертификат: в реестре его нет.",
    ),
    "en": Words(
        open="“",
        close="”",
        hours="Academic hours",
        score="Examination result",
        issued="Date of issue",
        valid="Valid",
        until="until",
        always="without expiry",
        number="Certificate number",
        verify="Verification",
        verify_text="Scan the code or enter the number at",
        replaces="Issued in place of certificate",
        code="Code for verifying the certificate at",
        signature="Signature:",
        percent_gap="",
        sample="Sample",
        sample_note="A sample of the design. Not a certificate: it isn’t in the register.",
    ),
}


def written_date(day: str, language: str) -> str:
    """Return an ISO date as the language writes it, not to be broken between two lines.

    Day, month, year in English too, as on the built-in certificate.
    """
    form = "d MMMM y" if language == "en" else "long"
    text = format_date(date.fromisoformat(day[:10]), form, locale=language)
    return str(text).replace(" ", "\N{NO-BREAK SPACE}")


def written_number(value: Any, language: str) -> str:
    """Return a number with at most one decimal as the language writes it."""
    return str(format_decimal(round(Decimal(str(value)), 1).normalize(), locale=language))


def written_validity(until: str | None, language: str) -> str:
    """Return 'until' with the last valid day (ISO), or that there is none."""
    words = WORDS[language]
    if until is None:
        return words.always
    return f"{words.until}\N{NO-BREAK SPACE}{written_date(until, language)}"
