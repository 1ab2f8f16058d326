"""The other process of `bot.attachments.apart`: cleans the file at its standard input, and ends."""

import json
import sys
from contextlib import suppress

from bot.attachments.cleaning import cleaned_here
from bot.attachments.values import NotPassedOn

_MOST_MEMORY = 1 << 30
"""Bytes of address space, of which the interpreter and its libraries take the first fifth."""
_LONGEST = 30
"""Seconds of computing, for a process whose parent is gone."""


def main() -> None:
    """Read a line with the media type as JSON and then the file; write a line with what came of it, and the file."""
    _limit()
    media_type = json.loads(sys.stdin.buffer.readline())
    body = b""
    try:
        clean = cleaned_here(sys.stdin.buffer.read(), media_type)
    except NotPassedOn as error:
        head: dict[str, str] = {"reason": error.reason}
    else:
        head, body = {"name": clean.name, "media_type": clean.media_type}, clean.data
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + body)


def _limit() -> None:
    """Let the operating system hold this process to its share, where it can; nothing is written to files."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (_LONGEST, _LONGEST))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


if __name__ == "__main__":
    main()
