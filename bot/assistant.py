"""Builds the conversation from the files of the project; needs no database."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.answers.actions import actions as answer_actions
from bot.commands import Commands, load_commands
from bot.conversation import Conversation
from bot.drafts import actions as draft_actions
from bot.editors.actions import actions as editors_actions
from bot.engine.dialogue import Dialogue, load_dialogue
from bot.engine.examples import load_examples
from bot.engine.policy import EmbeddedPolicy
from bot.errors import ConfigurationError
from bot.gates import CrisisCheck, CrisisGate
from bot.people.actions import actions as people_actions
from bot.people.profile import ProfileTexts
from bot.ports import Parser, Policy
from bot.rasa.client import RasaClient
from bot.rasa.parser import RasaParser
from bot.rasa.policy import RasaPolicy
from bot.rasaproject import write_rasa_project
from bot.settings import Settings
from bot.talk import actions as talk_actions
from bot.texts import FOLDER, load_texts
from bot.turn import Reply
from bot.understanding.crisis import CrisisTexts, assess
from bot.understanding.parser import SearchParser, intent_documents
from knowledge.index import (
    Document,
    Index,
    IndexFileError,
    build_index,
    documents_hash,
    load_index,
    save_index,
)
from knowledge.loader import KnowledgeError, LiveLibrary


@dataclass(frozen=True, slots=True)
class Assistant:
    """The conversation with what else must know its parts."""

    conversation: Conversation
    commands: Commands
    library: LiveLibrary
    crisis: CrisisTexts


def build_assistant(settings: Settings, rasa: RasaClient | None = None) -> Assistant:
    """Build the assistant.

    Args:
        settings: where everything is.
        rasa: the Rasa server, if one is asked; without it the embedded engine decides.

    Raises:
        ConfigurationError: a file of texts, dialogues, knowledge or the model cannot be used.
    """
    library = open_library(settings)
    texts = load_texts("profile")
    commands = load_commands(FOLDER / "commands.yml")
    crisis = CrisisTexts.from_texts(load_texts("crisis"))
    profile = ProfileTexts.from_texts(texts)
    dialogue = load_dialogue(settings.dialogues_dir)
    actions = [
        *draft_actions(dialogue.domain.forms),
        *talk_actions(commands),
        *people_actions(profile),
        *answer_actions(lambda: library.current),
        *editors_actions(lambda: library.current),
    ]
    privacy = texts["privacy_link"].format(url=settings.privacy_url)
    conversation = Conversation(
        parser=_parser(settings, rasa),
        policy=_policy(settings, dialogue, rasa),
        dialogue=dialogue,
        actions={action.name: action for action in actions},
        commands=commands,
        crisis=CrisisGate(crisis_checker(crisis)),
        values={
            "privacy": privacy if settings.privacy_url else texts["privacy_command"],
            "privacy_page": privacy if settings.privacy_url else "",
        },
        forms=load_texts("forms"),
    )
    return Assistant(conversation, commands, library, crisis)


def crisis_checker(texts: CrisisTexts) -> Callable[[str], CrisisCheck]:
    """The crisis rules with their fixed texts, as the gate and the inbox ask them."""

    def check(text: str) -> CrisisCheck:
        found = assess(text)
        if found is None:
            return CrisisCheck()
        is_acute = found.level == "acute"
        findings = {"outcome": "crisis", "level": found.level}
        return CrisisCheck(is_acute, Reply(texts.answer(found), is_urgent=is_acute), findings)

    return check


def open_library(settings: Settings) -> LiveLibrary:
    """The articles, places and facts.

    Raises:
        ConfigurationError: with every mistake found.
    """
    try:
        return LiveLibrary(settings.knowledge_dir)
    except KnowledgeError as error:
        raise ConfigurationError(str(error)) from error


def documents(settings: Settings) -> list[Document]:
    """What the model is built from: articles and the dialogues' example sentences."""
    library = open_library(settings).current
    return [
        *library.documents(),
        *intent_documents(load_examples(settings.dialogues_dir / "data").by_intent()),
    ]


def train(settings: Settings) -> bool:
    """Build the model file unless it is current.

    Returns:
        Whether it had to be built.
    """
    current = documents(settings)
    if is_trained(settings, current) and settings.rasa_project.is_dir():
        return False
    save_index(build_index(current), settings.model)
    write_rasa_project(settings, open_library(settings).current)
    return True


def check_files(settings: Settings) -> None:
    """Load dialogues, texts and knowledge, and hold them against each other.

    Raises:
        ConfigurationError: a file is wrong, or a rule names an action or response that is missing.
    """
    train(settings)
    missing = build_assistant(settings).conversation.missing()
    if missing:
        raise ConfigurationError(
            f"the domain names actions that do not exist: {', '.join(missing)}"
        )


def is_trained(settings: Settings, current: list[Document]) -> bool:
    """Whether the model file was built from these documents."""
    try:
        return load_index(settings.model).documents == documents_hash(current)
    except IndexFileError:
        return False


def _parser(settings: Settings, rasa: RasaClient | None) -> Parser:
    examples = load_examples(settings.dialogues_dir / "data").by_intent()
    embedded = SearchParser(_index(settings), examples)
    return RasaParser(rasa, embedded) if rasa and settings.parser == "rasa" else embedded


def _policy(settings: Settings, dialogue: Dialogue, rasa: RasaClient | None) -> Policy:
    embedded = EmbeddedPolicy(dialogue)
    return RasaPolicy(rasa, embedded) if rasa and settings.policy == "rasa" else embedded


def _index(settings: Settings) -> Index:
    try:
        return load_index(settings.model)
    except IndexFileError as error:
        raise ConfigurationError(f"{error}. Run `lernallianz train`.") from error
