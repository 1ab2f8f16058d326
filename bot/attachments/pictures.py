"""Pictures: read, turned upright, made smaller, and written anew from their pixels alone. Pure."""

from io import BytesIO

from PIL import ExifTags, Image

from bot.attachments.values import LARGEST, Cleaned, NotPassedOn

LONGEST_SIDE = 4096
"""Pixels."""
_MILLION = 1024 * 1024
MOST_PIXELS = {
    "JPEG": 50 * _MILLION,
    "MPO": 50 * _MILLION,
    "PNG": 36 * _MILLION,
    "GIF": 36 * _MILLION,
    "WEBP": 16 * _MILLION,
}
"""By format: a telephone's sensor, a scanned sheet, a picture of the web.

Reading each of them takes less than half a gigabyte.
"""
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
_LOSSLESS = frozenset({"PNG", "GIF"})
_QUALITY = 88
_MOST_SCANS = 100
_JPEG = b"\xff\xd8"
_SCAN = b"\xff\xda"
"""Begins a scan of a JPEG. Each of a progressive one costs a pass over all pixels, and a few bytes."""
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What undoes an orientation (Exif 2.32, tag 0x0112)."""


def picture(data: bytes) -> Cleaned:
    """A picture as JPEG or PNG, upright, the longest side at most 4096 pixels; of an animation the first frame.

    What is transparent becomes white: behind it there may be what its owner believed erased.

    Raises:
        NotPassedOn: `broken` or `too_large`.
    """
    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as image:
            _check(image, data)
            is_lossless = image.format in _LOSSLESS
            return _written(_pixels(image), is_lossless=is_lossless)
    except NotPassedOn:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise NotPassedOn("too_large") from error
    # A decoder meets whatever somebody put into the file, and fails in as many ways.
    except Exception as error:
        raise NotPassedOn("broken") from error


def _check(image: Image.Image, data: bytes) -> None:
    """Compare with our limits what the head of a picture says; its pixels are not read yet."""
    width, height = image.size
    scans = data.count(_SCAN) if data.startswith(_JPEG) else 1
    if width * height > MOST_PIXELS.get(image.format or "", 0) or scans > _MOST_SCANS:
        raise NotPassedOn("too_large")


def _pixels(image: Image.Image) -> Image.Image:
    orientation = _orientation(image)
    seen = _fitting(image)
    if orientation in _UPRIGHT:
        seen = seen.transpose(_UPRIGHT[orientation])
    # Comments and the like would be written again from here.
    seen.info = {}
    return seen


def _fitting(image: Image.Image) -> Image.Image:
    """What is seen, in colours or grey and without transparency, in the size that is passed on."""
    share = LONGEST_SIDE / max(image.size)
    width, height = (max(1, round(side * share)) for side in image.size)
    if share < 1:
        # A JPEG is read in half its size or less then.
        image.draft(None, (width, height))
    seen = _coloured(image)
    if seen.mode == "RGBA":
        paper = Image.new("RGB", seen.size, "white")
        paper.paste(seen, mask=seen)
        seen = paper
    return seen.resize((width, height)) if share < 1 else seen


def _coloured(image: Image.Image) -> Image.Image:
    """The same picture in one of three modes: grey, colours, colours with transparency."""
    if image.mode.startswith("I"):
        # 16 bits for each pixel; converting alone would cut off all above 255.
        return image.point(lambda value: value * (1 / 256)).convert("L")
    grey_or_colours = "L" if image.mode in {"1", "L"} else "RGB"
    mode = "RGBA" if image.has_transparency_data else grey_or_colours
    # Even to its own mode it would be copied.
    return image if image.mode == mode else image.convert(mode)


def _orientation(image: Image.Image) -> int:
    """How the camera was held; broken notes say nothing, and the picture is shown as it is."""
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:
        return 1


def _written(pixels: Image.Image, *, is_lossless: bool) -> Cleaned:
    """A drawing stays sharp, unless it is a photograph that would be too large so."""
    if is_lossless:
        png = BytesIO()
        pixels.save(png, "PNG")
        if png.tell() <= LARGEST:
            return Cleaned("bild.png", "image/png", png.getvalue())
    jpeg = BytesIO()
    pixels.save(jpeg, "JPEG", quality=_QUALITY)
    return Cleaned("bild.jpg", "image/jpeg", jpeg.getvalue())
