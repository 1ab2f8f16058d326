"""JPEGs inside documents: their notes go, their pixels stay byte by byte. Pure.

Source: ITU-T T.81, B.1; the two segments that say how colours are meant: JFIF 1.02, Adobe TN 5116.
"""

import re

_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_JFIF, _ADOBE = 0xE0, 0xEE
_NOTES = (frozenset(range(0xE0, 0xF0)) - {_JFIF, _ADOBE}) | {0xFE}
"""EXIF with place and time, XMP, colour profiles, a second picture, and comments."""
_MARKER = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")
"""The next marker behind a scan: zeros are stuffed bytes, D0 to D7 belong to the scan."""


def without_notes(data: bytes) -> bytes:
    """The same JPEG without its notes and without what stands behind its end.

    Raises:
        ValueError: it is no JPEG, or breaks off in its head.
    """
    if data[:2] != bytes((0xFF, _START)):
        raise ValueError("no JPEG")
    kept = bytearray(data[:2])
    position = 2
    while found := _MARKER.match(data, position):
        marker, start = found[0][-1], found.end()
        if marker == _END:
            break
        end = start + int.from_bytes(data[start : start + 2], "big")
        if end < start + 2 or end > len(data):
            raise ValueError("a segment breaks off")
        if marker == _SCAN:
            following = _MARKER.search(data, end)
            end = following.start() if following else len(data)
        if marker not in _NOTES:
            kept += bytes((0xFF, marker)) + data[start:end]
        position = end
    return bytes(kept) + bytes((0xFF, _END))
