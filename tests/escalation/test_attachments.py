"""Pictures that are passed on show the same and tell nothing else; what is hostile is refused, quickly."""

import random
import struct
import zlib
from collections.abc import Callable
from functools import cache
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.attachments import LARGEST, Cleaned, NotPassedOn, cleaned
from bot.attachments.cleaning import cleaned_here
from tests.escalation import files
from tests.escalation.files import SECRET, saved, scene

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")
RED, BLUE = (254, 0, 0), (0, 0, 254)
SAMPLES: dict[str, Callable[[], bytes]] = {
    "jpeg": files.photograph,
    "png": files.screenshot,
    "gif": files.animation,
    "webp": files.webp,
    "pdf": files.document,
}


def seen(clean: Cleaned) -> Image.Image:
    image = Image.open(BytesIO(clean.data))
    image.load()
    return image


def is_near(actual: object, expected: tuple[int, int, int]) -> bool:
    assert isinstance(actual, tuple)
    return all(abs(one - other) < 12 for one, other in zip(actual, expected, strict=True))


@pytest.mark.parametrize(
    ("name", "expected"), [("jpeg", "jpg"), ("png", "png"), ("gif", "png"), ("webp", "jpg")]
)
def test_a_picture_comes_out_without_a_word_about_its_owner(name: str, expected: str) -> None:
    data = SAMPLES[name]()
    clean = cleaned_here(data, "application/octet-stream")
    image = seen(clean)
    assert SECRET.encode() in data
    for word in (SECRET.encode(), b"Exif", b"xmp", b"ICC", b"GPS", b"Photoshop"):
        assert word not in clean.data
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert dict(image.getexif()) == {}
    assert clean.name == f"bild.{expected}"
    assert clean.media_type == {"jpg": "image/jpeg", "png": "image/png"}[expected]
    assert image.size in {(64, 32), (32, 64)}


CORNERS = {
    1: (RED, BLUE, RED),
    2: (BLUE, RED, BLUE),
    3: (BLUE, RED, BLUE),
    4: (RED, BLUE, RED),
    5: (RED, RED, BLUE),
    6: (RED, RED, BLUE),
    7: (BLUE, BLUE, RED),
    8: (BLUE, BLUE, RED),
}
"""Upper left, upper right and lower left, by the orientation that the camera noted."""


@pytest.mark.parametrize("orientation", CORNERS)
def test_a_picture_is_upright(orientation: int) -> None:
    image = seen(cleaned_here(files.photograph(orientation), "image/jpeg"))
    assert image.size == ((64, 32) if orientation < 5 else (32, 64))
    right, low = image.width - 3, image.height - 3
    found = [image.getpixel(place) for place in ((2, 2), (right, 2), (2, low))]
    assert all(is_near(*each) for each in zip(found, CORNERS[orientation], strict=True))


