"""What is said of an archive that is refused."""

from lms.catalog.messages import Message
from lms.core.archives import MEGABYTE, ArchiveRefused, Fault

SENTENCES = {
    Fault.BROKEN: Message("the package is broken: it is no readable ZIP file"),
    Fault.CROWDED: Message("the package holds more than %(limit)s files"),
    Fault.OUTSIDE: Message("the package names a file outside itself: “%(name)s”"),
    Fault.LINK: Message("the package holds a link: “%(name)s”"),
    Fault.ENCRYPTED: Message("the package is encrypted"),
    Fault.METHOD: Message("“%(name)s” is packed in an unusual way"),
    Fault.TWICE: Message("the package names “%(name)s” twice"),
    Fault.LARGE: Message("unpacked, the package is larger than %(limit)s MB"),
    Fault.RATIO: Message("the package unpacks to absurdly more than it holds"),
    Fault.OVERLAP: Message("files of the package overlap"),
    Fault.LARGE_MEMBER: Message("the file is larger than %(limit)s MB"),
}
IN_MEGABYTES = {Fault.LARGE, Fault.LARGE_MEMBER}


def sentence(refused: ArchiveRefused) -> Message:
    """Return why the archive is refused."""
    limit = refused.limit // MEGABYTE if refused.fault in IN_MEGABYTES else refused.limit
    return Message(SENTENCES[refused.fault].template, name=refused.name[:80], limit=limit)
