"""What the forms of all kinds of items have in common."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from lms.assessment.authoring.forms.fields import TextsField, choices_of, faults, texts_fields
from lms.assessment.authoring.words import LEVEL_NAMES
from lms.assessment.kinds.values import AuthoredItem, Texts
from lms.assessment.models import ItemKind
from lms.assessment.source.content import PROMPT_LIMIT
from lms.assessment.source.item_kinds import POINTS_LIMIT
from lms.catalog.facts.queries import fact_labels
from lms.catalog.models import CourseVersion
from lms.web.forms import BaseForm, IntegerField, NumberRange
from lms.web.i18n import localised

LEVELS = {str(number) for number in LEVEL_NAMES}


SHORT_NAME = Regexp(
    r"[a-z0-9][a-z0-9-]{0,58}[a-z0-9]\Z", message=_l("Use 2 to 60 of a–z, 0–9 and hyphens.")
)


@dataclass(frozen=True)
class Frame:
    """What a course version offers to its items."""

    languages: tuple[str, ...]
    topics: tuple[tuple[str, str], ...]  # key, title in the reader's language
    sources: tuple[tuple[str, str], ...]
    # What the figures show, by path; known where a form offers or checks them.
    figures: Mapping[str, Texts] = field(default_factory=dict)
    facts: tuple[tuple[str, str], ...] = ()  # key, what it says; known where a form offers them


def frame_of(version: CourseVersion) -> Frame:
    """Return the frame of ``version``, whose topics and sources must be loaded."""
    return Frame(
        tuple(version.languages),
        tuple((topic.key, localised(topic.title)) for topic in version.topics),
        tuple((source.key, localised(source.title)) for source in version.sources),
    )


def fact_choices() -> tuple[tuple[str, str], ...]:
    """Return the facts of the register as choices: key, and what it says with its value."""
    return tuple(
        (row.key, ": ".join(filter(None, (localised(row.statement), localised(row.value)))))
        for row in fact_labels()
    )


class ItemForm(BaseForm):
    """What items of all kinds have. Abstract: subclasses add a kind's fields, and ``special``."""

    kind: ClassVar[ItemKind]
    lists: ClassVar[tuple[str, ...]] = ()  # names of the fields that are rows

    row_version = HiddenField()
    key = StringField(
        _l("Key"),
        [Optional(), SHORT_NAME],
        description=_l(
            "Names the question in the course's files. Left empty, it is made from the topic."
        ),
    )
    topic = SelectField(_l("Topic"), [InputRequired(_l("Choose a topic."))])
    level = SelectField(_l("Level"), choices=choices_of(LEVEL_NAMES))
    points = IntegerField(
        _l("Points"),
        [
            InputRequired(_l("Enter the points.")),
            NumberRange(1, POINTS_LIMIT, _l("Enter a whole number from 1 to 10.")),
        ],
        default=1,
    )
    sources = SelectMultipleField(
        _l("Sources"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    facts = SelectMultipleField(
        _l("Facts"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    enemies = StringField(
        _l("Must not meet"),
        [Optional(), SHORT_NAME],
        description=_l(
            "A word of your own. Of questions with the same word, one paper asks one at the most: "
            "enemy items, of which one gives the other away."
        ),
    )
    prompt = TextsField(_l("Question"), limit=PROMPT_LIMIT, tall=True, pictures=True)
    explanation = TextsField(
        _l("Explanation of the whole question"),
        required=False,
        limit=PROMPT_LIMIT,
        tall=True,
        pictures=True,
    )

    def __init__(
        self,
        frame: Frame,
        fields: MultiDict[str, str] | None,
        values: dict[str, Any] | None = None,
        *,
        kept_sources: Sequence[str] = (),
    ) -> None:
        """Take what was sent, else ``values``; ``kept_sources`` may stay though they are gone."""
        super().__init__(formdata=fields, **(values or {}))
        self.frame = frame
        self.topic.choices = choices_of(dict(frame.topics))
        kept = dict(zip(kept_sources, kept_sources, strict=True))
        self.sources.choices = choices_of({**kept, **dict(frame.sources)})
        self.facts.choices = choices_of(dict(frame.facts))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check each field, then what the course's languages and the kind demand."""
        well = super().validate(extra_validators)
        for one in texts_fields(self):
            well = one.check(self.frame.languages) and well
            well = one.check_markdown(self.frame.languages, self.frame.figures) and well
        for name in self.lists:
            well = self[name].check() and well
        return self.check_kind() and well

    def check_kind(self) -> bool:
        """Note what is wrong with the kind's own fields; tell whether all is well."""
        return True

    def faults(self) -> list[tuple[str, str, str]]:
        """Return (id of the control, label, message) of every error."""
        return list(faults(self))

    def authored(self, key: str) -> AuthoredItem:
        """Return the item that the form states; also of an unfinished form, for previews."""
        languages = self.frame.languages
        return AuthoredItem(
            key=key,
            kind=self.kind,
            topic=str(self.topic.data),
            level=int(self.level.data) if self.level.data in LEVELS else 1,
            points=self.points.data or 1,
            sources=tuple(self.sources.data or ()),
            facts=tuple(self.facts.data or ()),
            enemies=(self.enemies.data or "").strip(),
            prompt=self.prompt.texts(languages),
            explanation=self.explanation.texts(languages),
            **self.special(languages),
        )

    def special(self, languages: Sequence[str]) -> dict[str, Any]:
        """Return the kind's own parts of the item."""
        # Abstract, but not by abc: WTForms has a metaclass of its own. All of ITEM_FORMS have it.
        raise NotImplementedError