def test_notes_that_are_broken_do_not_spoil_a_picture() -> None:
    data = saved(scene(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff" + SECRET.encode())
    assert seen(cleaned_here(data, "image/jpeg")).size == (64, 32)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_keeps_what_is_seen(mode: str) -> None:
    made = scene("L").convert("I").point(lambda value: value * 256).convert("I;16")
    image = made if mode == "I;16" else scene(mode)
    expected = (
        scene("1").convert("RGB") if mode == "1" else scene("L" if mode[0] in "LI" else "RGB")
    )
    clean = seen(cleaned_here(saved(image, "PNG"), "image/png")).convert("RGB")
    for place in ((2, 2), (60, 30)):
        pixel = expected.convert("RGB").getpixel(place)
        assert isinstance(pixel, tuple)
        assert is_near(clean.getpixel(place), (pixel[0], pixel[1], pixel[2]))


def test_a_jpeg_for_print_is_read() -> None:
    clean = seen(cleaned_here(saved(scene("CMYK"), "JPEG", quality=95), "image/jpeg"))
    assert (clean.mode, is_near(clean.getpixel((2, 2)), RED)) == ("RGB", True)


def test_behind_what_was_erased_there_is_nothing() -> None:
    image = scene("RGBA")
    image.putalpha(0)
    assert seen(cleaned_here(saved(image, "PNG"), "image/png")).getpixel((2, 2)) == (255,) * 3


def test_the_longest_side_is_4096() -> None:
    large = cleaned_here(saved(scene(size=(5000, 1000)), "JPEG", exif=files.exif(6)), "")
    assert seen(large).size == (819, 4096)


def test_a_picture_that_is_too_large_without_loss_is_passed_on_with_some() -> None:
    dice = random.Random(1108)  # noqa: S311 - a test's dice
    noise = Image.frombytes("P", (2600, 2600), dice.randbytes(2600 * 2600))
    noise.putpalette(dice.randbytes(768))
    clean = cleaned_here(saved(noise, "PNG", compress_level=1), "image/png")
    assert (clean.name, clean.media_type) == ("bild.jpg", "image/jpeg")
    assert len(clean.data) <= LARGEST


@pytest.mark.parametrize(
    ("data", "media_type", "reason"),
    [
        (b"", "image/jpeg", "broken"),
        (b"PK\x03\x04 a document of an office", "application/zip", "kind"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml", "kind"),
        (b"\0\0\0\x18ftypheic", "image/heic", "kind"),
        (b"<html>", "image/png", "broken"),
        (b"\xff\xd8\xff\xe0", "image/jpeg", "broken"),
        (b"%PDF-1.7", "application/pdf", "broken"),
        (b"\xff\xd8\xff" + bytes(LARGEST), "image/jpeg", "too_large"),
    ],
)
def test_what_is_not_passed_on(data: bytes, media_type: str, reason: str) -> None:
    with pytest.raises(NotPassedOn) as refused:
        cleaned_here(data, media_type)
    assert refused.value.reason == reason


def png_of(width: int, height: int) -> bytes:
    """A PNG that says it is so large, and a few bytes of it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    body = zlib.compress(bytes(100_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(6200, 6200), (12_000, 9_000), (60_000, 60_000), (2**31 - 1, 9)])
def test_a_picture_with_too_many_pixels_is_refused_before_it_is_read(size: tuple[int, int]) -> None:
    with pytest.raises(NotPassedOn) as refused:
        cleaned_here(png_of(*size), "image/png")
    assert refused.value.reason in {"too_large", "broken"}


def test_a_jpeg_with_thousands_of_scans_is_refused() -> None:
    data = saved(scene(), "JPEG", progressive=True)
    start = data.rindex(b"\xff\xda")
    with pytest.raises(NotPassedOn) as refused:
        cleaned_here(data[:start] + data[start:-2] * 5000 + b"\xff\xd9", "image/jpeg")
    assert refused.value.reason == "too_large"


@pytest.mark.parametrize("name", SAMPLES)
def test_it_is_the_same_in_a_process_of_its_own(name: str) -> None:
    data = SAMPLES[name]()
    assert cleaned(data, "") == cleaned_here(data, "")


def test_why_not_is_told_by_the_other_process_too() -> None:
    for data, reason in (
        (b"", "kind"),
        (b"\xff\xd8\xff", "broken"),
        (png_of(8000, 8000), "too_large"),
    ):
        with pytest.raises(NotPassedOn) as refused:
            cleaned(data, "text/plain")
        assert refused.value.reason == reason


def test_what_takes_too_long_is_stopped() -> None:
    with pytest.raises(NotPassedOn) as refused:
        cleaned(files.endless(), "application/pdf", longest=2.0)
    assert refused.value.reason == "too_large"


FUZZ = settings(max_examples=150)


@cache
def sample(name: str) -> bytes:
    return SAMPLES[name]()


def survives(data: bytes) -> None:
    try:
        clean = cleaned_here(data, "")
    except NotPassedOn:
        return
    assert len(clean.data) <= LARGEST


@FUZZ
@given(
    head=st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"%PDF-1.7\n", b""]),
    rest=st.binary(max_size=3000),
)
def test_no_bytes_raise_anything_else(head: bytes, rest: bytes) -> None:
    survives(head + rest)


@FUZZ
@given(name=st.sampled_from(list(SAMPLES)), data=st.data())
def test_no_file_that_breaks_off_raises_anything_else(name: str, data: st.DataObject) -> None:
    made = sample(name)
    survives(made[: data.draw(st.integers(0, len(made)))])


@FUZZ
@given(name=st.sampled_from(list(SAMPLES)), data=st.data())
def test_no_file_with_turned_bits_raises_anything_else(name: str, data: st.DataObject) -> None:
    made = bytearray(sample(name))
    bits = st.tuples(st.integers(0, len(made) - 1), st.integers(1, 255))
    for place, change in data.draw(st.lists(bits, min_size=1, max_size=30)):
        made[place] ^= change
    survives(bytes(made))
