"""Kinds of other tools that items here don't have yet."""

from lms.catalog.messages import Message
from lms.standards.items.model import NotUnderstood

# By the word that each format uses for them: the one place to take a kind from when it becomes an
# item kind here.
UNSUPPORTED = {
    "ddimageortext": Message("labels dragged onto an image"),
    "randomsamatch": Message("matching drawn at random"),
    "random": Message("question drawn at random"),
    "graphicOrderInteraction": Message("ordering on an image"),
    "graphicAssociateInteraction": Message("matching on an image"),
    "graphicGapMatchInteraction": Message("labels dragged onto an image"),
    "positionObjectInteraction": Message("markers on an image"),
    "drawingInteraction": Message("drawing"),
    "mediaInteraction": Message("media"),
    "customInteraction": Message("custom interaction"),
    "portableCustomInteraction": Message("custom interaction"),
    "endAttemptInteraction": Message("button that ends the attempt"),
}


def unsupported(kind: str) -> NotUnderstood:
    """Return the refusal of a question whose kind items here don't have."""
    return NotUnderstood(
        Message("the kind “%(kind)s” is not supported yet", kind=UNSUPPORTED.get(kind, kind[:60]))
    )
