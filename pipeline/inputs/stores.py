"""Object stores and other file systems that a URI names, through ``pyarrow.fs``.

S3 is asked as its own SDKs are: credentials, region and endpoint come from the environment or the user's AWS files
(``AWS_PROFILE``, ``AWS_ENDPOINT_URL`` …), never from a URI, which stands in plans, errors and shells' histories.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, unquote, urlsplit

from pyarrow import ArrowInvalid, fs

from pipeline.errors import ConfigurationError

#: What ``FileSystem.type_name`` is where a file is there only when it is whole, and folders are but parts of names.
OBJECT_STORES = ("s3", "gcs", "abfs")
#: An object store is asked for so many bytes at once: each request costs some tens of milliseconds, whatever its size.
ASKED = 8 << 20
_CODE = re.compile(r"AWS Error ([A-Z_]+)")


def open_store(uri: str) -> tuple[fs.FileSystem, str]:
    """The file system that a URI names, and the path in it.

    Raises:
      ConfigurationError: the URI holds credentials or options, or names no file system that can be opened.
    """
    parts = urlsplit(uri)
    place = f"{parts.scheme}://{parts.hostname or ''}{parts.path}"
    if parts.username or parts.password or (parts.scheme == "s3" and parts.query):
        raise ConfigurationError(
            f"{place}: a URI holds neither credentials nor options here; set AWS_PROFILE, or AWS_ACCESS_KEY_ID, "
            "AWS_SECRET_ACCESS_KEY, AWS_DEFAULT_REGION and AWS_ENDPOINT_URL"
        )
    try:
        if parts.scheme == "s3":
            return _bucket(parts.netloc), parts.netloc + unquote(parts.path).rstrip("/")
        filesystem, path = fs.FileSystem.from_uri(uri)
        return filesystem, path.rstrip("/")
    except (ArrowInvalid, OSError, ValueError) as error:
        raise ConfigurationError(
            f"{place}: no such file system can be opened ({_said(error)}); give a folder, or a URI such as "
            "s3://bucket/folder"
        ) from None


@lru_cache(maxsize=8)
def _bucket(name: str) -> fs.FileSystem:
    """A bucket's file system: opened once, for a client of its own would greet the server for each object."""
    return fs.FileSystem.from_uri(f"s3://{name}")[0]


def below(uri: str, rest: str) -> str:
    """The URI of what stands ``rest`` (as it is, not encoded) below the folder of a URI."""
    parts = urlsplit(uri)
    return parts._replace(path=parts.path.rstrip("/") + quote(rest)).geturl()


def is_object_store(filesystem: fs.FileSystem) -> bool:
    return filesystem.type_name in OBJECT_STORES


def make_folder(filesystem: fs.FileSystem, path: str) -> None:
    """Make a folder with those above it; an object store has none, and would get empty objects instead."""
    if not is_object_store(filesystem):
        filesystem.create_dir(path, recursive=True)


def refusal_of(error: OSError) -> str:
    """In the store's own word why it refused (``ACCESS_DENIED``), or nothing where no store is at fault."""
    found = _CODE.search(str(error))
    return found[1] if found else ""


def _said(error: Exception) -> str:
    return (refusal_of(error) if isinstance(error, OSError) else "") or type(error).__name__


def put_if_absent(filesystem: fs.S3FileSystem, path: str, data: bytes) -> bool:
    """Create an object unless it is there; the store decides between two that try at once.

    Arrow cannot ask for that (``If-None-Match: *``), so the request goes through boto3, which finds credentials and
    endpoint where Arrow does.

    Raises:
      ConfigurationError: the store refused, for another reason.
    """
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    bucket, _, key = path.partition("/")
    try:
        boto3.client("s3", region_name=filesystem.region).put_object(
            Bucket=bucket, Key=key, Body=data, IfNoneMatch="*", ContentType="application/json"
        )
    except ClientError as error:
        # 409: another is writing it at this moment, and it was not there before.
        if error.response["Error"]["Code"] in ("PreconditionFailed", "ConditionalRequestConflict"):
            return False
        raise ConfigurationError(
            f"s3://{path}: cannot be written ({error.response['Error']['Code']}); check bucket, access and region"
        ) from None
    except BotoCoreError as error:
        raise ConfigurationError(f"s3://{path}: cannot be written ({type(error).__name__}); check access") from None
    return True
