"""Reads of reminders that went out. List scope: of and to people in the viewer's scope."""

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lms.certification.reminding.digests import message_key
from lms.certification.reminding.models import Reminder
from lms.core.database import db
from lms.notifications.models import Message, OutgoingMail
from lms.people.identity import Viewer
from lms.people.permissions import Permission
from lms.people.queries import visible_to


def reminders_seen_by(viewer: Viewer) -> sa.Select[tuple[Reminder]]:
    """Select reminders with their recipients, whom they are about, and the certifications.

    Both people are in the viewer's scope: who moved to another centre was told of the former one.
    """
    return (
        sa.select(Reminder)
        .where(
            visible_to(viewer, Permission.SEE_MAIL, Reminder.recipient_id),
            visible_to(viewer, Permission.SEE_MAIL, Reminder.person_id),
        )
        .options(
            joinedload(Reminder.recipient),
            joinedload(Reminder.person),
            joinedload(Reminder.scheme),
        )
    )


def mails_of(reminders: Collection[Reminder]) -> dict[tuple[int, date], OutgoingMail]:
    """Return the mails that carried ``reminders`` by recipient and day, where there is one."""
    days = {message_key(one.told_on): one.told_on for one in reminders}
    statement = (
        sa.select(Message.key, OutgoingMail)
        .join(OutgoingMail, OutgoingMail.message_id == Message.id)
        .where(
            Message.recipient_id.in_({one.recipient_id for one in reminders}),
            Message.key.in_(days),
        )
    )
    found = db.session.execute(statement)
    return {(mail.recipient_id, days[key]): mail for key, mail in found}
