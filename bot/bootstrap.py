"""The only place where concrete classes meet: settings in, a running assistant out."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.answers.service import APPLIERS as ANSWER_APPLIERS
from bot.assistant import Assistant, Kept, build_assistant
from bot.clock import Clock
from bot.delivery.events import closed_chats, withdraw_events
from bot.delivery.inbox import DurableInbox
from bot.delivery.outbox import Deliverer
from bot.delivery.post import OutgoingPost
from bot.delivery.remembered import Remembered
from bot.delivery.retention import forget_chats
from bot.delivery.rows import tell
from bot.delivery.turns import TurnWorkers
from bot.diary.changes import WriteAusbildung
from bot.diary.others import APPLIERS as OTHERS_APPLIERS
from bot.diary.others import DiariesBecomeOne, StoredOthers
from bot.diary.render import NachweisRenderer
from bot.diary.service import APPLIERS as DIARY_APPLIERS
from bot.diary.service import Diaries, StoredDiaries
from bot.editors.service import APPLIERS as EDITORS_APPLIERS
from bot.errors import ConfigurationError
from bot.escalation.clock import CaseClock
from bot.escalation.digest import DIGEST, one_digest
from bot.escalation.ending import Ending
from bot.escalation.files import RelayedFiles
from bot.escalation.gaps import GAPWATCH, one_watch
from bot.escalation.keeping import needed_chats, purge_cases
from bot.escalation.ledger import RELAYED_FILE, Ledger
from bot.escalation.office import TeamGroups
from bot.escalation.opening import Opening
from bot.escalation.past import StoredPast
from bot.escalation.pseudonyms import pseudonym
from bot.escalation.relaying import Relaying
from bot.escalation.staffing import Staffing
from bot.escalation.standings import Standings
from bot.escalation.stored_cases import StoredCases
from bot.escalation.telling import Telling
from bot.escalation.typists import Typists
from bot.jobs.timetable import Timetable, timetable
from bot.jobs.upkeep import Purge, Reload
from bot.messages import OutgoingText
from bot.nudges.content import NUDGES
from bot.nudges.joining import one_subscription
from bot.people.actions import EXPORT
from bot.people.changes import EraseEverything, GiveConsent
from bot.people.export import ExportRenderer
from bot.people.joined import StoredLinks
from bot.people.joins import Joins, OtherTopics
from bot.people.redeeming import Codes
from bot.people.service import People
from bot.people.sessions import WebSessions
from bot.plans.clock import PlanClock
from bot.plans.moving import PlanMover
from bot.plans.service import StoredPlans
from bot.ports import (
    Connector,
    ConnectorStore,
    Groups,
    Inbox,
    Outbox,
    Renderer,
    Sessions,
    TurnTaker,
)
from bot.reminders.calendar_of_training import DATES
from bot.reminders.codec import REMINDERS
from bot.reminders.joining import one_calendar
from bot.reminders.render import CalendarRenderer
from bot.reminders.service import refresh_dates
from bot.renderers import Renderers
from bot.settings import Settings, clock_of
from bot.storage.changes import Applier, in_turn
from bot.storage.database import Database
from bot.storage.keys import KeyRing, create_key_file, read_key_file
from bot.storage.migrate import migrate
from bot.texts import load_texts
from bot.turn import Reply

if TYPE_CHECKING:
    from bot.rasa.client import RasaClient


@dataclass(frozen=True, slots=True)
class House:
    """The parts that connectors are built from, the running assistant, and by channel its connectors.

    Attributes:
        ring: rings what is due now, as the timetable does.
        purge: deletes what has outlived its time, as the timetable does.
        remembered: by channel, what its connector remembers.
        groups: which rooms of several people are a team's.
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
    purge: Callable[[], Awaitable[object]]
    remembered: Callable[[str], ConnectorStore]
    groups: Groups
    rasa: "RasaClient | None" = None


KINDS = (REMINDERS, DATES, NUDGES, DIGEST, GAPWATCH)
"""All that starts by itself."""
ONE_EACH = {
    NUDGES.name: one_subscription,
    DATES.name: one_calendar,
    DIGEST.name: one_digest,
    GAPWATCH.name: one_watch,
}
"""Of which kinds a person has but one plan, and how two become one."""
WRITE_AUSBILDUNG: Applier = in_turn(DIARY_APPLIERS[WriteAusbildung], refresh_dates)
"""With the master data move the dates that matter."""

MakeConnectors = Callable[[House], list[Connector]]


