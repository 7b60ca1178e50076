"""Tables of the second factor."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import db


class SecondFactor(db.Model):
    """The authenticator app of one account; until a first code proved it, it counts for nothing."""

    __tablename__ = "second_factor"

    account_id: Mapped[int] = mapped_column(
        sa.ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    sealed_secret: Mapped[bytes]  # see totp.seal
    begun_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    # The newest time step whose code was taken: each code counts once (RFC 6238, section 5.2).
    last_step: Mapped[int] = mapped_column(sa.BigInteger, default=0)


class RecoveryCode(db.Model):
    """One code that stands in for the app once."""

    __tablename__ = "recovery_code"
    __table_args__ = (sa.UniqueConstraint("account_id", "code_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id", ondelete="CASCADE"))
    code_hash: Mapped[str] = mapped_column(sa.String(64))  # SHA-256 of 80 random bits
    used_at: Mapped[datetime | None]
