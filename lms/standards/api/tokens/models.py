"""Tables of tokens and of the answers that are given again to a repeated request."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import PublicId, db, related
from lms.people.models import Account


class ApiToken(PublicId, db.Model):
    """What another system proves itself with; acts as its owner, within its scopes."""

    __tablename__ = "api_token"
    __table_args__ = (sa.CheckConstraint("expires_at > made_at", name="expires_later"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(
        sa.ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(sa.String(120))  # what it is for
    # SHA-256 of the secret: the table alone admits no one.
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    hint: Mapped[str] = mapped_column(sa.String(8))  # the secret's last characters, to tell it by
    scopes: Mapped[list[Any]]  # values of scopes.Scope
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]  # to some minutes

    account: Mapped[Account] = related()


class ApiAnswer(db.Model):
    """The answer to a request with an ``Idempotency-Key``: given again, not done again."""

    __tablename__ = "api_answer"
    __table_args__ = (sa.UniqueConstraint("token_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_id: Mapped[int] = mapped_column(sa.ForeignKey("api_token.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(sa.String(200))
    # SHA-256 over method, address and body: another request under the same key is refused.
    request_hash: Mapped[str] = mapped_column(sa.String(64))
    status: Mapped[int]
    headers: Mapped[dict[str, Any]]
    body: Mapped[str] = mapped_column(sa.Text)
    answered_at: Mapped[datetime] = mapped_column(index=True)
