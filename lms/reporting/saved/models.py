"""Tables of saved lists and of those they are shared with."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import PublicId, db, related
from lms.people.models import Person


class SavedList(PublicId, db.Model):
    """What a list is narrowed to, under a name of its owner's."""

    __tablename__ = "saved_list"
    __table_args__ = (sa.UniqueConstraint("owner_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(sa.String(40))  # of the lists that domains register
    name: Mapped[str] = mapped_column(sa.String(80))
    values: Mapped[dict[str, Any]]  # of the list's address: name → text
    saved_at: Mapped[datetime]

    owner: Mapped[Person] = related()


class SavedListPerson(db.Model):
    """A colleague whom the owner named: may open the list as their own, gets it by mail, or both.

    It gives no right: what they see is decided by their own.
    """

    __tablename__ = "saved_list_person"
    __table_args__ = (sa.CheckConstraint("is_shared OR is_mailed", name="named_for_something"),)

    list_id: Mapped[int] = mapped_column(
        sa.ForeignKey("saved_list.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    is_shared: Mapped[bool]
    is_mailed: Mapped[bool]
    named_at: Mapped[datetime]

    saved_list: Mapped[SavedList] = related()
    person: Mapped[Person] = related()
