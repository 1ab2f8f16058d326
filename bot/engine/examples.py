"""Reads the example sentences of intents from a project's `nlu:` sections."""

from pathlib import Path

from bot.engine.project import read_section


def load_examples(folder: Path) -> dict[str, tuple[str, ...]]:
    """By intent, its examples in their order.

    Raises:
        DialogueError: with file, line and reason.
    """
    examples: dict[str, tuple[str, ...]] = {}
    for section in read_section(folder, "nlu"):
        for item in section.rows():
            raw = item.value
            if not isinstance(raw, dict) or set(raw) != {"intent", "examples"}:
                raise item.error("an NLU entry needs `intent` and `examples`")
            lines = [line.strip() for line in str(raw["examples"]).splitlines() if line.strip()]
            if not all(line.startswith("- ") for line in lines):
                raise item.error("each example is a line that starts with `- `")
            intent = str(raw["intent"])
            examples[intent] = (*examples.get(intent, ()), *(line[2:].strip() for line in lines))
    return examples
