"""Refusals of this domain."""

from datetime import date

from flask_babel import lazy_gettext as _l

from lms.core.errors import Conflict, Invalid
from lms.people.importing.leaves import Leave
from lms.web.i18n import show_date


class AlreadyRevoked(Conflict):
    """The certificate was revoked before."""

    def __init__(self) -> None:
        super().__init__(_l("This certificate has been revoked already."))


class AlreadyReplaced(Conflict):
    """Another certificate was issued in its place."""

    def __init__(self) -> None:
        super().__init__(
            _l("A new certificate has been issued in place of this one. Work with the new one.")
        )


class NotReissuable(Conflict):
    """An expired certificate is renewed by learning again, not by printing it again."""

    def __init__(self) -> None:
        super().__init__(
            _l("This certificate has expired. A new one needs a new enrolment in the course.")
        )


class EquivalentExists(Conflict):
    """The same thing counts in its place already."""

    def __init__(self) -> None:
        super().__init__(_l("This counts in its place already. End that first to change the day."))


class EquivalentCircle(Conflict):
    """Two certifications must not count in each other's place: neither would ever end."""

    def __init__(self) -> None:
        super().__init__(_l("That certification itself counts by this one. Choose another."))


class EquivalentOver(Conflict):
    """The equivalent was ended, or its last day has gone by."""

    def __init__(self) -> None:
        super().__init__(_l("This doesn't count in its place any more."))


class AlreadyDecided(Conflict):
    """Someone else decided meanwhile."""

    def __init__(self) -> None:
        super().__init__(_l("This was decided already."))


class SchemeKeyTaken(Conflict):
    """Another scheme has the short name."""

    def __init__(self) -> None:
        super().__init__(_l("Another certification has this short name already."))


class SchemeChanged(Conflict):
    """Someone else made a further version at the same moment."""

    def __init__(self) -> None:
        super().__init__(_l("Someone else changed this certification meanwhile. Open it again."))


class RuleExists(Conflict):
    """The same is required of the same people already."""

    def __init__(self) -> None:
        super().__init__(_l("The same rule is in force already."))


class RuleEnded(Conflict):
    """The rule was ended before."""

    def __init__(self) -> None:
        super().__init__(_l("This rule has been ended already."))


class NotHeld(Conflict):
    """There is nothing to suspend, revoke or extend."""

    def __init__(self) -> None:
        super().__init__(_l("This person doesn't hold the certification, so this can't be done."))


class NothingToEnd(Conflict):
    """What should be ended isn't in force."""

    def __init__(self) -> None:
        super().__init__(_l("There is nothing to end: it isn't in force today."))


class AwardOver(Invalid):
    """The evidence is so old that what it leads to would be over already."""

    def __init__(self, until_on: date) -> None:
        text = _l("What this leads to would be over already: it would have ended on %(date)s.")
        super().__init__(text % {"date": show_date(until_on)})


class PlanChanged(Conflict):
    """Someone else changed when reminders go out."""

    def __init__(self) -> None:
        super().__init__(_l("Someone else changed when reminders go out. Both are shown."))


class FeedChanged(Conflict):
    """The owner renewed the address in another window at the same moment."""

    def __init__(self) -> None:
        super().__init__(_l("The address was just renewed in another window."))


class DesignIsFrozen(Conflict):
    """Code tried to change what certificates are made with: the last fence."""

    def __init__(self, what: str) -> None:
        super().__init__(_l("A published version of a design can’t be changed."), what=what)


class DesignChanged(Conflict):
    """Someone else saved the draft meanwhile."""

    def __init__(self) -> None:
        super().__init__(_l("Someone else changed this design meanwhile. Both are shown."))


class DesignNameTaken(Conflict):
    """Another design has this name."""

    def __init__(self) -> None:
        super().__init__(_l("Another design has this name already."))


class NothingToPublish(Conflict):
    """The draft is what was published last."""

    def __init__(self) -> None:
        super().__init__(_l("The draft doesn’t differ from the version that is published."))


class NotPublished(Conflict):
    """A design without a version can't be chosen for certificates."""

    def __init__(self) -> None:
        super().__init__(_l("This design has no published version yet. Publish it first."))


class DesignRetired(Conflict):
    """A retired design is for certificates that were issued with it, and for no others."""

    def __init__(self) -> None:
        super().__init__(_l("This design is retired. Take it back into use first."))


class DesignInUse(Conflict):
    """The network's design can't be retired: certificates would be made with nothing."""

    def __init__(self) -> None:
        super().__init__(
            _l("The network’s certificates get this design. Choose another for them first.")
        )


class ChoiceChanged(Conflict):
    """Someone else chose another design meanwhile."""

    def __init__(self) -> None:
        super().__init__(_l("Someone else chose another design meanwhile. It is shown below."))


class SetupChanged(Conflict):
    """Someone else changed windows, hours, needs or patterns of work of the centre."""

    def __init__(self) -> None:
        super().__init__(
            _l("Someone else changed this meanwhile. What is saved now stands beside your entries.")
        )


class GroupKeyTaken(Conflict):
    """Another service group has the short name."""

    def __init__(self) -> None:
        super().__init__(_l("Another service group has this short name already."))


class HolderErased(Conflict):
    """Nothing can be made out to somebody whose data was erased."""

    def __init__(self) -> None:
        super().__init__(
            _l("The holder’s data was erased. What is left is the certificate’s public page.")
        )


class LeaveChanged(Conflict):
    """Somebody else corrected the leave."""

    def __init__(self) -> None:
        super().__init__(_l("Somebody else has changed this leave meanwhile. Open it again."))


class LeaveOverlaps(Conflict):
    """The person is on another leave on one of these days."""

    def __init__(self, other: Leave) -> None:
        self.other = other
        super().__init__(_l("These days overlap with another leave of the person."))
