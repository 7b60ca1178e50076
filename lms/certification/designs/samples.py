"""Facts of certificates that nobody earned: for previews, marked as samples and never numbered."""

from datetime import date
from enum import Enum
from typing import Any

from lms.certification.designs.sheet.wording import WORDS
from lms.core.settings import Settings

_PEOPLE = {
    "ru": ("Соколова Мария Андреевна", "Центр госуслуг района Арбат", "Искренний сервис"),
    "en": ("Sokolova Maria Andreevna", "Arbat district service centre", "Sincere service"),
}
_LONG = {
    "ru": (
        "Константинопольская-Преображенская Александра-Виктория Владиславовна-Максимилиановна",
        "Центр госуслуг района Преображенское и поселения Михайлово-Ярцевское",
        "Предоставление государственных и муниципальных услуг в электронной форме: приём "
        "документов, межведомственное взаимодействие и работа с обращениями заявителей",
    ),
    "en": (
        "Konstantinopolskaya-Preobrazhenskaya Alexandra-Victoria Vladislavovna-Maximilianovna",
        "Service centre of the Preobrazhenskoye district and the settlement of Mikhaylovo",
        "Providing public and municipal services in electronic form: receiving documents, "
        "co-operation between agencies and answering what visitors write",
    ),
}


class Sample(Enum):
    """What a preview shows."""

    USUAL = "usual"
    LONG = "long"  # a very long name and title
    WITHOUT_EXAM = "without_exam"  # nor an expiry


def sample_facts(sample: Sample, language: str, settings: Settings, on: date) -> dict[str, Any]:
    """Return made-up facts in the form of ``documents.facts_of``; the code leads to the page where
    numbers are checked and proves nothing.
    """
    holder, unit, course = (_LONG if sample is Sample.LONG else _PEOPLE)[language]
    bare = sample is Sample.WITHOUT_EXAM
    page = f"{settings.public_address}/verify"
    return {
        "holder": holder,
        "unit": unit,
        "course": course,
        "issuer": settings.issuer[language],
        "hours": "16.0",
        "percent": None if bare else 92.5,
        "issued_at": f"{on.isoformat()}T09:00:00Z",
        "issued_on": on.isoformat(),
        "valid_until_on": None if bare else on.replace(year=on.year + 2, day=1).isoformat(),
        "number": WORDS[language].sample.upper(),
        "verification_url": page,
        "verification_page": page.split("://", 1)[1],
        "mark": settings.mark[language],
        "code": page,
        "replaces": None,
    }