def in_turn_rung(*clocks: Callable[[], Awaitable[int]]) -> Callable[[], Awaitable[int]]:
    """One clock of several."""

    async def ring() -> int:
        return sum([await each() for each in clocks])

    return ring


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
        rasa = await _rasa(settings, stack)
        database = await stack.enter_async_context(Database(settings.database, ring))
        diaries, codes = StoredDiaries(database), Codes(database, clock)
        plans, others = StoredPlans(database, KINDS), StoredOthers(database)
        people = People(database, forget_chats, tell)
        connectors: dict[str, Connector] = {}
        reaches = _reaching(connectors)
        links = StoredLinks(database, clock, codes, people.load)
        post = OutgoingPost()
        pseudonyms = load_texts("pseudonyms")["names"]
        ledger = Ledger(database, clock, post, lambda number: pseudonym(number, pseudonyms))
        said_by_coaches = load_texts("escalation")
        ending = Ending(ledger, said_by_coaches["staff"]["not_waiting"])
        staffing = Staffing(
            database=database,
            ledger=ledger,
            ending=ending,
            give_consent=people.appliers[GiveConsent],
            erased=Reply(said_by_coaches["staff"]["erased"]),
            orphaned=Reply(said_by_coaches["news"]["orphaned"]),
        )
        casebook = StoredCases(database)
        kept = Kept(
            diaries,
            plans,
            codes,
            links,
            others,
            reaches,
            lambda: {name: each.url for name, each in connectors.items()},
            casebook,
            lambda channel: channel in connectors and connectors[channel].capabilities.opens_rooms,
            StoredPast(database),
        )
        assistant = build_assistant(settings, rasa, kept)
        mover = PlanMover(plans.kinds, ONE_EACH, withdraw_events, closed_chats, reaches)
        become_one = (
            mover.become_one,
            DiariesBecomeOne(WRITE_AUSBILDUNG),
            staffing.become_one,
        )
        topics = OtherTopics(become_one, mover.speak_in, mover.leave, reaches)
        joins = Joins(database, people.load, forget_chats, tell, topics)
        deliverer = Deliverer(
            database=database,
            connectors=connectors,
            renderer=_renderer(
                diaries,
                others,
                plans,
                clock,
                settings.sheet_variant,
                casebook,
                RelayedFiles(connectors, said_by_coaches["here"]["not_opened"]),
            ),
            people=people,
            clock=clock,
            put_in=lambda connection, chat_id, event: inbox.put_in(connection, chat_id, event),
            wake_turns=lambda: turns.signal.set(1),
        )
        turns = TurnWorkers(
            database=database,
            turn_taker=turn_taker or assistant.conversation,
            people=people,
            standings=Standings(database, post),
            appliers={
                **people.appliers,
                **joins.appliers,
                **ANSWER_APPLIERS,
                **EDITORS_APPLIERS,
                **DIARY_APPLIERS,
                **OTHERS_APPLIERS,
                **plans.appliers,
                **Opening(ledger).appliers,
                **Relaying(ledger).appliers,
                **Telling(ledger).appliers,
                **ending.appliers,
                **staffing.appliers,
                WriteAusbildung: WRITE_AUSBILDUNG,
                EraseEverything: in_turn(staffing.leave, people.appliers[EraseEverything]),
            },
            capabilities=lambda channel: connectors[channel].capabilities,
            apology=failures["turn_failed"],
            clock=clock,
            wake_delivery=deliverer.signal.set,
            show_typing=deliverer.show_typing,
            drafts=assistant.drafts,
        )
        typists = Typists(database, deliverer.show_typing)
        inbox = DurableInbox(database, clock, _acute(assistant), turns.signal.set, typists.typing)
        case_clock = CaseClock(database, clock, inbox.put_in, turns.signal.set)
        plan_clock = PlanClock(
            database, clock, plans.kinds, inbox.put_in, turns.signal.set, mover.out_of_closed
        )
        house = House(
            settings=settings,
            assistant=assistant,
            database=database,
            clock=clock,
            inbox=inbox,
            plans=plans,
            ring=in_turn_rung(plan_clock.ring, case_clock.ring),
            purge=Purge(
                database,
                clock,
                assistant.drafts,
                Reply(load_texts("profile")["drafts_end_soon"]),
                needed_chats(),
                lambda now: purge_cases(database, ledger, now),
            ),
            groups=TeamGroups(database),
            remembered=lambda channel: Remembered(database, channel),
            outbox=deliverer,
            sessions=WebSessions(database, codes, forget_chats),
            turns=turns,
            connectors=connectors,
            rasa=rasa,
        )
        made = make_connectors(house)
        connectors |= {connector.channel: connector for connector in made}
        await stack.enter_async_context(deliverer)
        await stack.enter_async_context(typists)
        await stack.enter_async_context(turns)
        await stack.enter_async_context(
            Timetable(
                timetable(
                    ring=house.ring,
                    purge=house.purge,
                    reload=Reload(
                        (assistant.library, assistant.nudges), assistant.understanding.reload
                    ),
                )
            )
        )
        for connector in made:
            await stack.enter_async_context(connector)
        yield house


async def _rasa(settings: Settings, stack: AsyncExitStack) -> "RasaClient | None":
    """The Rasa server; without one nothing of what asks it is loaded."""
    if not settings.uses_rasa:
        return None
    from bot.rasa.client import RasaClient

    return await stack.enter_async_context(RasaClient(settings.rasa_url))


def _reaching(connectors: Mapping[str, Connector]) -> Callable[[str], bool]:
    """Whether a channel reaches people while the app is closed; one that does not run reaches nobody."""

    def reaches(channel: str) -> bool:
        connector = connectors.get(channel)
        return connector is not None and connector.capabilities.reminds_when_closed

    return reaches


def _renderer(
    diaries: Diaries,
    others: StoredOthers,
    plans: StoredPlans,
    clock: Clock,
    variant: str,
    cases: StoredCases,
    relayed: Renderer,
) -> Renderer:
    """Who makes which file."""
    nachweise = NachweisRenderer(diaries, clock, load_texts("diary"), variant)
    export = ExportRenderer(
        clock,
        {
            "ausbildungsnachweis": nachweise.as_values,
            "weeks_told_twice": others.as_values,
            "plans": plans.as_values,
        },
        {"talks_with_humans": cases.as_values},
    )
    calendars = CalendarRenderer(clock, load_texts("reminders")["calendar"])
    return Renderers(
        {
            EXPORT: export,
            RELAYED_FILE: relayed,
            **dict.fromkeys(nachweise.documents, nachweise),
            **dict.fromkeys(calendars.documents, calendars),
        }
    )


def _acute(assistant: Assistant) -> Callable[[str], OutgoingText | None]:
    def answer(text: str) -> OutgoingText | None:
        found = assistant.crisis(text)
        return OutgoingText(found.reply.text) if found.is_acute and found.reply else None

    return answer
