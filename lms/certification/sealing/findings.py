"""What the check of a PDF can find."""

from dataclasses import dataclass
from enum import Enum


class Finding(Enum):
    """What the check of a PDF's signature found."""

    GENUINE = "genuine"
    ALTERED = "altered"  # carries the training centre's signature, which doesn't hold
    UNSIGNED = "unsigned"  # no PDF, or none with a signature
    FOREIGN = "foreign"  # signed by someone else


@dataclass(frozen=True)
class Inspection:
    """What was found in a PDF. ``records`` are texts it carries; whether they are ours is open."""

    finding: Finding
    records: tuple[str, ...] = ()
    signer: str = ""  # of a genuine one: serial of the certificate, hexadecimal
