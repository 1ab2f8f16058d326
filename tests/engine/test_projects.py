"""Any Rasa 3 project: its test stories pass, and a bad one is refused with file, line and reason."""

from pathlib import Path

import pytest

from bot.engine.project import DialogueError
from bot.errors import ConfigurationError
from bot.projects import checked, run_tests

PROJECTS = Path(__file__).parents[1] / "projects"

DOMAIN = """\
intents: [a]
slots:
  s: {type: text, mappings: [{type: from_text}]}
forms:
  f: {required_slots: [s]}
actions: [action_x]
responses:
  utter_1: [{text: "1"}]
"""
RULES = """\
rules:
- rule: r
  steps:
  - intent: a
  - action: utter_1
"""


@pytest.mark.parametrize("name", ["moodbot", "formbot"])
def test_the_stories_of_a_project_pass(name: str) -> None:
    results = list(run_tests(PROJECTS / name))

    assert len(results) >= 4
    assert [result for result in results if result.differences] == []


def test_a_story_that_differs_fails_and_says_where(tmp_path: Path) -> None:
    project(tmp_path)
    (tmp_path / "data" / "nlu.yml").write_text("nlu:\n- intent: a\n  examples: |\n    - hallo\n")
    told = "{user: hallo, intent: b}, {action: utter_2}"
    (tmp_path / "test_x.yml").write_text(f"stories: [{{story: t, steps: [{told}]}}]")

    (result,) = run_tests(tmp_path)

    assert result.differences == (
        "“hallo”: expected b, understood a",
        "expected utter_2, predicted action_default_fallback",
        "expected action_listen, predicted action_default_fallback",
    )


def test_what_is_replaced_is_said() -> None:
    _, notices = checked(PROJECTS / "formbot")

    assert any("TEDPolicy is replaced" in notice for notice in notices)
    assert any("DucklingEntityExtractor" in notice for notice in notices)
    assert notices[-1].startswith("8 intents, 41 examples")


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "reason"),
    [
        ("domain.yml", "required_slots: [s]", "required_slots: [q]", 5, "asks for q"),
        ("domain.yml", "type: text", "type: texxt", 3, "unknown type texxt"),
        ("domain.yml", "type: from_text", "type: from_nothing", 3, "needs a `type`"),
        ("domain.yml", "type: from_text", "type: from_entity", 3, "needs `entity`"),
        ("domain.yml", "type: from_text", "type: from_entity, entity: e, role: r", 3, "roles"),
        ("domain.yml", "  utter_1:", "  utter_1: [{text: x}]\n  utter_1:", 9, "stands here twice"),
        ("domain.yml", "  f: {", "\tf: {", 5, "indent with spaces"),
        ("domain.yml", '{text: "1"}', "{txt: x}", 8, "needs a `text`"),
        ("data/rules.yml", "intent: a", "intent: b", 4, "intent b is not in the domain"),
        ("data/rules.yml", "action: utter_1", "action: utter_9", 5, "action utter_9 is not"),
        ("data/rules.yml", "action: utter_1", "slot_was_set: [{q: 1}]", 5, "slot q is not"),
        ("data/rules.yml", "action: utter_1", "active_loop: g", 5, "form g is not"),
        ("data/rules.yml", "action: utter_1", "bot: hallo", 5, "end-to-end"),
        ("data/rules.yml", "action: utter_1", "checkpoint: c", 5, "use a story"),
        ("data/rules.yml", "action: utter_1", "nonsense: c", 5, "a step must be one of"),
        ("data/rules.yml", "- rule: r", "- rule: r\n  wait: true", 2, "not known in a rule: wait"),
        ("data/rules.yml", "intent: a", "intent: a\n  - intent: a", 2, "more than one message"),
        ("config.yml", "RulePolicy", "MyPolicy", 2, "policy MyPolicy is not known"),
    ],
)
def test_a_bad_project_is_refused(
    tmp_path: Path, file: str, old: str, new: str, line: int, reason: str
) -> None:
    project(tmp_path)
    path = tmp_path / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(DialogueError) as caught:
        checked(tmp_path)

    assert reason in str(caught.value)
    assert (caught.value.path, caught.value.line) == (path, line)


def test_files_that_are_no_text_are_refused(tmp_path: Path) -> None:
    project(tmp_path)
    path = tmp_path / "data" / "rules.yml"
    for content, reason in [
        ("rules: ä".encode("latin-1"), "UTF-8"),
        (b"\x00\xff\xfe" * 99, "UTF-8"),
        (b"# x\n" * 2_000_000, "larger than 5 MB"),
        (b"- a\n- b\n", "mapping"),
        (b"rules: [}", "not YAML"),
    ]:
        path.write_bytes(content)
        with pytest.raises(DialogueError, match=reason):
            checked(tmp_path)


def test_rules_that_lead_in_a_circle_are_ended_not_followed_forever(tmp_path: Path) -> None:
    steps = "[{checkpoint: x}, {intent: a}, {action: utter_1}, {checkpoint: x}]"
    begin = "{story: b, steps: [{intent: a}, {action: utter_1}, {checkpoint: x}]}"
    project(tmp_path)
    (tmp_path / "data" / "stories.yml").write_text(
        f"stories: [{begin}, {{story: c, steps: {steps}}}]"
    )
    dialogue, _ = checked(tmp_path)

    assert 0 < sum(not trace.is_rule for trace in dialogue.traces) < 10


def test_a_folder_without_a_project_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="domain"):
        checked(tmp_path)
    with pytest.raises(ConfigurationError, match="no folder"):
        checked(tmp_path / "nowhere")


def project(folder: Path) -> None:
    (folder / "data").mkdir()
    (folder / "domain.yml").write_text(DOMAIN, encoding="utf-8")
    (folder / "data" / "rules.yml").write_text(RULES, encoding="utf-8")
    (folder / "config.yml").write_text("policies:\n- name: RulePolicy\n", encoding="utf-8")
