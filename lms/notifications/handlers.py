"""The kinds of messages that this domain writes itself: of requests, and of mail being tried."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from lms.notifications.addresses import noticing as corrected  # noqa: F401 - tells both addresses
from lms.notifications.disclosure import held, merged, told  # noqa: F401 - what it tells, how it goes
from lms.notifications.kinds import Kind, register
from lms.notifications.passwords import noticing as passwords  # noqa: F401 - mails links
from lms.notifications.planned import handlers as planned  # noqa: F401 - who is told of plans
from lms.notifications.refusals import noticing  # noqa: F401 - who is told of bad addresses
from lms.notifications.second_person import handlers  # noqa: F401 - who is told of requests
from lms.people.audit_words import ACTIONS, SUBJECTS

TEST_KIND = register(
    Kind(
        key="notifications.test",
        template="test",
        subject=lambda _details: _("Mail works"),
        present=lambda many: [{} for _details in many],
        endpoint="learning.home",
    )
)

ACTIONS["notifications.sent_again"] = _l("Mail sent again")
ACTIONS["notifications.file_taken"] = _l("File of a message taken")
SUBJECTS.update(
    {
        "mail": lazy_pgettext("audit", "Mail"),
        "message": lazy_pgettext("audit", "Message"),
    }
)
