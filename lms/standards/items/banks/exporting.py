"""A bank in one of the formats."""

from collections.abc import Sequence

from lms.catalog.models import Course, CourseVersion
from lms.standards.items.banks.pictures import kept_pictures
from lms.standards.items.banks.queries import kept_items
from lms.standards.items.formats import ItemFormat, write_items
from lms.standards.items.model import Written


def export_bank(
    *, course: Course, version: CourseVersion, form: ItemFormat, languages: Sequence[str]
) -> Written:
    """Write the items of the course's bank that are in use.

    ``version`` is the course's newest, with its topics; texts are written in ``languages``.
    """
    items = [kept.item for kept in kept_items(course).values() if not kept.is_retired]
    topics = {topic.key: topic.title for topic in version.topics}
    pictures = kept_pictures(version, items)
    return write_items(items, form=form, topics=topics, languages=languages, pictures=pictures)
