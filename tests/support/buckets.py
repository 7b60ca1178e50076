"""S3-compatible storage on loopback: moto's server, with a bucket that may be taken away."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from moto.server import ThreadedMotoServer

from lms.core.storage.bucket import BucketStore

BUCKET = "files"
KEYS = {"region": "us-east-1", "access_key": "key", "secret_key": "secret"}


class Bucket:
    """A served bucket."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.client: Any = boto3.client(
            "s3",
            endpoint_url=endpoint,
            region_name="us-east-1",
            aws_access_key_id="key",
            aws_secret_access_key="secret",
        )
        self.client.create_bucket(Bucket=BUCKET)

    def store(self, address: str = f"s3://{BUCKET}/kept", timeout: float = 2) -> BucketStore:
        return BucketStore(address, endpoint=self.endpoint, timeout=timeout, **KEYS)

    def names(self) -> list[str]:
        listed = self.client.list_objects_v2(Bucket=BUCKET)
        return [entry["Key"] for entry in listed.get("Contents", [])]


@contextmanager
def served_bucket() -> Iterator[Bucket]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    bucket = Bucket(f"http://{host}:{port}")
    try:
        yield bucket
    finally:
        bucket.client.close()
        server.stop()
