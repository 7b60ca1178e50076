"""Replies leave compressed, for phones on slow networks, unless their size could tell a secret.

How well a page is compressed tells how much of what the visitor asked for stands in it already. Who
can make a browser ask for our pages from another site, and sees how large the answers are, could
guess a form's token by that (BREACH, CVE-2013-3587). So a page is compressed only for whom another
site can't have sent: ``Sec-Fetch-Site`` says it (W3C, Fetch Metadata Request Headers), and where a
browser doesn't, the page leaves as it is. Static files are the same for everybody.
"""

from flask import Flask, Response, request
from flask_compress import Compress

ASKED_BY_OURSELVES = {"same-origin", "none"}  # by our own page; by the address line or a bookmark
KINDS = ["text/html", "text/css", "text/javascript", "application/json", "image/svg+xml"]
CONFIGURATION = {
    "COMPRESS_REGISTER": False,  # what is compressed is decided here
    "COMPRESS_ALGORITHM": ["zstd", "br", "gzip"],
    "COMPRESS_MIMETYPES": KINDS,
    "COMPRESS_MIN_SIZE": 1400,  # what fits into one packet takes no less time
    "COMPRESS_STREAMS": False,
}


def init_app(app: Flask) -> None:
    """Compress what leaves; called first of all, so that it sees the reply last."""
    app.config.update(CONFIGURATION)
    compress = Compress()
    compress.init_app(app)

    def send_compressed(response: Response) -> Response:
        if request.endpoint == "static":
            if response.mimetype in KINDS:
                response.direct_passthrough = False
                response.get_data()  # from the file, which would be sent as a stream
        elif (
            request.headers.get("Sec-Fetch-Site") not in ASKED_BY_OURSELVES
            # A record's tag comes back with If-Match: it is that of the record, in whatever shape.
            or "ETag" in response.headers
        ):
            return response
        return compress.after_request(response)

    app.after_request(send_compressed)
