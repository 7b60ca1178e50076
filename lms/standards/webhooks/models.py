"""Tables of hooks and of what was sent to them."""

from datetime import datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import PublicId, db, enum_type, related
from lms.people.models import LONG_AGO, Account


class Happening(Enum):
    """What a hook can be told of."""

    CERTIFICATE_ISSUED = "certificate.issued"
    CERTIFICATE_REVOKED = "certificate.revoked"
    ENROLMENT_COMPLETED = "enrolment.completed"
    STANDING_CHANGED = "standing.changed"  # somebody's label for a certification
    TEST = "test"  # asked for on the hook's page


class Webhook(PublicId, db.Model):
    """An address that is told of some happenings."""

    __tablename__ = "webhook"
    __table_args__ = (
        sa.CheckConstraint("failures >= 0", name="failures_counted"),
        sa.CheckConstraint("secret_number >= 1", name="secrets_counted"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(
        sa.ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(sa.String(120))
    address: Mapped[str] = mapped_column(sa.String(500))
    happenings: Mapped[list[Any]]  # values of Happening
    made_at: Mapped[datetime]
    failures: Mapped[int] = mapped_column(default=0)  # tries since the last success
    failing_since: Mapped[datetime | None]  # the first of them
    tried_at: Mapped[datetime | None]
    # By hand, or after too many failures; nothing is kept for it then.
    disabled_at: Mapped[datetime | None]
    # Which of its secrets signs; the one before goes on signing beside it for a while.
    secret_number: Mapped[int] = mapped_column(default=1)
    secret_made_at: Mapped[datetime | None]  # None: with the hook

    account: Mapped[Account] = related()


class DeliveryState(Enum):
    """Life of a message to a hook."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


class WebhookDelivery(PublicId, db.Model):
    """One message to one hook: what is sent, and what came of it."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        sa.Index("ix_webhook_delivery_hook", "webhook_id", "id"),
        sa.Index("ix_webhook_delivery_due", "webhook_id", "state", "due_at"),
        sa.CheckConstraint("tries >= 0", name="tries_counted"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    webhook_id: Mapped[int] = mapped_column(sa.ForeignKey("webhook.id", ondelete="CASCADE"))
    happening: Mapped[Happening] = mapped_column(enum_type(Happening))
    body: Mapped[str] = mapped_column(sa.Text)  # the JSON that is signed
    state: Mapped[DeliveryState] = mapped_column(enum_type(DeliveryState))
    tries: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime] = mapped_column(index=True)
    # While it waits: not to be tried before; of one that is on its way, when that counts as lost.
    due_at: Mapped[datetime] = mapped_column(server_default=LONG_AGO)
    tried_at: Mapped[datetime | None]
    status: Mapped[int | None]  # of the last answer; None: there was none
    problem: Mapped[str] = mapped_column(sa.String(80), default="")  # its kind, never foreign text

    webhook: Mapped[Webhook] = related()
