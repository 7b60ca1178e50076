"""Where the site publishes what verifiers of credentials fetch: addresses that stay."""

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

CREDENTIALS_V2 = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES_3 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
OPEN_BADGES_EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"


@dataclass(frozen=True)
class Site:
    """The public address of an installation, without a slash at its end."""

    address: str

    @property
    def issuer(self) -> str:
        """The issuer's identifier: its profile lies there."""
        return f"{self.address}/credentials/issuer"

    @property
    def keys(self) -> str:
        """What stands before a key's id in its address."""
        return f"{self.issuer}/keys/"

    @property
    def did(self) -> str:
        """The issuer's decentralised identifier (did:web)."""
        parts = urlsplit(self.address)
        names = [parts.netloc, *filter(None, parts.path.split("/"))]
        return "did:web:" + ":".join(quote(name, safe="") for name in names)

    def achievement(self, slug: str, version: int) -> str:
        """The description of what a version of a course is proof of."""
        return f"{self.address}/credentials/achievements/{slug}/{version}"

    def status_list(self, number: int) -> str:
        """A status list."""
        return f"{self.address}/credentials/status/{number}"

    def certificate(self, number: str) -> str:
        """The public page of a certificate."""
        return f"{self.address}/verify/{number}"
