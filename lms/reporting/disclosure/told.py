"""What reports hold about people: the lists that they keep, and those that are mailed to them."""

from flask_babel import lazy_gettext as _l

from lms.people.disclosure.parts import Part, leave_untold, of_person, tell
from lms.reporting.mailing.models import ListDelivery, ListRun
from lms.reporting.saved.models import SavedList, SavedListPerson

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
    Part(
        "lists_of_colleagues",
        _l("Lists that colleagues share or mail"),
        SavedListPerson,
        of_person(SavedListPerson.person_id),
        {"at": SavedListPerson.named_at},
    ),
    Part(
        "lists_mailed",
        _l("Lists mailed"),
        ListDelivery,
        of_person(ListDelivery.recipient_id),
        {
            "at": ListDelivery.done_at,
            "state": ListDelivery.outcome,
            "number": ListDelivery.rows,
        },
    ),
)
leave_untold(
    {
        "list_schedule": "when a list goes out: says nothing about its owner that the list doesn't",
        ListRun.__tablename__: "the sendings of a list; what one got is told by list_delivery",
    }
)
