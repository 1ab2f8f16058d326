"""Builds the conversation from the files of the project; needs no database."""

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.answers.actions import actions as answer_actions
from bot.answers.context import ContextParser
from bot.calculators.actions import actions as calculator_actions
from bot.calculators.mindestverguetung import load_table
from bot.commands import Commands, load_commands
from bot.conversation import Conversation
from bot.diary.actions import actions as diary_actions
from bot.diary.actions.desk import Desk
from bot.diary.listening import DiaryParser
from bot.diary.service import Diaries, NoDiaries
from bot.diary.show import DiaryTexts
from bot.drafts import actions as draft_actions
from bot.drafts import lasting_slots
from bot.editors.actions import actions as editors_actions
from bot.engine.dialogue import Dialogue, load_dialogue
from bot.engine.policy import EmbeddedPolicy
from bot.errors import ConfigurationError
from bot.gates import CrisisCheck, CrisisGate
from bot.models import Everyday, LiveUnderstanding, open_crisis_detector, open_library, train
from bot.nudges.actions import actions as nudge_actions
from bot.nudges.booth import Booth
from bot.people.actions import actions as people_actions
from bot.people.parents import actions as parents_actions
from bot.people.profile import ProfileTexts
from bot.people.service import Codes
from bot.plans.service import NoPlans, Plans
from bot.ports import Parser, Policy
from bot.rasa.client import RasaClient
from bot.rasa.parser import RasaParser
from bot.rasa.policy import RasaPolicy
from bot.reminders.actions import actions as reminder_actions
from bot.reminders.actions.bench import Bench
from bot.reminders.listening import WishParser
from bot.reminders.show import PlanTexts
from bot.settings import Settings
from bot.talk import actions as talk_actions
from bot.texts import FOLDER, load_texts
from bot.turn import Reply
from bot.understanding.crisis.detector import CrisisDetector
from bot.understanding.crisis.texts import CrisisTexts
from bot.understanding.parser import LearntParser
from knowledge.loader import LiveLibrary
from knowledge.nudge import LiveNudges


@dataclass(frozen=True, slots=True)
class Assistant:
    """The conversation with what else must know its parts.

    Attributes:
        drafts: the slots that outlive a conversation of a person: what was typed into forms, and that we introduced ourselves.
        has_crisis_classifier: False: its model file could not be used, crises are recognised by rules alone.
    """

    conversation: Conversation
    commands: Commands
    library: LiveLibrary
    understanding: LiveUnderstanding
    nudges: LiveNudges
    crisis: Callable[[str], CrisisCheck]
    drafts: frozenset[str]
    has_crisis_classifier: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """What actions read of what is kept about people; without a database nothing is.

    Attributes:
        diaries: the Ausbildungsnachweise.
        plans: what is due when.
        codes: looks one-time codes up.
    """

    diaries: Diaries = field(default_factory=NoDiaries)
    plans: Plans = field(default_factory=NoPlans)
    codes: Codes | None = None


def build_assistant(
    settings: Settings, rasa: RasaClient | None = None, kept: Kept | None = None
) -> Assistant:
    """Build the assistant.

    Args:
        settings: where everything is.
        rasa: the Rasa server, if one is asked; without it the embedded engine decides.
        kept: what is kept about people; None where nobody is remembered.

    Raises:
        ConfigurationError: a file of texts, dialogues, knowledge or the model cannot be used.
    """
    library = open_library(settings)
    understanding = LiveUnderstanding(settings)
    texts = load_texts("profile")
    commands = load_commands(FOLDER / "commands.yml")
    everyday = Everyday(lambda: understanding.current, lambda: library.current)
    detector = open_crisis_detector(settings, everyday)
    crisis = crisis_checker(detector, CrisisTexts.from_texts(load_texts("crisis")))
    profile = ProfileTexts.from_texts(texts)
    dialogue = load_dialogue(settings.dialogues_dir)
    kept = kept or Kept()
    desk = Desk(kept.diaries, DiaryTexts(load_texts("diary")))
    bench = Bench(
        plans=kept.plans,
        desk=desk,
        texts=PlanTexts(load_texts("rhythms")),
        knowledge=lambda: library.current,
        dates=load_texts("reminders")["dates"],
    )
    nudges = LiveNudges(settings.knowledge_dir)
    booth = Booth(kept.plans, bench, lambda: nudges.current, load_texts("nudges"))
    actions = [
        *draft_actions(dialogue.domain.forms),
        *talk_actions(commands),
        *people_actions(profile),
        *parents_actions(kept.codes, str(texts["parent_agreed"])),
        *diary_actions(desk),
        *answer_actions(lambda: library.current),
        *editors_actions(lambda: library.current),
        *reminder_actions(bench),
        *nudge_actions(booth),
        *calculator_actions(lambda: library.current, load_texts("calculators"), load_table()),
    ]
    privacy = texts["privacy_link"].format(url=settings.privacy_url)
    conversation = Conversation(
        parser=DiaryParser(
            WishParser(
                ContextParser(_parser(settings, understanding, rasa), lambda: library.current)
            )
        ),
        policy=_policy(settings, dialogue, rasa),
        dialogue=dialogue,
        actions={action.name: action for action in actions},
        commands=commands,
        crisis=CrisisGate(crisis),
        values={
            "privacy": privacy if settings.privacy_url else texts["privacy_command"],
            "privacy_page": privacy if settings.privacy_url else "",
        },
        forms=load_texts("forms"),
    )
    return Assistant(
        conversation=conversation,
        commands=commands,
        library=library,
        understanding=understanding,
        nudges=nudges,
        crisis=crisis,
        drafts=lasting_slots(dialogue.domain.forms),
        has_crisis_classifier=detector.classifier is not None,
    )


def crisis_checker(detector: CrisisDetector, texts: CrisisTexts) -> Callable[[str], CrisisCheck]:
    """Detector and fixed texts, as the gate and the inbox ask them."""

    def check(text: str) -> CrisisCheck:
        found = detector.assess(text)
        if found is None:
            return CrisisCheck()
        is_acute = found.level == "acute"
        findings = {"outcome": "crisis", "level": found.level}
        return CrisisCheck(is_acute, Reply(texts.answer(found), is_urgent=is_acute), findings)

    return check


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


def _parser(
    settings: Settings, understanding: LiveUnderstanding, rasa: RasaClient | None
) -> Parser:
    embedded = LearntParser(lambda: understanding.current)
    return RasaParser(rasa, embedded) if rasa and settings.parser == "rasa" else embedded


def _policy(settings: Settings, dialogue: Dialogue, rasa: RasaClient | None) -> Policy:
    embedded = EmbeddedPolicy(dialogue)
    return RasaPolicy(rasa, embedded) if rasa and settings.policy == "rasa" else embedded
