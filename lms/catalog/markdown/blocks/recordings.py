"""``::: audio`` and ``::: video``: a link to the recording, then its transcript."""

from markdown_it.token import Token

from lms.catalog.markdown.blocks.base import BlockType, Complain, Container
from lms.catalog.markdown.blocks.names import BlockName
from lms.catalog.markdown.tokens import plain_text
from lms.catalog.media.kinds import MediaKind, format_of
from lms.catalog.messages import Message

KINDS = {BlockName.AUDIO: MediaKind.AUDIO, BlockName.VIDEO: MediaKind.VIDEO}
FIRST = 3  # tokens of the first paragraph


def link_of(inner: list[Token]) -> tuple[str, str] | None:
    """Return the address and words of the link that the first paragraph is."""
    if len(inner) < FIRST or inner[0].type != "paragraph_open":
        return None
    children = inner[1].children or []
    if not children or children[0].type != "link_open" or children[-1].type != "link_close":
        return None
    return str(children[0].attrGet("href") or ""), plain_text(children)


def prepare(tokens: list[Token]) -> list[Token]:
    """Put a player in the link's place, and fold the transcript."""
    link = link_of(tokens)
    if link is None:
        return tokens
    player = Token("recording", "", 0, block=True, map=tokens[0].map)
    player.meta = {"path": link[0], "label": link[1]}
    rest = tokens[FIRST:]
    if not rest:
        return [player]
    return [
        player,
        Token("transcript_open", "details", 1, block=True),
        *rest,
        Token("transcript_close", "details", -1, block=True),
    ]


def examine(container: Container, complain: Complain) -> tuple[str, ...]:
    """Tell what a recording lacks. It is examined as prepared."""
    player = next((token for token in container.inner if token.type == "recording"), None)
    if player is None:
        complain(
            container.line,
            Message("the block begins with a link to the recording: [Its name](media/…)"),
        )
        return ()
    known = format_of(player.meta["path"])
    if known is None or known.kind is not KINDS[container.header.name]:
        complain(
            container.line,
            Message(
                "%(path)s is no recording of the kind '%(name)s'",
                path=player.meta["path"],
                name=container.header.name,
            ),
        )
    if len(container.inner) == 1:
        complain(
            container.line,
            Message("the recording has no transcript: write below the link what is said"),
        )
    return ("recording",)


AUDIO = BlockType(BlockName.AUDIO, prepare, examine)
VIDEO = BlockType(BlockName.VIDEO, prepare, examine)
