"""PDFs that are passed on show the same pages and carry no author, script, file, link or note."""

import zlib
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import IndirectObject, StreamObject

from bot.attachments import NotPassedOn
from bot.attachments.cleaning import cleaned_here
from bot.attachments.jpegs import without_notes
from tests.escalation import files
from tests.escalation.files import SECRET


def clean(data: bytes) -> PdfReader:
    return PdfReader(BytesIO(cleaned_here(data, "application/pdf").data), strict=True)


def at(holder: Any, *names: str | int) -> Any:
    """What stands where these names lead."""
    for name in names:
        holder = holder[name]
    return holder


def everything(reader: PdfReader) -> bytes:
    """Every byte of a document, also those that are packed."""
    reader.stream.seek(0)
    found = [reader.stream.read()]
    for number in {*reader.xref.get(0, {}), *reader.xref_objStm}:
        value = IndirectObject(number, 0, reader).get_object()
        found.append(repr(value).encode())
        if isinstance(value, StreamObject):
            found.append(value._data)
            if "/DCTDecode" not in repr(value):
                found.append(value.get_data())
    return b"\n".join(found)


def test_nothing_tells_of_the_author() -> None:
    before, after = PdfReader(BytesIO(files.document())), clean(files.document())
    told = everything(after)
    assert SECRET.encode() in everything(before)
    for word in (SECRET, "JavaScript", "EmbeddedFile", "Metadata", "Producer", "GPS", "Thumb"):
        assert word.encode() not in told
    assert set(after.trailer) <= {"/Size", "/Root"}
    assert set(after.root_object) == {"/Type", "/Pages"}
    assert after.metadata is None
    assert after.attachments == {}


def test_the_pages_are_the_same() -> None:
    before, after = PdfReader(BytesIO(files.letter(3))), clean(files.letter(3))
    assert [page.extract_text() for page in after.pages] == [
        page.extract_text() for page in before.pages
    ]
    assert [page.mediabox for page in after.pages] == [page.mediabox for page in before.pages]
    assert len(after.pages) == 3


def test_what_was_filled_in_stays_as_a_stamp_and_other_notes_go() -> None:
    page = clean(files.document()).pages[0]
    [stamp] = [each.get_object() for each in at(page, "/Annots")]
    assert set(stamp) == {"/Type", "/Subtype", "/F", "/Rect", "/AP"}
    assert stamp["/Subtype"] == "/Stamp"
    assert b"filled in" in stamp["/AP"]["/N"].get_data()


def test_a_photograph_keeps_its_pixels_and_loses_its_notes() -> None:
    page = clean(files.document()).pages[0]
    data = at(page, "/Resources", "/XObject", "/F")._data
    with Image.open(BytesIO(data)) as after, Image.open(BytesIO(files.photograph())) as before:
        assert after.tobytes() == before.tobytes()
        assert set(after.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_a_photograph_that_is_packed_once_more_loses_its_notes_too() -> None:
    raw = files.document()
    reader = PdfReader(BytesIO(raw))
    picture = at(reader.pages, 0, "/Resources", "/XObject", "/F")
    packed = zlib.compress(picture._data)
    plain = b"/Filter /DCTDecode"
    twice = b"/Filter [/FlateDecode /DCTDecode]"
    assert raw.count(picture._data) == 2
    raw = raw.replace(picture._data, packed).replace(plain, twice)
    raw = raw.replace(b"/Length %d" % len(picture._data), b"/Length %d" % len(packed))
    assert SECRET.encode() not in everything(clean(raw))


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff\xe1\x00", b"\xff\xd8\xff\xe1\xff\xff"])
def test_what_only_begins_as_a_jpeg_is_none(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"no JPEG|a segment breaks off"):
        without_notes(data)


def test_what_stands_behind_a_jpeg_goes() -> None:
    photograph = files.photograph()
    assert without_notes(photograph + photograph) == without_notes(photograph)


@pytest.mark.parametrize("password", ["", "geheim"])
def test_what_is_locked_is_refused(password: str) -> None:
    with pytest.raises(NotPassedOn) as refused:
        cleaned_here(files.locked(password), "application/pdf")
    assert refused.value.reason == "broken"


def test_too_many_pages_are_refused() -> None:
    with pytest.raises(NotPassedOn) as refused:
        cleaned_here(files.letter(301), "application/pdf")
    assert refused.value.reason == "too_large"


def test_names_that_somebody_gave_are_kept() -> None:
    """A font or picture may be called as a key that would tell something elsewhere."""
    page = clean(files.document()).pages[0]
    assert set(at(page, "/Resources", "/XObject")) == {"/F"}
