"""A conversation through the web chat with both ports on a living Rasa, which is killed and comes back.

Needs Rasa's environment and the model of `make rasa`: `make rasa-live`.
"""

import asyncio
import contextlib
import os
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.health import health
from bot.messages import typed
from bot.settings import ROOT
from tests.support import Stage, on_stage, settings_in

RASA = os.environ.get("RASA_PYTHON", "")
MODEL = ROOT / "build" / "rasa" / "models" / "lernallianz.tar.gz"
PORT = 5055
SAID = (
    "hallo",
    "/menu",
    "/frage",
    "Was gilt in Liechtenstein?",
    "/datenschutz",
    "1",
    "danke",
    "/hilfe",
)

pytestmark = pytest.mark.skipif(not RASA, reason="talks with a living Rasa: make rasa-live")


async def test_rasa_is_killed_and_comes_back_and_nobody_notices(tmp_path: Path) -> None:
    expected = await talk(tmp_path / "embedded", kills=False)

    actual = await talk(tmp_path / "rasa", kills=True, parser="rasa", policy="rasa", rasa_url=URL)

    assert actual == expected


URL = f"http://127.0.0.1:{PORT}"


async def talk(folder: Path, *, kills: bool, **values: str) -> list[Any]:
    """What is answered; with `kills` Rasa dies after the third message and is back for the sixth."""
    async with contextlib.AsyncExitStack() as stack:
        server = await stack.enter_async_context(living()) if kills else None
        stage = await stack.enter_async_context(on_stage(settings_in(folder, **values)))
        answers = []
        for number, text in enumerate(SAID):
            if server and number == 3:
                server.kill()
                server.wait()
            if server and number == 5:
                assert (await health(stage.house))[0]["engine"]["policy"].startswith("embedded")
                server = await stack.enter_async_context(living())
                await asyncio.sleep(6)
            answers.append(await answer(stage, text))
        if server:
            assert (await health(stage.house))[0]["engine"]["policy"] == "rasa"
        return answers


async def answer(stage: Stage, text: str) -> list[str]:
    before = len(stage.memory.sent)
    await stage.memory.says("someone", typed(text))
    await stage.settled(within=20)
    return [getattr(message.content, "text", "") for message in stage.memory.sent[before:]]


@contextlib.asynccontextmanager
async def living() -> AsyncIterator["subprocess.Popen[bytes]"]:
    """A Rasa server that answers."""
    arguments = ["-m", "rasa", "run", "--enable-api", "-i", "127.0.0.1", "-p", str(PORT)]
    process = subprocess.Popen(  # noqa: ASYNC220 - a server of its own
        [RASA, *arguments, "--model", str(MODEL)],
        cwd=MODEL.parent,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(120), httpx.AsyncClient() as http:
            while True:
                with contextlib.suppress(httpx.HTTPError):
                    if (await http.get(f"{URL}/status")).status_code == 200:
                        break
                await asyncio.sleep(0.5)
        yield process
    finally:
        process.kill()
        process.wait()
