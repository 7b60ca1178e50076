"""Why a mail did not go out, in words: the log keeps codes, which have no language."""

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.notifications.refusals.noticing import BOUNCED

# As ``channel`` and ``delivery`` note them.
ANSWER = re.compile(r"([45]\d\d) (sender|recipient|content)")
FOR_GOOD = {
    "sender": _l("The mail server refuses mail from our address: answer %(code)s."),
    "recipient": _l("The mail server refuses mail to this address: answer %(code)s."),
    "content": _l("The mail server refuses this mail: answer %(code)s."),
}
FOR_NOW = {
    "sender": _l("The mail server takes no mail from our address now: answer %(code)s."),
    "recipient": _l("The mail server takes no mail to this address now: answer %(code)s."),
    "content": _l("The mail server doesn’t take this mail now: answer %(code)s."),
}
OURS = {
    "no answer": _l("The mail server broke off after the whole mail: it may have arrived."),
    "can't be made": _l("The mail couldn’t be made; the server’s own log says why."),
    "the files can't be read": _l("The files that belong to it can’t be read now."),
}


def problem_words(problem: str) -> str:
    """Return why a mail didn't go out, or not yet, in the reader's language."""
    if problem in OURS:
        return str(OURS[problem])
    answer = ANSWER.fullmatch(problem)
    if answer:
        words = FOR_GOOD if answer[1].startswith("5") else FOR_NOW
        return str(words[answer[2]]) % {"code": answer[1]}
    if problem.startswith(BOUNCED):
        code = problem.removeprefix(BOUNCED).strip()
        words = _("The mail came back: %(code)s.", code=code) if code else _("The mail came back.")
        return str(words)
    return str(_("The mail server can’t be used now: %(problem)s.", problem=problem))
