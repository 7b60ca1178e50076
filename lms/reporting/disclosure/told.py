"""What reports hold about people: the lists that they keep for themselves."""

from flask_babel import lazy_gettext as _l

from lms.people.disclosure.parts import Part, of_person, tell
from lms.reporting.saved.models import SavedList

tell(
    Part(
        "saved_lists",
        _l("Lists kept for oneself"),
        SavedList,
        of_person(SavedList.owner_id),
        {
            "title": SavedList.name,
            "kind": SavedList.kind,
            "details": SavedList.values,
            "at": SavedList.saved_at,
        },
    ),
)
