"""Files as people send them, full of what must not go further."""

import zlib
from io import BytesIO
from typing import Any

import typst
from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    EncodedStreamObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

SECRET = "Mia-Musterfrau"
"""Stands in every note of these files."""
XMP = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><dc:creator>{SECRET}</dc:creator></x:xmpmeta>'.encode()


def scene(mode: str = "RGB", size: tuple[int, int] = (64, 32)) -> Image.Image:
    """Red on the left, blue on the right, so that turning is seen."""
    made = Image.new("RGB", size, "red")
    made.paste("blue", (size[0] // 2, 0, *size))
    return made.convert(mode)


def exif(orientation: int = 1) -> Image.Exif:
    """Who, where, and how the camera was held, with a small picture of it all."""
    made = Image.Exif()
    made[ExifTags.Base.Orientation] = orientation
    made[ExifTags.Base.Artist] = SECRET
    place = made.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef] = "N"
    place[ExifTags.GPS.GPSLatitude] = (50.0, 6.0, 37.5)
    place[ExifTags.GPS.GPSProcessingMethod] = SECRET.encode()
    return made


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    written = BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()


def photograph(orientation: int = 1) -> bytes:
    """A JPEG with EXIF, place, comment, XMP and colour profile."""
    return saved(
        scene(),
        "JPEG",
        exif=exif(orientation),
        comment=SECRET.encode(),
        xmp=XMP,
        icc_profile=SECRET.encode(),
        quality=95,
    )


def screenshot() -> bytes:
    """A PNG with texts of each kind and EXIF."""
    notes = PngInfo()
    notes.add_text("Author", SECRET)
    notes.add_text("Comment", SECRET, zip=True)
    notes.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return saved(scene(), "PNG", pnginfo=notes, exif=exif(), icc_profile=SECRET.encode())


def animation() -> bytes:
    later = Image.new("RGB", (64, 32), "green")
    return saved(
        scene(), "GIF", save_all=True, append_images=[later], comment=SECRET.encode(), loop=0
    )


def webp() -> bytes:
    return saved(scene(), "WEBP", exif=exif(6), xmp=XMP, lossless=True)


def letter(pages: int = 2) -> bytes:
    """A PDF as a program for letters writes it."""
    text = "#pagebreak()".join(f"= Seite {number + 1}\nGrüße und Zahlen" for number in range(pages))
    return bytes(typst.compile(text.encode(), ignore_system_fonts=True))


def document() -> bytes:
    """A PDF with author, XMP, script, file, link, note, a photograph, and a filled-in field."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(letter())))
    writer.add_metadata({"/Author": SECRET, "/Title": SECRET})
    writer.xmp_metadata = XMP
    writer._root_object[NameObject("/OpenAction")] = _script()
    writer.add_attachment("geheim.txt", SECRET.encode())
    page = writer.pages[0]
    page[NameObject("/LastModified")] = TextStringObject(SECRET)
    page[NameObject("/AA")] = _script()
    page[NameObject("/Thumb")] = writer._add_object(_picture())
    resources = page["/Resources"]
    assert isinstance(resources, DictionaryObject)
    resources[NameObject("/XObject")] = DictionaryObject(
        {NameObject("/F"): writer._add_object(_picture())}
    )
    notes = [_filled_in(writer), _note("/Text"), _note("/Link")]
    page[NameObject("/Annots")] = ArrayObject(writer._add_object(each) for each in notes)
    return _bytes(writer)


def endless() -> bytes:
    """A PDF of a few megabytes that unpacks to gigabytes of objects."""
    packed = zlib.compress(b"1 0 " * 18_000_000, 9)
    head = b"<</Type/ObjStm/N 1000000/First 9000000/Filter/FlateDecode/Length %d>>stream\n"
    stream = head % len(packed) + packed + b"\nendstream"
    catalog = b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    objects = (*catalog, b"<</Type/Page/MediaBox[0 0 9 9]/Parent 2 0 R>>", *(stream,) * 50)
    body = b"".join(
        b"%d 0 obj\n" % number + each + b"\nendobj\n"
        for number, each in enumerate(objects, start=1)
    )
    end = b"trailer <</Root 1 0 R /Size %d>>\nstartxref\n0\n%%%%EOF\n" % (len(objects) + 1)
    return b"%PDF-1.7\n" + body + end


def locked(password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(letter())))
    writer.encrypt(password, algorithm="AES-256")
    return _bytes(writer)


def _bytes(writer: PdfWriter) -> bytes:
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


def _script() -> DictionaryObject:
    return DictionaryObject(
        {
            NameObject("/S"): NameObject("/JavaScript"),
            NameObject("/JS"): TextStringObject(f"app.alert('{SECRET}')"),
        }
    )


def _picture() -> EncodedStreamObject:
    """The photograph, as scanning programs put it into a PDF."""
    made = EncodedStreamObject()
    made._data = photograph()
    notes = DecodedStreamObject()
    notes.set_data(XMP)
    for name, value in {
        "/Type": NameObject("/XObject"),
        "/Subtype": NameObject("/Image"),
        "/Width": NumberObject(64),
        "/Height": NumberObject(32),
        "/BitsPerComponent": NumberObject(8),
        "/ColorSpace": NameObject("/DeviceRGB"),
        "/Filter": NameObject("/DCTDecode"),
        "/PieceInfo": TextStringObject(SECRET),
    }.items():
        made[NameObject(name)] = value
    return made


def _note(kind: str) -> DictionaryObject:
    return DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject(kind),
            NameObject("/Rect"): ArrayObject(NumberObject(each) for each in (10, 10, 50, 50)),
            NameObject("/T"): TextStringObject(SECRET),
            NameObject("/Contents"): TextStringObject(SECRET),
            NameObject("/A"): _script(),
        }
    )


def _filled_in(writer: PdfWriter) -> DictionaryObject:
    """A field with what was written into it, and how that looks."""
    looks = DecodedStreamObject()
    looks.set_data(b"0 0 40 40 re f % filled in")
    looks[NameObject("/Type")] = NameObject("/XObject")
    looks[NameObject("/Subtype")] = NameObject("/Form")
    looks[NameObject("/BBox")] = ArrayObject(NumberObject(each) for each in (0, 0, 40, 40))
    made = _note("/Widget")
    made[NameObject("/AP")] = DictionaryObject({NameObject("/N"): writer._add_object(looks)})
    return made
