"""Pages: one's own inbox, and for HR and administrators the log of mail."""

import sqlalchemy as sa
from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from lms.audit import services as audit
from lms.core import clock
from lms.core.database import writing
from lms.core.errors import Missing
from lms.core.settings import Settings
from lms.core.unit_of_work import reads_first, release
from lms.notifications import queries, services
from lms.notifications.attachments import files
from lms.notifications.forms import STATE_NAMES, STATE_TONES, MailFilterForm
from lms.notifications.kinds import kind_of
from lms.notifications.models import MailState, Message, MessageFile, OutgoingMail
from lms.notifications.refusals.words import problem_words
from lms.notifications.showing import shown
from lms.people.permissions import Permission
from lms.web import access
from lms.web.headers import save_as
from lms.web.navigation import ADMINISTRATION, Entry, register
from lms.web.paging import paginate

blueprint = Blueprint("notifications", __name__)
PAGE = 20


@blueprint.get("/inbox")
@access.signed_in
def inbox() -> ResponseReturnValue:
    """Show what was said to the viewer, the newest first."""
    page = paginate(
        queries.inbox(current_user.person),
        columns=[Message.id],
        readers=[int],
        key=lambda message: (message.id,),
        cursor=request.args.get("cursor"),
        size=PAGE,
        descending=True,
    )
    return render_template(
        "notifications/inbox.html",
        page=page,
        messages=shown(page.rows),
        files=files.of_messages(message.id for message in page.rows),
    )


@blueprint.get("/inbox/<message_id>/files/<file_id>")
@access.signed_in
def message_file(message_id: str, file_id: str) -> ResponseReturnValue:
    """Offer a file of one of the viewer's messages: where the link in the mail leads."""
    message, file = _file(message_id, file_id)
    return render_template("notifications/file.html", message=message, file=file)


@blueprint.post("/inbox/<message_id>/files/<file_id>")
@access.signed_in
@reads_first
def fetch_file(message_id: str, file_id: str) -> ResponseReturnValue:
    """Send the file, and write down that it was taken."""
    message, file = _file(message_id, file_id)
    release()
    try:
        pieces = files.pieces(file)
    except FileNotFoundError as error:
        raise Missing from error
    audit.record(
        now=clock.now(),
        actor_key=current_user.person.public_id,
        action="notifications.file_taken",
        subject_kind="message",
        subject_key=message.public_id,
        person_key=current_user.person.public_id,
    )
    response = Response(pieces, content_type=file.media_type)
    response.content_length = file.size
    save_as(response, file.name)
    return response


def _file(message_id: str, file_id: str) -> tuple[Message, MessageFile]:
    found = files.file_of(current_user.person, message_id, file_id)
    if found is None or not kind_of(found[0].kind).may_fetch(current_user, found[0].details):
        raise Missing
    return found


@blueprint.post("/inbox/read")
@access.signed_in
def read_all() -> ResponseReturnValue:
    """Mark all messages as read that the viewer saw the list of."""
    services.mark_all_read(
        reader=current_user.person, until_id=request.form.get("newest", ""), now=clock.now()
    )
    flash(_("All messages are marked as read."), "good")
    return redirect(url_for("notifications.inbox"), 303)


@blueprint.post("/inbox/<public_id>/read")
@access.signed_in
def read(public_id: str) -> ResponseReturnValue:
    """Mark one message of the viewer's as read."""
    services.mark_read(reader=current_user.person, public_id=public_id, now=clock.now())
    return redirect(f"{url_for('notifications.inbox')}#message-{public_id}", 303)


@blueprint.get("/hr/mail")
@access.requires(Permission.SEE_MAIL)
def mail_log() -> ResponseReturnValue:
    """List mail to the people in the viewer's scope, the newest first."""
    form = MailFilterForm(request.args)
    valid = form.validate()
    state = next((one for one in MailState if one.value == form.state.data), None)
    mail = queries.mail_seen_by(current_user, words=form.q.data or "", state=state)
    page = paginate(
        mail if valid else mail.where(sa.false()),
        columns=[OutgoingMail.id],
        readers=[int],
        key=lambda mail: (mail.id,),
        cursor=request.args.get("cursor"),
        descending=True,
    )
    filters = {name: value for name, value in form.data.items() if value}
    settings: Settings = current_app.config["SETTINGS"]
    return render_template(
        "notifications/mail_log.html",
        again={mail.id for mail in page.rows if services.can_go_again(mail, settings)},
        form=form,
        page=page,
        filters=filters,
        files=files.of_messages(mail.message_id for mail in page.rows),
        names=STATE_NAMES,
        tones=STATE_TONES,
    ), 200 if valid else 422


@blueprint.post("/hr/mail/<mail_id>/again")
@access.requires(Permission.KEEP_PEOPLE)
def send_mail_again(mail_id: str) -> ResponseReturnValue:
    """Send one mail again that did not go out."""
    mail = queries.mail_kept_by(current_user, mail_id)
    if mail is None:
        raise Missing
    settings: Settings = current_app.config["SETTINGS"]
    services.send_again(mail=mail, actor=current_user.person, now=clock.now(), settings=settings)
    flash(_("The mail is sent again within a minute."), "good")
    return redirect(url_for("notifications.mail_log"), 303)


def unread_messages() -> int:
    """Return how many messages the viewer hasn't read, for the bell in the header.

    Known as the request began; counted now where the request may have changed it.
    """
    known: int | None = current_user.told.get("unread")
    if known is None or writing.get():
        return queries.unread_count(current_user.person.id)
    return known


def init_app(app: Flask) -> None:
    """Add the bell's number, the words for what went wrong and the entry of the log."""
    app.jinja_env.globals["unread_messages"] = unread_messages
    app.jinja_env.filters["mail_problem"] = problem_words
    register(
        app,
        Entry(
            _l("Sent mail"),
            "notifications.mail_log",
            "mail",
            order=85,
            group=ADMINISTRATION,
            permission=Permission.SEE_MAIL,
        ),
    )
