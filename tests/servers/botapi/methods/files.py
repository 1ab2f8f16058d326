"""Methods that carry files."""

from tests.servers.botapi.calls import Call, Upload
from tests.servers.botapi.errors import ApiError, bad_request
from tests.servers.botapi.methods.sending import caption_content, check_length, send
from tests.servers.botapi.model import Json, StoredFile
from tests.servers.botapi.state import State

LARGEST_UPLOAD = 50 * 1024 * 1024
"""Bytes, https://core.telegram.org/bots/api#sending-files"""
LARGEST_PHOTO = 10 * 1024 * 1024
"""Bytes, from the same place."""
LARGEST_DOWNLOAD = 20 * 1024 * 1024
"""Bytes, https://core.telegram.org/bots/api#getfile"""
_PICTURES = (b"\xff\xd8", b"\x89PNG", b"RIFF", b"GIF8")
"""How JPEG, PNG, WebP and GIF begin."""


def send_document(state: State, call: Call) -> Json:
    """`sendDocument`"""
    caption = caption_content(state, call)
    file = _file(state, call, "document", "documents")
    return send(state, call, {"document": document(file), **caption}, file)


def send_photo(state: State, call: Call) -> Json:
    """`sendPhoto`"""
    caption = caption_content(state, call)
    upload = call.upload("photo")
    if upload is not None and len(upload.data) > LARGEST_PHOTO:
        raise bad_request(
            f"file of size {len(upload.data)} bytes is too big for a photo; "
            f"the maximum size is {LARGEST_PHOTO} bytes"
        )
    file = _file(state, call, "photo", "photos")
    check_length(caption)
    if not file.data.startswith(_PICTURES):
        raise bad_request("IMAGE_PROCESS_FAILED")
    return send(state, call, {"photo": photo(file), **caption}, file)


def get_file(state: State, call: Call) -> Json:
    """`getFile`"""
    file = state.files.get(call.text("file_id"))
    if file is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if len(file.data) > LARGEST_DOWNLOAD:
        raise bad_request("file is too big")
    return {**file.as_json(), "file_path": file.path}


def photo(file: StoredFile) -> list[Json]:
    """The sizes of a photo; the stand-in keeps one and does not look inside."""
    return [{**file.as_json(), "width": 1280, "height": 960}]


def document(file: StoredFile) -> Json:
    """A `Document`."""
    return {**file.as_json(), "file_name": file.name, "mime_type": file.mime}


def _file(state: State, call: Call, name: str, folder: str) -> StoredFile:
    upload = call.upload(name)
    if upload is not None:
        return _kept(state, upload, folder)
    given = call.text(name)
    if not given:
        raise bad_request(f"there is no {name} in the request")
    if given.startswith(("http://", "https://")):
        # Telegram would fetch it; nothing that a test names is on the network.
        raise bad_request("failed to get HTTP URL content")
    if given not in state.files:
        raise bad_request("wrong remote file identifier specified: Wrong string length")
    return state.files[given]


def _kept(state: State, upload: Upload, folder: str) -> StoredFile:
    if not upload.data:
        raise bad_request("file must be non-empty")
    if len(upload.data) > LARGEST_UPLOAD:
        raise ApiError(413, "Request Entity Too Large")
    return state.keep_file(upload.data, upload.name, upload.mime, folder)
