"""Cleaning a file in a process of its own: what is hostile in it finds no keys, little memory and little time.

No library for pictures or documents can promise that; the limits of the operating system can.
"""

import json
import subprocess
import sys
import threading
from pathlib import Path

from bot.attachments.values import Cleaned, NotPassedOn

_ROOT = Path(__file__).resolve().parents[2]
LONGEST = 20.0
"""Seconds."""
_AT_ONCE = threading.BoundedSemaphore(2)
"""Their memory is that of the whole machine: more wait for their turn."""


def cleaned(data: bytes, media_type: str, longest: float = LONGEST) -> Cleaned:
    """What of a file may be passed on: its pixels or pages, without author, place, time, scripts or its name.

    Blocks for a second or so, so call it in a thread. What somebody covered with a black bar is still below it in a
    PDF; in a picture it is not.

    Args:
        data: the whole file; what it is, is seen by its content.
        media_type: what it was said to be; decides only what is told of a file that is nothing we know.
        longest: how long it may take, in seconds.

    Raises:
        NotPassedOn: its `reason` says why.
    """
    try:
        with _AT_ONCE:
            done = subprocess.run(  # noqa: S603 - our own program, nothing of the file on its command line
                [sys.executable, "-m", __package__],
                input=json.dumps(media_type).encode() + b"\n" + data,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=longest,
                cwd=_ROOT,
                env={},
                check=False,
            )
    except subprocess.TimeoutExpired as error:
        raise NotPassedOn("too_large") from error
    head, _, body = done.stdout.partition(b"\n")
    if done.returncode or not head:
        raise NotPassedOn("broken")
    found = json.loads(head)
    if "reason" in found:
        raise NotPassedOn(found["reason"])
    return Cleaned(found["name"], found["media_type"], body)
