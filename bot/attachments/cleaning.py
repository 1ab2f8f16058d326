"""A file without what tells of its owner. Pure."""

from bot.attachments.documents import document
from bot.attachments.pictures import picture
from bot.attachments.values import LARGEST, Cleaned, NotPassedOn, Reason

_KNOWN = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif", "application/pdf"})
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")
_PDF_WITHIN = 1024
"""A PDF may begin with so many other bytes (ISO 32000-1, implementation note 13)."""


def is_picture(data: bytes) -> bool:
    """Whether a file begins as a JPEG, PNG, GIF or WebP."""
    return data.startswith(_PICTURES) or (data[:4], data[8:12]) == (b"RIFF", b"WEBP")


def is_document(data: bytes) -> bool:
    """Whether a file begins as a PDF."""
    return b"%PDF-" in data[:_PDF_WITHIN]


def check(data: bytes, media_type: str) -> None:
    """Look at a file from outside, before anything of it is read.

    Args:
        data: the whole file.
        media_type: what it was said to be; decides only what is told of a file that is nothing we know.

    Raises:
        NotPassedOn: it is too large, or no picture and no PDF.
    """
    if len(data) > LARGEST:
        raise NotPassedOn("too_large")
    if not is_picture(data) and not is_document(data):
        reason: Reason = "broken" if media_type.lower() in _KNOWN else "kind"
        raise NotPassedOn(reason)


def cleaned_here(data: bytes, media_type: str) -> Cleaned:
    """As `bot.attachments.cleaned`, in this process: hostile files may take its time and memory.

    Raises:
        NotPassedOn: see there.
    """
    check(data, media_type)
    clean = picture(data) if is_picture(data) else document(data)
    if len(clean.data) > LARGEST:
        raise NotPassedOn("too_large")
    return clean
