"""Where files are kept: the part of an installation's settings that names a folder or a bucket."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings

BUCKET = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[a-zA-Z0-9._-]+)*/?")
WEB_ADDRESS = re.compile(r"https?://[^\s/?#]+(/[^\s?#]*)?")


def _web_address(value: str) -> str:
    if value and not WEB_ADDRESS.fullmatch(value):
        raise ValueError("must read like https://learn.example.org")
    return value


def _bucket(value: str) -> str:
    if value and not BUCKET.fullmatch(value):
        raise ValueError("must read like s3://bucket/prefix")
    return value.rstrip("/")


WebAddress = Annotated[str, AfterValidator(_web_address)]


class FileSettings(BaseSettings):
    """The settings of the store of files."""

    media: Path | None = Field(
        None, description="Folder for stored files. Default: `media` in the data folder."
    )
    storage: Annotated[str, AfterValidator(_bucket)] = Field(
        "",
        description="S3-compatible storage for files instead of the folder: `s3://bucket/prefix`.",
    )
    s3_endpoint: WebAddress = Field(
        "",
        description="Address of the storage, such as `https://s3.example.org`. Default: Amazon's.",
    )
    s3_region: str = Field("us-east-1", description="Region of the bucket.")
    s3_access_key: str = Field("", description="Name of the key that opens the bucket.")
    s3_secret_key: SecretStr = Field(SecretStr(""), description="Secret of that key.")
    s3_timeout_seconds: float = Field(
        20,
        gt=0,
        le=300,
        description="How long the storage may keep silent; each request is tried three times.",
    )

    def misfits(self) -> Iterator[str]:
        """Tell, a line for each setting, what doesn't fit together although each can be read."""
        if self.storage and self.media is not None:
            yield "LMS_MEDIA: files lie in LMS_STORAGE or in a folder, not in both"
        given = {
            "LMS_S3_ACCESS_KEY": self.s3_access_key,
            "LMS_S3_SECRET_KEY": self.s3_secret_key.get_secret_value(),
            "LMS_S3_ENDPOINT": self.s3_endpoint,
        }
        for name, value in given.items():
            if self.storage and not value and name != "LMS_S3_ENDPOINT":
                yield f"{name}: LMS_STORAGE needs it"
            if value and not self.storage:
                yield f"{name}: means nothing without LMS_STORAGE"
