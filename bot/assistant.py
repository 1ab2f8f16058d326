"""Builds the conversation from the files of the project; needs no database."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.action import Action
from bot.answers.actions import actions as answer_actions
from bot.answers.context import ContextParser
from bot.calculators.actions import actions as calculator_actions
from bot.calculators.mindestverguetung import load_table
from bot.chosen import payload_of
from bot.commands import Commands, load_commands
from bot.conversation import Conversation
from bot.diary.actions import actions as diary_actions
from bot.diary.actions.desk import Desk
from bot.diary.actions.picking import actions as picking_actions
from bot.diary.listening import DiaryParser
from bot.diary.others import NoOthers, Others
from bot.diary.service import Diaries, NoDiaries
from bot.diary.show import DiaryTexts
from bot.drafts import actions as draft_actions
from bot.drafts import lasting_slots
from bot.editors.actions import actions as editors_actions
from bot.engine.dialogue import Dialogue, load_dialogue
from bot.engine.policy import EmbeddedPolicy
from bot.errors import ConfigurationError
from bot.escalation.actions import actions as escalation_actions
from bot.escalation.casebook import Casebook, NoCases
from bot.escalation.desk import CoachDesk
from bot.escalation.past import NoPast, Past
from bot.escalation.relay import Relay
from bot.escalation.timer import CaseTimer
from bot.gates import CrisisCheck, CrisisGate
from bot.models import Everyday, LiveUnderstanding, open_crisis_detector, open_library, train
from bot.nudges.actions import actions as nudge_actions
from bot.nudges.booth import Booth
from bot.people.actions import actions as people_actions
from bot.people.chats import Switchboard
from bot.people.chats import actions as chats_actions
from bot.people.homes import HomeParser
from bot.people.joined import Links, NoLinks
from bot.people.linking import actions as linking_actions
from bot.people.listening import CodeParser
from bot.people.naming import ChatTexts
from bot.people.parents import actions as parents_actions
from bot.people.profile import ProfileTexts
from bot.people.redeeming import Codes
from bot.plans.service import NoPlans, Plans
from bot.ports import Parser, Policy
from bot.rasa.parser import RasaParser
from bot.rasa.policy import RasaPolicy
from bot.reminders.actions import actions as reminder_actions
from bot.reminders.actions.bench import Bench
from bot.reminders.listening import WishParser
from bot.reminders.show import PlanTexts
from bot.settings import Settings
from bot.talk import actions as talk_actions
from bot.texts import FOLDER, load_texts
from bot.turn import Offer, Reply
from bot.understanding.crisis.detector import CrisisDetector
from bot.understanding.crisis.texts import CrisisTexts
from bot.understanding.parser import LearntParser
from knowledge.loader import LiveLibrary
from knowledge.nudge import LiveNudges

if TYPE_CHECKING:
    from bot.rasa.client import RasaClient

OWN_CARD = "kinderschutz.md"
"""In the data folder: what the operator's staff does when a minor is in danger, in light markup."""


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
        links: which chats are one person's.
        others: weeks that two records of one person told of.
        reaches: whether a channel reaches people while the app is closed.
        addresses: by channel, the web address by which people come to us there.
        casebook: cases, teams and staff.
        opens_rooms: whether on a channel a room is opened for each case.
        past: how cases ended, and whose they were.
    """

    diaries: Diaries = field(default_factory=NoDiaries)
    plans: Plans = field(default_factory=NoPlans)
    codes: Codes | None = None
    links: Links = field(default_factory=NoLinks)
    others: Others = field(default_factory=NoOthers)
    reaches: Callable[[str], bool] = lambda channel: False
    addresses: Callable[[], Mapping[str, str]] = dict
    casebook: Casebook = field(default_factory=NoCases)
    opens_rooms: Callable[[str], bool] = lambda channel: False
    past: Past = field(default_factory=NoPast)


def build_assistant(
    settings: Settings, rasa: "RasaClient | None" = None, kept: Kept | None = None
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
        reaches=kept.reaches,
    )
    chats = ChatTexts(load_texts("linking"))
    board = Switchboard(kept.links, chats, kept.reaches, kept.addresses)
    nudges = LiveNudges(settings.knowledge_dir)
    booth = Booth(kept.plans, bench, lambda: nudges.current, load_texts("nudges"))
    coaches = CoachDesk(
        casebook=kept.casebook,
        texts=load_texts("escalation"),
        names=load_texts("pseudonyms")["names"],
        opens_rooms=kept.opens_rooms,
        knowledge=lambda: library.current,
        topics=_topics(dialogue),
        own_card=lambda: _own_card(settings),
    )
    actions = [
        *draft_actions(dialogue.domain.forms),
        *talk_actions(commands),
        *people_actions(profile, lambda address: chats.news("erased", address)),
        *linking_actions(board, kept.codes, kept.others.doubled),
        *chats_actions(board),
        *parents_actions(kept.codes, str(texts["parent_agreed"])),
        *diary_actions(desk),
        *picking_actions(desk, kept.others),
        *answer_actions(lambda: library.current),
        *editors_actions(lambda: library.current),
        *reminder_actions(bench),
        *nudge_actions(booth),
        *escalation_actions(coaches, kept.codes, bench, kept.past),
        *calculator_actions(lambda: library.current, load_texts("calculators"), load_table()),
    ]
    privacy = texts["privacy_link"].format(url=settings.privacy_url)
    conversation = Conversation(
        parser=CodeParser(
            HomeParser(
                DiaryParser(
                    WishParser(
                        ContextParser(
                            _parser(settings, understanding, rasa), lambda: library.current
                        )
                    )
                )
            )
        ),
        policy=_policy(settings, dialogue, rasa),
        dialogue=dialogue,
        actions=_by_name(actions),
        commands=commands,
        crisis=CrisisGate(crisis),
        values={
            "privacy": privacy if settings.privacy_url else texts["privacy_command"],
            "privacy_page": privacy if settings.privacy_url else "",
        },
        forms=load_texts("forms"),
        humans=Relay(coaches, CaseTimer(coaches)),
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


def _by_name(actions: Sequence[Action]) -> dict[str, Action]:
    """The actions by their names.

    Raises:
        ConfigurationError: two have the same name; one would never run.
    """
    by_name = {action.name: action for action in actions}
    if len(by_name) < len(actions):
        names = [action.name for action in actions]
        twice = sorted({name for name in names if names.count(name) > 1})
        raise ConfigurationError(f"two actions are called {', '.join(twice)}")
    return by_name


def _topics(dialogue: Dialogue) -> dict[str, str]:
    """What a topic is called, by its key, as the menu says it."""
    menu = dialogue.responses.draw("utter_menu", slots={}, values={}, channel="")
    payloads = ((payload_of(Offer(each.title, each.payload)), each.title) for each in menu.buttons)
    return {str(values["topic"]): title for (_, values), title in payloads if "topic" in values}


def _own_card(settings: Settings) -> str:
    """The operator's words for when a young person is in danger, from the data folder; empty for none."""
    try:
        return (settings.data_dir / OWN_CARD).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


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
    settings: Settings, understanding: LiveUnderstanding, rasa: "RasaClient | None"
) -> Parser:
    embedded = LearntParser(lambda: understanding.current)
    return RasaParser(rasa, embedded) if rasa and settings.parser == "rasa" else embedded


def _policy(settings: Settings, dialogue: Dialogue, rasa: "RasaClient | None") -> Policy:
    embedded = EmbeddedPolicy(dialogue)
    return RasaPolicy(rasa, embedded) if rasa and settings.policy == "rasa" else embedded
