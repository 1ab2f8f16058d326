"""Bodies of requests: JSON, forms and multipart, to parameters and uploads.

Written by hand because Starlette reads multipart only with another package, and because the real
server takes all three for every method.
"""

import json
import re
from email.message import Message
from typing import Any
from urllib.parse import parse_qsl, unquote

from tests.servers.botapi.calls import Upload
from tests.servers.botapi.errors import bad_request

_PARAMETER = re.compile(r';\s*(?P<name>[\w*]+)="?(?P<value>(?<=")[^"]*|[^";\s]*)"?')


def decoded(query: str, content_type: str, body: bytes) -> tuple[dict[str, Any], dict[str, Upload]]:
    """Parameters and uploads of a request; an upload's parameter reads `attach://<its name>`.

    Raises:
        ApiError: 400, the body is broken.
    """
    try:
        params, uploads = _decoded(query, content_type, body)
        # JSON can smuggle in half of a surrogate pair.
        json.dumps(params, ensure_ascii=False).encode()
    except UnicodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    return params, uploads


def _decoded(
    query: str, content_type: str, body: bytes
) -> tuple[dict[str, Any], dict[str, Upload]]:
    params: dict[str, Any] = dict(parse_qsl(query, keep_blank_values=True))
    header = Message()
    header["content-type"] = content_type or "application/octet-stream"
    match header.get_content_type():
        case "application/json":
            params |= _json(body)
        case "application/x-www-form-urlencoded":
            params |= dict(parse_qsl(body.decode(), keep_blank_values=True))
        case "multipart/form-data":
            fields, uploads = _multipart(str(header.get_param("boundary")), body)
            return {**params, **fields}, uploads
    return params, {}


def _json(body: bytes) -> dict[str, Any]:
    try:
        params = json.loads((body or b"{}").decode())
    except json.JSONDecodeError:
        params = None
    if not isinstance(params, dict):
        raise bad_request("can't parse JSON object")
    return params


def _multipart(boundary: str, body: bytes) -> tuple[dict[str, str], dict[str, Upload]]:
    fields: dict[str, str] = {}
    uploads: dict[str, Upload] = {}
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary.encode())[1:-1]:
        head, _, data = part.partition(b"\r\n\r\n")
        headers = _headers(head.decode())
        names = _parameters(headers.get("content-disposition", ""))
        name = names.get("name", "")
        if "filename" not in names:
            fields[name] = data.decode()
            continue
        mime = headers.get("content-type", "application/octet-stream")
        uploads[name] = Upload(names["filename"], mime, data)
        fields.setdefault(name, f"attach://{name}")
    # The part that a field points to is no parameter of its own.
    pointed = {
        value.removeprefix("attach://")
        for name, value in fields.items()
        if value.startswith("attach://") and value != f"attach://{name}"
    }
    return {name: value for name, value in fields.items() if name not in pointed}, uploads


def _headers(head: str) -> dict[str, str]:
    lines = (line.partition(":") for line in head.strip().split("\r\n"))
    return {name.strip().lower(): value.strip() for name, _, value in lines}


def _parameters(disposition: str) -> dict[str, str]:
    found = {}
    for match in _PARAMETER.finditer(disposition):
        name, value = match["name"], match["value"]
        if name.endswith("*"):
            found[name.removesuffix("*")] = unquote(value.rpartition("'")[2])
        else:
            found.setdefault(name, unquote(value))
    return found
