"""Telegram's HTML: tags to text and entities, with Telegram's own errors.

The rules are those of the HTML style in https://core.telegram.org/bots/api#html-style, and where it
is silent, what Telegram's server does: an unknown named entity stays as it is written, `</>` closes
the innermost tag, and the place of an error is counted in bytes of UTF-8.

Offsets here count code points; `entities` turns them into UTF-16 units.
"""

import re
from dataclasses import dataclass, field

from tests.servers.botapi.entities import Entity
from tests.servers.botapi.errors import ApiError, bad_request

_KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "tg-emoji": "custom_emoji",
    "a": "text_link",
    "pre": "pre",
    "code": "code",
    "blockquote": "blockquote",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|([A-Za-z]+));?")
_LONGEST_REFERENCE = 9
"""Characters of a numeric reference before the semicolon; a longer one stays as it is written."""
_SPACE = " \t\n\r\0\v"
_USER = re.compile(r"tg://user/?\?id=(\d+)$", re.IGNORECASE)
_LINK = re.compile(r"(?P<host>[^\s/?#@]+)(?P<path>[/?#]\S*)?")
_WEB = ("http", "https", "ftp")
_SCHEMES = (*_WEB, "tg", "ton", "tonsite")


@dataclass(slots=True)
class _Open:
    """A tag that was not closed yet."""

    tag: str
    argument: str
    start: int
    is_expandable: bool = False


@dataclass(slots=True)
class _Html:
    """A reader of one text: the source, where it is, what it has read."""

    source: str
    at: int = 0
    text: list[str] = field(default_factory=list)
    open: list[_Open] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)

    def read(self) -> None:
        while self.at < len(self.source):
            here = self.source[self.at]
            if here == "<":
                self._read_tag()
            elif here == "&":
                self._read_reference()
            else:
                self.text.append(here)
                self.at += 1
        if self.open:
            raise _error(
                f"Can't find end tag corresponding to start tag {quoted(self.open[-1].tag)}"
            )

    def _read_reference(self) -> None:
        decoded, self.at = _decoded(self.source, self.at)
        self.text.append(decoded)

    def _read_tag(self) -> None:
        begin = self.at
        self.at += 1
        if self._peek() == "/":
            self._read_end(begin)
        else:
            self._read_start(begin)

    def _read_start(self, begin: int) -> None:
        tag = self._until(_SPACE + ">").lower()
        if self._is_over():
            raise self._error("Unclosed start tag", begin)
        if tag not in _KINDS:
            raise self._error(f"Unsupported start tag {quoted(tag)}", begin)
        opened = _Open(tag, "", len(self.text))
        while self._skip_space() != ">":
            self._read_attribute(opened, begin)
        self.at += 1
        if tag == "span" and opened.argument != "spoiler":
            raise self._error('Tag "span" must have class "tg-spoiler"', begin)
        self.open.append(opened)

    def _read_attribute(self, tag: _Open, begin: int) -> None:
        name = self._until(_SPACE + "=>")
        if self._is_over():
            raise self._error(f"Unclosed start tag {quoted(tag.tag)}", begin)
        if not name:
            raise self._error(f"Empty attribute name in the tag {quoted(tag.tag)}", begin)
        if self._skip_space() != "=":
            if tag.tag != "blockquote" or name != "expandable":
                raise self._error(
                    "Expected equal sign in declaration of an attribute of the tag "
                    + quoted(tag.tag),
                    begin,
                )
            tag.is_expandable = True
            return
        self.at += 1
        _take(tag, name, self._read_value(tag, begin))

    def _read_value(self, tag: _Open, begin: int) -> str:
        quote = self._skip_space()
        if quote in ("'", '"') and quote:
            self.at += 1
            value = self._read_string(quote)
        else:
            value = self._read_token()
        if self._is_over():
            raise self._error(f"Unclosed start tag {quoted(tag.tag)}", begin)
        return value

    def _read_token(self) -> str:
        begin = self.at
        while self._peek().isascii() and (self._peek().isalnum() or self._peek() in tuple(".-")):
            self.at += 1
        if not self._is_over() and self._peek() not in _SPACE + ">":
            raise self._error("Unexpected end of name token", begin)
        return self.source[begin : self.at].lower()

    def _read_string(self, quote: str) -> str:
        value: list[str] = []
        while not self._is_over() and self._peek() != quote:
            if self._peek() == "&":
                decoded, self.at = _decoded(self.source, self.at)
                value.append(decoded)
            else:
                value.append(self._peek())
                self.at += 1
        self.at += 1
        return "".join(value)

    def _read_end(self, begin: int) -> None:
        if not self.open:
            raise self._error("Unexpected end tag", begin)
        self.at += 1
        tag = self._until(_SPACE + ">").lower()
        if self._skip_space() != ">":
            raise self._error("Unclosed end tag", begin)
        self.at += 1
        opened = self.open.pop()
        if tag and tag != opened.tag:
            raise _error(
                f"Unmatched end tag at byte offset {self._bytes(begin)}, "
                f'expected "</{opened.tag}>", found "</{tag}>"'
            )
        if len(self.text) > opened.start:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        entity = Entity(_KINDS[opened.tag], opened.start, len(self.text) - opened.start)
        if opened.tag == "a":
            self._add_link(entity, opened.argument)
        elif opened.tag in ("pre", "code"):
            self._add_code(entity, opened.argument)
        elif opened.tag == "tg-emoji":
            if not opened.argument.isdecimal():
                raise _error("Invalid custom emoji identifier specified")
            self.entities.append(entity.with_argument(opened.argument))
        elif opened.is_expandable:
            self.entities.append(Entity("expandable_blockquote", entity.offset, entity.length))
        else:
            self.entities.append(entity)

    def _add_link(self, entity: Entity, href: str) -> None:
        url = href or "".join(self.text[entity.offset :])
        if user := _USER.match(url):
            self.entities.append(
                Entity("text_mention", entity.offset, entity.length, user.group(1))
            )
        elif checked := checked_link(url):
            self.entities.append(entity.with_argument(checked))

    def _add_code(self, entity: Entity, language: str) -> None:
        """`<pre><code class="language-…">` and its reverse are one entity with a language."""
        last = self.entities[-1] if self.entities else None
        if last is None or (last.offset, last.length) != (entity.offset, entity.length):
            self.entities.append(entity.with_argument(language))
        elif entity.kind == "pre" and last.kind == "code" and last.argument:
            self.entities[-1] = entity.with_argument(last.argument)
        elif entity.kind == "code" and last.kind == "pre" and language:
            self.entities[-1] = last.with_argument(language)
        else:
            self.entities.append(entity.with_argument(language))

    def _until(self, stops: str) -> str:
        begin = self.at
        while not self._is_over() and self.source[self.at] not in stops:
            self.at += 1
        return self.source[begin : self.at]

    def _skip_space(self) -> str:
        while self._peek() and self._peek() in _SPACE:
            self.at += 1
        return self._peek()

    def _peek(self) -> str:
        return self.source[self.at : self.at + 1]

    def _is_over(self) -> bool:
        return self.at >= len(self.source)

    def _bytes(self, at: int) -> int:
        return len(self.source[:at].encode())

    def _error(self, reason: str, begin: int) -> ApiError:
        return _error(f"{reason} at byte offset {self._bytes(begin)}")


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """The text and its entities, unsorted.

    Raises:
        ApiError: 400, "can't parse entities: …".
    """
    html = _Html(source)
    html.read()
    # Telegram forgets the language of a <code> that is not inside a <pre>.
    return "".join(html.text), [
        entity.with_argument("") if entity.kind == "code" else entity for entity in html.entities
    ]


