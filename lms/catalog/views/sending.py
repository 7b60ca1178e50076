"""Stored files as replies: whole, in ranges (a player seeks), or not at all when unchanged.

The tag is the blob's key, the hash of the very bytes, so it is a strong one. Behind the sign-in a
browser may keep a file but has to ask each time whether its person may still see it (`private,
no-cache`); the question is answered without the store. An address that stays valid for a year, as
content-addressed files could have, would show the file to the next person at the same computer.
What is saved as a file (exam answers, certificates of many people) stays in no cache beside it.
"""

from flask import Response, request
from werkzeug.datastructures import ContentRange

from lms.core.storage import BlobStore, blobs
from lms.web.headers import confine, save_as

# A file opened by itself is a document of our origin: nothing in it may run, load or navigate.
FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; media-src 'self'; sandbox"


def send_blob(
    key: str,
    *,
    size: int,
    media_type: str,
    download_name: str = "",
    store: BlobStore | None = None,
) -> Response:
    """Return the reply that serves the blob ``key`` of ``size`` bytes, of ``store`` if given.

    With ``download_name`` the browser saves it instead of showing it. Answers 304 to a tag that is
    current, 206 to one range, 416 to one beyond the file; FileNotFoundError when it isn't there.
    """
    answer = Response(mimetype=media_type)
    answer.set_etag(key)
    answer.headers["Cache-Control"] = "no-store" if download_name else "private, no-cache"
    confine(FILE_POLICY)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Accept-Ranges"] = "bytes"
    answer.headers["Content-Disposition"] = "inline"
    if download_name:
        save_as(answer, download_name)
    if request.if_none_match.contains(key):
        answer.status_code = 304
        return answer
    begin, end = _asked(answer, key, size)
    if answer.status_code == 416:
        return answer
    answer.headers["Content-Length"] = str(end - begin)
    if request.method != "HEAD":
        answer.response = (store or blobs()).stream(key, begin, end)
    return answer


def _asked(answer: Response, key: str, size: int) -> tuple[int, int]:
    """Return what of the file is asked for, and set the status: 200, 206 or 416.

    Several ranges at once, and ranges of another state of the file, are answered with all of it.
    """
    wanted = request.range
    current = request.if_range.etag in (None, key) and request.if_range.date is None
    if wanted is None or wanted.units != "bytes" or len(wanted.ranges) != 1 or not current:
        return 0, size
    found = wanted.range_for_length(size)
    if found is None:
        answer.status_code = 416
        answer.content_range = ContentRange("bytes", None, None, size)
        return 0, 0
    answer.status_code = 206
    answer.content_range = ContentRange("bytes", found[0], found[1], size)
    return int(found[0]), int(found[1])
