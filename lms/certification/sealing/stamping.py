"""Stamps of the time (RFC 3161) from the service that ``LMS_TIMESTAMP_URL`` names."""

import asyncio

import requests
from asn1crypto import cms, tsp
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import set_tsp_headers
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko_certvalidator import ValidationContext
from urllib3 import Retry

from lms.certification.sealing.authority import SigningUnavailable
from lms.core.outside import connecting

SECONDS = 10  # to connect, and between two bytes of the answer
# A service that is too busy for one of thousands is asked again; one that is silent isn't.
AGAIN = Retry(
    2,
    read=0,
    status_forcelist=(429, 500, 502, 503, 504),
    allowed_methods=None,
    backoff_factor=0.5,
    respect_retry_after_header=False,
    raise_on_status=False,
)
ANSWER_BYTES = 64 * 1024  # a stamp with its certificates has a few thousand


class Stamper(TimeStamper):
    """Asks the service at ``address``, and takes nothing but a stamp that fits what was asked."""

    def __init__(self, address: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._address = address

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """Return the stamp of a digest, its signature checked.

        Raises SigningUnavailable for no answer, a slow or a long one, and one that is no such
        stamp: a signature with it would be refused wherever it is checked.
        """
        try:
            stamp = await super().async_timestamp(message_digest, md_algorithm)
            # Whom to trust is up to whoever checks the document: here the stamp vouches for itself.
            own = [one.chosen for one in stamp["content"]["certificates"]]
            status = await validate_tst_signed_data(
                stamp["content"],
                ValidationContext(trust_roots=own),
                lambda name: message_digest if name == md_algorithm else b"",
            )
        except MemoryError:
            raise
        except OSError as error:
            raise SigningUnavailable("the time-stamp service doesn't answer") from error
        except Exception as error:  # a service may send anything
            raise SigningUnavailable("the time-stamp service sends no stamp") from error
        if not (status["intact"] and status["valid"]):
            raise SigningUnavailable("the time-stamp service sends a stamp of something else")
        return stamp

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Return what the service answers to a request."""
        return tsp.TimeStampResp.load(await asyncio.to_thread(self._answer, req.dump()))

    def _answer(self, request: bytes) -> bytes:
        with requests.Session() as session:
            connecting.guard(session, only_public=False, authorities=None)
            session.get_adapter(self._address).max_retries = AGAIN  # type: ignore[attr-defined]
            headers = set_tsp_headers({})
            with session.post(
                self._address, request, headers=headers, timeout=SECONDS, stream=True
            ) as answer:
                answer.raise_for_status()
                content: bytes = answer.raw.read(ANSWER_BYTES, decode_content=True)
        return content
