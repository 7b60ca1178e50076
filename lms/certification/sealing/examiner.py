"""The process that examines one PDF: two frames in (certificates, file), one JSON object out."""

import asyncio
import json
import os
import sys

from cryptography import x509

from lms.certification.sealing.checking import examine
from lms.core.pdf.confinement import allow_processor_seconds, filter_system_calls, limit
from lms.core.pdf.worker import read_frame


def main() -> None:
    """Give everything up, examine, answer. Any failure ends the process without an answer."""
    memory_bytes, processor_seconds = map(int, sys.argv[1:3])
    source = os.fdopen(0, "rb", buffering=0)
    loop = asyncio.new_event_loop()  # before the filter: it opens a pair of sockets
    limit(memory_bytes=memory_bytes)
    allow_processor_seconds(processor_seconds)
    filter_system_calls()
    anchors = x509.load_pem_x509_certificates(read_frame(source) or b"")
    inspection = loop.run_until_complete(examine(read_frame(source) or b"", anchors))
    answer = {
        "finding": inspection.finding.value,
        "records": inspection.records,
        "signer": inspection.signer,
    }
    sys.stdout.write(json.dumps(answer))