def quoted(name: str) -> str:
    """The name in Telegram's quotes."""
    return f'"{name}"'


def _error(reason: str) -> ApiError:
    return bad_request(f"can't parse entities: {reason}")


def _decoded(source: str, at: int) -> tuple[str, int]:
    """What stands at an ampersand, and where it goes on; unknown names stay as they are."""
    match = _REFERENCE.match(source, at)
    if match is None:
        return "&", at + 1
    hexadecimal, decimal, name = match.groups()
    if name is not None:
        return (_NAMED[name], match.end()) if name in _NAMED else ("&", at + 1)
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    length = len(match.group().rstrip(";"))
    is_surrogate = 0xD800 <= code <= 0xDFFF
    if code == 0 or code >= 0x10FFFF or length > _LONGEST_REFERENCE:
        return "&", at + 1
    if is_surrogate:
        raise _error(
            "Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units"
        )
    return chr(code), match.end()


def _take(tag: _Open, name: str, value: str) -> None:
    """Keep the one attribute that means something to this tag; others are ignored."""
    match tag.tag, name:
        case ("a", "href") | ("tg-emoji", "emoji-id"):
            tag.argument = value
        case ("code", "class") if value.startswith("language-"):
            tag.argument = value.removeprefix("language-")
        case ("span", "class") if value.startswith("tg-"):
            tag.argument = value.removeprefix("tg-")
        case ("blockquote", "expandable"):
            tag.is_expandable = True


def checked_link(url: str) -> str:
    """The link as Telegram keeps it; nothing if it takes it for none."""
    scheme, separator, rest = url.strip().partition("://")
    if not separator:
        scheme, rest = "http", url.strip()
    match = _LINK.fullmatch(rest)
    scheme = scheme.lower()
    if match is None or scheme not in _SCHEMES:
        return ""
    if scheme not in _WEB:
        return f"{scheme}://{rest}"
    host, path = match["host"], match["path"] or "/"
    if "." not in host.strip("."):
        return ""
    return f"{scheme}://{host.lower()}{path if path.startswith('/') else '/' + path}"
