"""Commands on people, accounts and sessions. Each leaves an entry in the audit log."""

from lms.people.services.accounts import (
    change_password,
    create_account,
    end_role,
    grant_role,
    reinstate,
    reset_password,
    suspend,
    take_turn,
)
from lms.people.services.changes import note_change
from lms.people.services.contacts import (
    change_contact,
    change_email,
    choose_language,
    correct_email,
)
from lms.people.services.persons import (
    create_person,
    end_employment,
    rename_person,
    take_up_post,
    transfer,
)
from lms.people.services.sessions import (
    LIFETIME,
    admit,
    end_all_sessions,
    end_session,
    forget_old_sessions,
    open_session,
)

__all__ = [
    "LIFETIME",
    "admit",
    "change_contact",
    "change_email",
    "change_password",
    "choose_language",
    "correct_email",
    "create_account",
    "create_person",
    "end_all_sessions",
    "end_employment",
    "end_role",
    "end_session",
    "forget_old_sessions",
    "grant_role",
    "note_change",
    "open_session",
    "reinstate",
    "rename_person",
    "reset_password",
    "suspend",
    "take_turn",
    "take_up_post",
    "transfer",
]
