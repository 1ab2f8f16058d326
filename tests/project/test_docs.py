import re
import subprocess
from pathlib import Path

import pytest
import yaml

from bot.commands import load_commands
from bot.settings import PREFIX, ROOT, Settings
from bot.texts import FOLDER
from knowledge.loader import load_library

PROMISES = 82
TARGETS = re.findall(
    r"^\| ([A-Z]\d+) \| .+ \| (.+) \|$",
    (ROOT / "docs/requirements.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)


def test_every_promise_has_a_row() -> None:
    assert len({number for number, _ in TARGETS}) == PROMISES


@pytest.mark.parametrize(("number", "target"), TARGETS)
def test_the_target_of_a_promise_exists(number: str, target: str) -> None:
    kind, _, name = target.partition(":")
    match kind:
        case "article":
            assert load_library(ROOT / "knowledge").find(name) is not None
        case "conversation":
            assert (ROOT / f"tests/conversations/{name}.yml").exists()
        case "document":
            assert (ROOT / name).exists()
        case _:
            assert target == "not yet"


def test_every_setting_is_in_the_example_and_the_other_way_round() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    named = set(re.findall(rf"^{PREFIX}(\w+)=", example, re.MULTILINE))

    assert named == {name.upper() for name in Settings.model_fields}


def test_the_readme_names_every_make_target_that_a_user_needs() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert "make run" in readme
    assert "make test" in readme


def test_the_architecture_fits_its_limit() -> None:
    assert len((ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").splitlines()) <= 150


def test_every_command_has_a_rule() -> None:
    rules = "\n".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "dialogues/data/rules").glob("*.yml")
    )
    for row in load_commands(FOLDER / "commands.yml").rows:
        assert f"intent: {row.intent}}}" in rules


def test_relative_links_in_documents_lead_somewhere() -> None:
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for link in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
            if "://" not in link and not link.startswith("tel:"):
                assert (path.parent / link).exists(), f"{path.name}: {link}"


def test_compose_and_unit_name_only_what_exists() -> None:
    compose = yaml.safe_load((ROOT / "docker/compose.yml").read_text(encoding="utf-8"))
    build = compose["services"]["bot"]["build"]
    copied = re.findall(
        r"^COPY (?!--from)(.+) \S+$",
        (ROOT / build["dockerfile"]).read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    names = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}

    assert set(compose["services"]["bot"]["environment"]) <= names
    assert all((ROOT / name).exists() for line in copied for name in line.split())


def test_no_address_of_a_registry_and_no_path_of_a_machine_is_committed() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, check=False)
    files = [ROOT / name for name in listed.stdout.decode().splitlines()] or list(
        ROOT.glob("requirements/*")
    )
    marks = (b"pypi" + b".org/simple", b"registry." + b"npmjs", str(Path.home()).encode() + b"/")
    for path in files:
        if path.is_file() and path.suffix != ".png":
            raw = path.read_bytes()
            assert not any(mark in raw for mark in marks), path.name
