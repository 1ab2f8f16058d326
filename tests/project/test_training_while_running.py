"""Editors write while people talk: the next `train` is taken over, a broken file is not, and no message is lost."""

import asyncio
import re
import shutil
from pathlib import Path

import pytest

from bot.jobs import timetable
from bot.messages import OutgoingText, typed
from bot.models import train
from bot.settings import ROOT, Settings
from tests.support import Stage, on_stage, settings_in

NEW_WORDS = "was gilt beim zahnradhalbieren auf dem mond"
ARTICLE = "knowledge/articles/teilzeit/teilzeit.umfang.md"
TALKED_MEANWHILE = 20


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A project of its own with the articles of two topics, which are quickly learnt."""
    monkeypatch.setattr(timetable, "RELOAD_EVERY", 0.05)
    shutil.copytree(ROOT / "dialogues", tmp_path / "dialogues")
    no_code = shutil.ignore_patterns("*.py", "__pycache__", "articles")
    shutil.copytree(ROOT / "knowledge", tmp_path / "knowledge", ignore=no_code)
    for topic in ("teilzeit", "meta"):
        folder = tmp_path / "knowledge/articles" / topic
        shutil.copytree(ROOT / "knowledge/articles" / topic, folder)
        for path in folder.glob("*.md"):
            # The related ones of other topics are not there.
            text = re.sub(r"^related: .*\n", "", path.read_text(encoding="utf-8"), flags=re.M)
            path.write_text(text, encoding="utf-8")
    return settings_in(tmp_path / "data", project_dir=str(tmp_path))


async def test_new_examples_work_after_the_next_train_and_no_message_is_lost(
    settings: Settings,
) -> None:
    train(settings)
    article = settings.project_dir / ARTICLE
    async with on_stage(settings) as stage:
        before = await answer(stage, NEW_WORDS)
        good = article.read_text(encoding="utf-8")
        article.write_text("kaputt", encoding="utf-8")
        await asyncio.sleep(0.3)
        while_broken = await answer(stage, "um wie viel darf die Ausbildungszeit gekürzt werden")
        article.write_text(good.replace("questions:\n", f"questions:\n  - {NEW_WORDS}\n"))

        training = asyncio.create_task(asyncio.to_thread(train, settings))
        for number in range(TALKED_MEANWHILE):
            await stage.memory.says(f"chat {number}", typed(NEW_WORDS))
            await asyncio.sleep(0.2)
        await training
        await asyncio.sleep(0.5)
        await stage.settled()
        answered = {message.address.chat for message in stage.memory.sent}
        after = await answer(stage, NEW_WORDS)

    assert "50 %" not in before
    assert "50 %" in while_broken
    assert answered >= {f"chat {number}" for number in range(TALKED_MEANWHILE)}
    assert "50 %" in after


async def answer(stage: Stage, question: str) -> str:
    """What is answered in a chat of its own."""
    chat = f"fresh {len(stage.memory.sent)}"
    await stage.memory.says(chat, typed(question))
    await stage.settled()
    last = [message.content for message in stage.memory.sent if message.address.chat == chat][-1]
    assert isinstance(last, OutgoingText)
    return last.text
