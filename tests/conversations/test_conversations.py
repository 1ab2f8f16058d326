from pathlib import Path

import pytest

from tests.conversations.play import FILES, load_conversation, play

CLUELESS = "Das weiß ich leider nicht"
"""What starts by itself never says it."""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
async def test_conversation_is_answered_as_accepted(path: Path, tmp_path: Path) -> None:
    conversation = load_conversation(path)

    actual = await play(conversation, tmp_path)

    assert actual == conversation["steps"]


def test_there_are_conversations() -> None:
    assert len(FILES) >= 10


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_nobody_is_left_without_an_answer(path: Path) -> None:
    steps = load_conversation(path)["steps"]
    clueless = [
        step
        for step in steps
        if not {"you", "press", "sends"} & step.keys() and CLUELESS in str(step["bot"])
    ]
    unanswered = [
        step
        for step in steps
        if not step["bot"] and not step.get("others") and not step.get("is_silent")
    ]

    assert unanswered == []
    assert clueless == []
