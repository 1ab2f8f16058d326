"""PDFs: written anew from what their pages show. Pure.

Source: ISO 32000-1: 7.7.3.3 pages, 7.8.3 resources, 12.5 annotations, 14.3 metadata.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pypdf import PageObject, PdfReader, PdfWriter, apply_configuration
from pypdf.errors import LimitReachedError
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    EncodedStreamObject,
    IndirectObject,
    NameObject,
    NullObject,
    NumberObject,
    PdfObject,
    StreamObject,
)

from bot.attachments.jpegs import without_notes
from bot.attachments.values import Cleaned, NotPassedOn

MOST_PAGES = 300
_MOST_OBJECTS = 100_000
_SHOWN = ("/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Contents")
_RESOURCES = ("/Font", "/XObject", "/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/ProcSet")
_TELLING = frozenset(
    {
        "/AA",
        "/AF",
        "/Alternates",
        "/LastModified",
        "/Measure",
        "/Metadata",
        "/OC",
        "/OPI",
        "/Parent",
        "/PieceInfo",
        "/PtData",
        "/StructParent",
        "/StructParents",
    }
)
"""What says who, where, when and by what of a picture, form or font."""
_ELSEWHERE = frozenset({"/F", "/FDecodeParms", "/FFilter", "/Length"})
"""What says where else a stream may be, and how long it was."""
_DRAWN = frozenset(
    {
        "/Circle",
        "/FreeText",
        "/Highlight",
        "/Ink",
        "/Line",
        "/PolyLine",
        "/Polygon",
        "/Square",
        "/Squiggly",
        "/Stamp",
        "/StrikeOut",
        "/Underline",
        "/Widget",
    }
)
"""Annotations that belong to what is seen: what was filled in, marked, drawn."""
_HIDDEN = 0b10_0010
"""The flags of what is not seen on a screen (ISO 32000-1, table 165)."""
_PRINTED = 0b100


def document(data: bytes) -> Cleaned:
    """A PDF that shows the same and tells nothing else: no notes of its author, files, scripts or links.

    What was filled in or drawn onto its pages stays as a picture of itself. JPEG pictures lose their own notes.

    Raises:
        NotPassedOn: `broken`, also when it needs a password; `too_large`.
    """
    try:
        with apply_configuration(zlib_maximum_recovery_input_length=1_000_000):
            return _rewritten(PdfReader(BytesIO(data)))
    except NotPassedOn:
        raise
    except (LimitReachedError, MemoryError) as error:
        raise NotPassedOn("too_large") from error
    # A reader meets whatever somebody put into the file, and fails in as many ways.
    except Exception as error:
        raise NotPassedOn("broken") from error


def _rewritten(reader: PdfReader) -> Cleaned:
    if reader.is_encrypted or not reader.pages:
        raise NotPassedOn("broken")
    if len(reader.pages) > MOST_PAGES:
        raise NotPassedOn("too_large")
    writer = PdfWriter()
    writer.metadata = None
    copies = _Copies(writer)
    for page in reader.pages:
        _add(page, writer, copies)
    written = BytesIO()
    writer.write(written)
    return Cleaned("dokument.pdf", "application/pdf", written.getvalue())


def _add(page: PageObject, writer: PdfWriter, copies: "_Copies") -> None:
    """Add what a page shows."""
    made = writer.add_blank_page(width=1, height=1)
    for name in _SHOWN:
        if name in page:
            made[NameObject(name)] = copies.of(page.raw_get(name))
    made[NameObject("/Resources")] = copies.resources(_value(page, "/Resources"))
    stamps = ArrayObject(copies.of(stamp) for stamp in _stamps(page))
    if stamps:
        made[NameObject("/Annots")] = stamps


def _stamps(page: PageObject) -> Iterator[DictionaryObject]:
    """What is seen of the annotations of a page, each as a stamp without an author, action or text behind it."""
    for each in _value(page, "/Annots") or ():
        annotation = each.get_object()
        appearance = _appearance(annotation)
        if appearance is None:
            continue
        yield DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Annot"),
                NameObject("/Subtype"): NameObject("/Stamp"),
                NameObject("/F"): NumberObject(_PRINTED),
                NameObject("/Rect"): annotation["/Rect"],
                NameObject("/AP"): DictionaryObject({NameObject("/N"): appearance}),
            }
        )


def _appearance(annotation: DictionaryObject) -> PdfObject | None:
    """The reference to how an annotation looks now, or None when it is not seen."""
    is_drawn = _value(annotation, "/Subtype") in _DRAWN and "/Rect" in annotation
    if not is_drawn or (_value(annotation, "/F") or 0) & _HIDDEN:
        return None
    holder, name = _value(annotation, "/AP"), "/N"
    if isinstance(_value(holder, name), DictionaryObject) and not _is_stream(holder[name]):
        # One of several states, as of a box that may be ticked.
        holder, name = holder[name], _value(annotation, "/AS")
    if not _is_stream(_value(holder, name)):
        return None
    found: PdfObject = holder.raw_get(name)
    return found


def _is_stream(value: object) -> bool:
    return isinstance(value, StreamObject)


def _value(holder: Any, name: str) -> Any:
    """What stands under a name, followed to where it is; None when it is nowhere."""
    return holder[name] if isinstance(holder, DictionaryObject) and name in holder else None


class _Copies:
    """Copies objects from one document into another, each once, without what they tell."""

    def __init__(self, writer: PdfWriter) -> None:
        self._writer = writer
        self._made: dict[tuple[int, int], PdfObject] = {}
        self._count = 0

    def of(self, value: PdfObject) -> PdfObject:
        """The copy of an object, for the new document."""
        if isinstance(value, IndirectObject):
            return self._referred(value)
        if isinstance(value, DictionaryObject | ArrayObject):
            return self._filled(_empty(value), value)
        return value

    def resources(self, found: object) -> DictionaryObject:
        """The resources of a page."""
        made = DictionaryObject()
        if isinstance(found, DictionaryObject):
            for name in _RESOURCES:
                if name in found:
                    made[NameObject(name)] = self.of(found.raw_get(name))
        return made

    def _referred(self, reference: IndirectObject) -> PdfObject:
        place = (reference.idnum, reference.generation)
        if place not in self._made:
            target = reference.get_object()
            if target is None:
                return NullObject()
            empty = _empty(target)
            # Known before it is filled: it may contain itself.
            self._made[place] = self._writer._add_object(empty)
            self._filled(empty, target)
        return self._made[place]

    def _filled(self, empty: PdfObject, value: PdfObject) -> PdfObject:
        self._count += 1
        if self._count > _MOST_OBJECTS:
            raise NotPassedOn("too_large")
        if isinstance(value, ArrayObject) and isinstance(empty, ArrayObject):
            empty.extend(self.of(each) for each in value)
        elif isinstance(value, DictionaryObject) and isinstance(empty, DictionaryObject):
            dropped = _dropped(value)
            for name in value:
                if name not in dropped:
                    empty[name] = self.of(value.raw_get(name))
            if isinstance(value, StreamObject) and isinstance(empty, StreamObject):
                _pour(value, empty)
        return empty


def _dropped(value: DictionaryObject) -> frozenset[str]:
    """The keys that are not copied: none where the keys are names that somebody gave to fonts, glyphs or colours."""
    if isinstance(value, StreamObject):
        return _TELLING | _ELSEWHERE
    return _TELLING if "/Type" in value or "/Subtype" in value else frozenset()


def _empty(value: PdfObject) -> PdfObject:
    """A new object of the same kind; what contains nothing is its own copy."""
    if isinstance(value, StreamObject):
        return EncodedStreamObject()
    if isinstance(value, DictionaryObject):
        return DictionaryObject()
    return ArrayObject() if isinstance(value, ArrayObject) else value


def _pour(value: StreamObject, copy: StreamObject) -> None:
    """Fill a stream as it is packed, except that JPEGs lose their notes."""
    filters = _value(value, "/Filter")
    names = list(filters) if isinstance(filters, ArrayObject) else [filters]
    if names[-1] != "/DCTDecode":
        copy._data = value._data
        return
    copy._data = without_notes(_unpacked(value, names))
    copy[NameObject("/Filter")] = NameObject("/DCTDecode")
    parameters = _value(value, "/DecodeParms")
    if isinstance(parameters, ArrayObject):
        copy[NameObject("/DecodeParms")] = parameters[-1]


def _unpacked(value: StreamObject, names: list[object]) -> bytes:
    """The JPEG in a stream that was packed once more around it."""
    if len(names) == 1:
        return value._data
    outer = EncodedStreamObject()
    outer._data = value._data
    outer[NameObject("/Filter")] = ArrayObject(names[:-1])
    parameters = _value(value, "/DecodeParms")
    if isinstance(parameters, ArrayObject):
        outer[NameObject("/DecodeParms")] = ArrayObject(parameters[:-1])
    return outer.get_data()
