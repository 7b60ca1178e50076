"""A secret that a page shows once: made by a POST, shown by the page that it leads to.

Reloading that page makes nothing again, and shows nothing again. Between the two the secret is in
the session, sealed, for a few minutes.
"""

from flask import current_app, session

from lms.core.sealing import seal, unseal
from lms.core.settings import Settings

KEY, PURPOSE = "shown_once", "shown once"
SECONDS = 5 * 60


def keep(about: str, secret: str) -> None:
    """Let the next ``take`` of ``about`` in this session return the secret."""
    settings: Settings = current_app.config["SETTINGS"]
    sealed = seal(secret.encode(), settings.secret_key, purpose=PURPOSE)
    session[KEY] = [about, sealed.decode()]


def take(about: str) -> str | None:
    """Return the secret that was kept about this, and forget it; None: it was shown already."""
    kept, sealed = session.get(KEY, ("", ""))
    if kept != about:
        return None
    del session[KEY]
    settings: Settings = current_app.config["SETTINGS"]
    secret = unseal(sealed.encode(), settings.secret_key, purpose=PURPOSE, seconds=SECONDS)
    return secret.decode() if secret else None
