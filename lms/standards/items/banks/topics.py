"""Which topic of the course an item of a file belongs to."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from lms.assessment.kinds.values import Texts
from lms.catalog.models import CourseTopic
from lms.catalog.source.content import is_key
from lms.core.database import fold
from lms.standards.items.keys import key_from
from lms.standards.items.model import Category, Found

IMPORTED = Category("imported", {"ru": "Импортированные вопросы", "en": "Imported questions"})


@dataclass
class Topics:
    """The course's topics, and those that the file adds.

    A category or a tag of the file is the topic with its key, else the one with its title. A
    category that is neither becomes a new topic; so does 'Imported questions', for items that the
    file puts nowhere.
    """

    known: dict[str, Texts]
    chosen: str | None = None  # the topic for all items, whatever the file says
    added: dict[str, Texts] = field(default_factory=dict)

    @classmethod
    def of(cls, topics: Sequence[CourseTopic], chosen: str | None = None) -> "Topics":
        """Return the topics of a course version."""
        return cls({topic.key: topic.title for topic in topics}, chosen)

    def settle(self, found: Found, present: str | None) -> tuple[str, str | None]:
        """Return the topic's key, and the tag that named it.

        ``present`` is the topic of the bank's item, kept where the file says nothing.
        """
        if self.chosen is not None:
            return self.chosen, None
        if found.category is not None:
            return self._category(found.category), None
        for tag in found.tags:
            key = self._find(Category(tag if is_key(tag) else "", {"": tag}))
            if key is not None:
                return key, tag
        return present or self._category(IMPORTED), None

    def _category(self, category: Category) -> str:
        key = self._find(category)
        if key is None:
            key = category.key or key_from(next(iter(category.title.values()), ""), "topic")
            if key not in self.known:
                self.added.setdefault(key, category.title or {"": key})
        return key

    def _find(self, category: Category) -> str | None:
        if category.key in self.known or category.key in self.added:
            return category.key
        titles = {fold(title) for title in category.title.values() if title}
        for key, known in {**self.known, **self.added}.items():
            if titles & {fold(title) for title in known.values()}:
                return key
        return None
