"""Builders of courses with given texts. Each that writes flushes."""

from lms.catalog.models import CourseVersion
from tests.builders.catalog import make_course

HEAD = "---\nschema: lms-lesson/1\ntitle: {title}\n---\n{body}\n"


def make_texts(
    russian: str = "Текст.",
    english: str = "Text.",
    *,
    slug: str | None = None,
    titles: tuple[str, str] = ("Встреча", "Meeting"),
) -> CourseVersion:
    """A published version whose first lesson has these texts in Russian and English.

    Blocks must stand in both.
    """
    figure = "\n![A way.](figures/hall.svg)\n"  # a figure that no lesson shows is a mistake
    texts = {
        "lessons/queue.ru.md": HEAD.format(title="Ещё", body=figure),
        "lessons/queue.en.md": HEAD.format(title="More", body=figure),
        "lessons/greeting.ru.md": HEAD.format(title=titles[0], body=russian),
        "lessons/greeting.en.md": HEAD.format(title=titles[1], body=english),
    }
    return make_course(slug, **{name: text.encode() for name, text in texts.items()})
