"""The only place where concrete classes meet: settings in, a running assistant out."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from bot.answers.service import APPLIERS as ANSWER_APPLIERS
from bot.assistant import Assistant, Kept, build_assistant
from bot.clock import Clock
from bot.delivery.inbox import DurableInbox
from bot.delivery.outbox import Deliverer
from bot.delivery.retention import forget_chats
from bot.delivery.rows import tell
from bot.delivery.turns import TurnWorkers
from bot.diary.changes import WriteAusbildung
from bot.diary.render import NachweisRenderer
from bot.diary.service import APPLIERS as DIARY_APPLIERS
from bot.diary.service import Diaries, StoredDiaries
from bot.editors.service import APPLIERS as EDITORS_APPLIERS
from bot.errors import ConfigurationError
from bot.jobs.timetable import Timetable, timetable
from bot.jobs.upkeep import Purge, Reload
from bot.messages import OutgoingText
from bot.nudges.content import NUDGES
from bot.people.actions import EXPORT
from bot.people.export import ExportRenderer
from bot.people.service import Codes, People, WebSessions
from bot.plans.clock import PlanClock
from bot.plans.service import StoredPlans
from bot.ports import Connector, Inbox, Outbox, Renderer, Sessions, TurnTaker
from bot.rasa.client import RasaClient
from bot.reminders.calendar_of_training import DATES
from bot.reminders.codec import REMINDERS
from bot.reminders.render import CalendarRenderer
from bot.reminders.service import refresh_dates
from bot.renderers import Renderers
from bot.settings import Settings, clock_of
from bot.storage.changes import in_turn
from bot.storage.database import Database
from bot.storage.keys import KeyRing, create_key_file, read_key_file
from bot.storage.migrate import migrate
from bot.texts import load_texts
from bot.turn import Reply


@dataclass(frozen=True, slots=True)
class House:
    """The parts that connectors are built from, the running assistant, and by channel its connectors.

    Attributes:
        ring: rings what is due now, as the timetable does.
    """

    settings: Settings
    assistant: Assistant
    database: Database
    clock: Clock
    inbox: Inbox
    outbox: Outbox
    sessions: Sessions
    turns: TurnWorkers
    connectors: Mapping[str, Connector]
    plans: StoredPlans
    ring: Callable[[], Awaitable[int]]
    rasa: RasaClient | None = None


KINDS = (REMINDERS, DATES, NUDGES)
"""All that starts by itself."""

MakeConnectors = Callable[[House], list[Connector]]


def open_keys(settings: Settings) -> tuple[KeyRing, bool]:
    """The key ring, and whether it was made just now.

    Raises:
        ConfigurationError: the key file cannot be used.
    """
    if settings.keys.exists():
        return read_key_file(settings.keys), False
    return create_key_file(settings.keys), True


@asynccontextmanager
async def running(
    settings: Settings,
    ring: KeyRing,
    make_connectors: MakeConnectors,
    clock: Clock | None = None,
    turn_taker: TurnTaker | None = None,
) -> AsyncIterator[House]:
    """Run the assistant with these connectors until the context is left.

    What opens, closes, in reverse: connectors stop receiving first, then turns, then delivery,
    then the database.

    Args:
        settings: where everything is.
        ring: the keys.
        make_connectors: builds the connectors from the house.
        clock: the present moment; None for the one that the settings ask for.
        turn_taker: decides instead of the assistant's conversation; for tests of delivery alone.

    Raises:
        ConfigurationError: something needed is missing or wrong; nothing was started.
        StorageUnavailable: the database cannot be reached.
    """
    if settings.is_public and settings.lacks_legal_links:
        raise ConfigurationError(
            "IMPRINT_URL, PRIVACY_URL and ACCESSIBILITY_URL must be set before the web chat "
            "listens on anything but this machine (§ 5 DDG, Art. 13 DSGVO)"
        )
    clock = clock or clock_of(settings)
    failures = load_texts("failures")
    migrate(settings.database)
    async with AsyncExitStack() as stack:
        rasa = (
            await stack.enter_async_context(RasaClient(settings.rasa_url))
            if settings.uses_rasa
            else None
        )
        database = await stack.enter_async_context(Database(settings.database, ring))
        diaries, codes = StoredDiaries(database), Codes(database, clock)
        plans = StoredPlans(database, KINDS)
        assistant = build_assistant(settings, rasa, Kept(diaries, plans, codes))
        people = People(database, forget_chats, tell)
        connectors: dict[str, Connector] = {}
        deliverer = Deliverer(
            database=database,
            connectors=connectors,
            renderer=_renderer(diaries, plans, clock, settings.sheet_variant),
            people=people,
            clock=clock,
        )
        turns = TurnWorkers(
            database=database,
            turn_taker=turn_taker or assistant.conversation,
            people=people,
            appliers={
                **people.appliers,
                **ANSWER_APPLIERS,
                **EDITORS_APPLIERS,
                **DIARY_APPLIERS,
                **plans.appliers,
                WriteAusbildung: in_turn(DIARY_APPLIERS[WriteAusbildung], refresh_dates),
            },
            capabilities=lambda channel: connectors[channel].capabilities,
            apology=failures["turn_failed"],
            clock=clock,
            wake_delivery=deliverer.signal.set,
            show_typing=deliverer.show_typing,
            drafts=assistant.drafts,
        )
        inbox = DurableInbox(database, clock, _acute(assistant), turns.signal.set)
        plan_clock = PlanClock(database, clock, plans.kinds, inbox.put_in, turns.signal.set)
        house = House(
            settings=settings,
            assistant=assistant,
            database=database,
            clock=clock,
            inbox=inbox,
            plans=plans,
            ring=plan_clock.ring,
            outbox=deliverer,
            sessions=WebSessions(database, codes, forget_chats),
            turns=turns,
            connectors=connectors,
            rasa=rasa,
        )
        made = make_connectors(house)
        connectors |= {connector.channel: connector for connector in made}
        await stack.enter_async_context(deliverer)
        await stack.enter_async_context(turns)
        await stack.enter_async_context(
            Timetable(
                timetable(
                    ring=plan_clock.ring,
                    purge=Purge(
                        database,
                        clock,
                        assistant.drafts,
                        Reply(load_texts("profile")["drafts_end_soon"]),
                    ),
                    reload=Reload(
                        (assistant.library, assistant.nudges), assistant.understanding.reload
                    ),
                )
            )
        )
        for connector in made:
            await stack.enter_async_context(connector)
        yield house


def _renderer(diaries: Diaries, plans: StoredPlans, clock: Clock, variant: str) -> Renderer:
    """Who makes which file."""
    nachweise = NachweisRenderer(diaries, clock, load_texts("diary"), variant)
    export = ExportRenderer(
        clock, {"ausbildungsnachweis": nachweise.as_values, "plans": plans.as_values}
    )
    calendars = CalendarRenderer(clock, load_texts("reminders")["calendar"])
    return Renderers(
        {
            EXPORT: export,
            **dict.fromkeys(nachweise.documents, nachweise),
            **dict.fromkeys(calendars.documents, calendars),
        }
    )


def _acute(assistant: Assistant) -> Callable[[str], OutgoingText | None]:
    def answer(text: str) -> OutgoingText | None:
        found = assistant.crisis(text)
        return OutgoingText(found.reply.text) if found.is_acute and found.reply else None

    return answer
