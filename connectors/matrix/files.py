"""Files on the homeserver: brought there, and fetched again; those of encrypted rooms are encrypted themselves.

Source: https://spec.matrix.org/latest/client-server-api/#content-repository, #sending-encrypted-attachments.
"""

import asyncio
import io
import json
import re
from collections.abc import Mapping
from typing import Any

from nio.crypto.attachments import decrypt_attachment
from nio.exceptions import EncryptionError

from bot.errors import Closed, Refused
from bot.messages import OutgoingFile
from connectors.matrix.client import BROKEN, Client, checked
from connectors.matrix.failures import cut_off, to_delivery_error

LARGEST_FILE = 20_000_000
CHUNK = 64 * 1024
FETCH_SECONDS = 120.0
_ADDRESS = re.compile(
    r"mxc://(?P<server>(?:[a-z0-9][a-z0-9.-]*|\[[0-9a-f:.]+\])(?::\d+)?)/(?P<media>[a-z0-9_-]+)",
    re.IGNORECASE,
)


async def upload(client: Client, file: OutgoingFile, is_encrypted: bool) -> Mapping[str, Any]:
    """Bring a file to the homeserver; the part of a message's content that says where it is.

    Raises:
        DeliveryError: it is not there.
    """
    if len(file.data) > LARGEST_FILE:
        raise Refused("the file is too large")
    answer, key = await client.upload(
        io.BytesIO(file.data),
        content_type=file.media_type,
        filename=None if is_encrypted else file.name,
        encrypt=is_encrypted,
        filesize=len(file.data),
    )
    address = checked(answer).content_uri
    return {"file": {**key, "url": address}} if key else {"url": address}


async def fetch(client: Client, reference: str) -> bytes:
    """A file that a person sent, as they sent it.

    Args:
        client: logged in.
        reference: its `mxc` address, or in an encrypted room the JSON that says address and key.

    Raises:
        NotDelivered: not just now.
        Refused: it is gone, too large, or not what the message promised.
    """
    address, key = read_reference(reference)
    try:
        data = await _download(client, media_path(address))
    except BROKEN as error:
        raise cut_off() from error
    except Closed as error:
        raise Refused("the file is gone") from error
    return data if key is None else await asyncio.to_thread(decrypted, data, key)


def read_reference(reference: str) -> tuple[str, Mapping[str, Any] | None]:
    """Where a file is, and what decrypts it; None for a file of a room without encryption.

    Raises:
        Refused: the reference says neither.
    """
    if reference.startswith("mxc://"):
        return reference, None
    try:
        key = json.loads(reference)
    except (ValueError, RecursionError) as error:
        raise Refused("no reference to a file") from error
    if not isinstance(key, Mapping) or not isinstance(key.get("url"), str):
        raise Refused("no reference to a file")
    return key["url"], key


def media_path(address: str) -> str:
    """The path of an `mxc` address on our homeserver, which fetches from others for us.

    Raises:
        Refused: it is no such address.
    """
    found = _ADDRESS.fullmatch(address)
    if found is None:
        raise Refused("no address of a file")
    return f"/_matrix/client/v1/media/download/{found['server']}/{found['media']}"


def decrypted(ciphertext: bytes, file: Mapping[str, Any]) -> bytes:
    """The file that a message's `file` describes.

    Raises:
        Refused: what is there is not what the message promised.
    """
    try:
        if file["v"] != "v2":
            raise Refused("a file of an unknown version")
        plain = decrypt_attachment(
            ciphertext, file["key"]["k"], file["hashes"]["sha256"], file["iv"]
        )
    except (
        EncryptionError,
        LookupError,
        TypeError,
        ValueError,
        ArithmeticError,
        AttributeError,
    ) as error:
        raise Refused("a file that cannot be decrypted") from error
    return bytes(plain)


async def _download(client: Client, path: str) -> bytes:
    headers = {"Authorization": f"Bearer {client.access_token}"}
    response = await client.send("GET", path, headers=headers, timeout=FETCH_SECONDS)
    async with response:
        if response.status != 200:
            raise to_delivery_error(response.status, await _code(response))
        data = bytearray()
        async for chunk in response.content.iter_chunked(CHUNK):
            data += chunk
            if len(data) > LARGEST_FILE:
                raise Refused("the file is too large")
        return bytes(data)


async def _code(response: Any) -> str | None:
    try:
        answer = await response.json(content_type=None)
    except ValueError:
        return None
    code = answer.get("errcode") if isinstance(answer, Mapping) else None
    return code if isinstance(code, str) else None
