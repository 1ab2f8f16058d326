import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from bot.delivery.codec import incoming_from_json, incoming_to_json, kind_of
from bot.delivery.inbox import MOST_UNANSWERED, DurableInbox
from bot.delivery.outbox import Deliverer
from bot.delivery.post import OutgoingPost
from bot.delivery.retention import forget_chats, purge
from bot.delivery.rows import tell
from bot.delivery.tables import conversation, incoming, outgoing
from bot.delivery.turns import TurnWorkers
from bot.errors import Closed, NotDelivered, Refused
from bot.escalation.standings import Standings
from bot.events import SlotSet
from bot.messages import (
    Address,
    Choice,
    Command,
    Deletion,
    Due,
    Edit,
    File,
    Gone,
    IncomingContent,
    IncomingMessage,
    Joined,
    OutgoingEnd,
    OutgoingMessage,
    OutgoingText,
    Reaction,
    Text,
    Unreadable,
    spoken_text,
)
from bot.people.export import ExportRenderer
from bot.people.service import People
from bot.people.tables import chat
from bot.ports import NotStored
from bot.storage.database import Database
from bot.tracker import apply
from bot.turn import FileReply, Offer, OnUnknowable, Outcome, Owner, Reply, Situation
from connectors.memory import MemoryConnector
from tests.support import RING

START = datetime(2026, 11, 21, 8, tzinfo=UTC)
APOLOGY = "Da ist bei mir etwas schiefgegangen"


class Echo:
    """A turn taker that says what it heard, and raises, offers or waits when it is told to."""

    def __init__(self) -> None:
        self.raises = 0
        self.situations: list[Situation] = []
        self.before: Callable[[Situation], Awaitable[None]] | None = None

    async def turn(self, situation: Situation) -> Outcome:
        self.situations.append(situation)
        if self.before:
            await self.before(situation)
        words = spoken_text(situation.message.content)
        if "gift" in words:
            self.raises += 1
            raise RuntimeError
        count = int(situation.tracker.slot("count") or 0) + 1
        tracker = apply(situation.tracker, [SlotSet("count", count)])
        if situation.chosen:
            words = situation.chosen.label
        offers = (Offer("eins", "/eins"), Offer("zwei", "/zwei")) if "knopf" in words else ()
        if "datei" in words:
            return Outcome(tracker, (FileReply("export"),))
        unknowable = OnUnknowable.DROP if "erinnern" in words else OnUnknowable.REPEAT
        expires = timedelta(minutes=1) if "eilig" in words else None
        reply = Reply(
            f"{count}: {words}",
            offers,
            is_urgent="not" in words,
            unknowable=unknowable,
            expires_after=expires,
        )
        return Outcome(tracker, (reply,), owner=situation.owner)


@dataclass
class Post:
    """Inbox, turns and outbox over one database, with a clock to move."""

    database: Database
    echo: Echo = field(default_factory=Echo)
    now: datetime = START
    set_aside: list[str] = field(default_factory=list)
    connectors: dict[str, MemoryConnector] = field(default_factory=dict)

    def clock(self) -> datetime:
        return self.now

    def __post_init__(self) -> None:
        people = People(self.database, forget_chats, tell)
        self.deliverer = Deliverer(
            database=self.database,
            connectors=self.connectors,
            renderer=ExportRenderer(self.clock),
            people=people,
            clock=self.clock,
        )
        self.turns = TurnWorkers(
            database=self.database,
            turn_taker=self.echo,
            people=people,
            standings=Standings(self.database, OutgoingPost()),
            appliers=people.appliers,
            capabilities=lambda channel: MemoryConnector.capabilities,
            apology=APOLOGY,
            clock=self.clock,
            wake_delivery=self.deliverer.signal.set,
            show_typing=self.deliverer.show_typing,
            on_set_aside=lambda turn, error: self.set_aside.append(error),
        )
        self.inbox = DurableInbox(
            self.database,
            self.clock,
            lambda text: OutgoingText("hilfe") if "not" in text else None,
            self.turns.signal.set,
        )
        self.memory = MemoryConnector(self.inbox, self.clock)
        self.connectors["memory"] = self.memory

    async def work(self) -> None:
        """Do every turn and every sending that is due now."""
        while await self.turns.work_once("tester"):
            pass
        while await self.deliverer.deliver_once("tester"):
            pass

    def pass_by(self, **time: float) -> None:
        self.now += timedelta(**time)

    @property
    def texts(self) -> list[str]:
        return [text_of(message) for message in self.memory.sent]


def text_of(message: OutgoingMessage) -> str:
    assert isinstance(message.content, OutgoingText)
    return message.content.text


@pytest.fixture
def post(database: Database) -> Post:
    return Post(database)


@asynccontextmanager
async def at_work(post: Post) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(post.deliverer)
        await stack.enter_async_context(post.turns)
        yield


# --- receive -----------------------------------------------------------------------------------


async def test_a_message_is_answered_once_however_often_it_arrives(post: Post) -> None:
    first = await post.memory.says("a", "hallo", external_id="x")
    again = await post.memory.says("a", "hallo", external_id="x")
    await post.work()
    late = await post.memory.says("a", "hallo", external_id="x")
    await post.work()

    assert first.new == again.known == late.known == {"x"}
    assert post.texts == ["1: hallo"]


async def test_a_batch_with_a_repeat_in_it_is_stored_once(post: Post) -> None:
    message = IncomingMessage(Address("memory", "a"), "x", Text("hallo"), START)

    received = await post.inbox.receive([message, message])

    assert received.new == {"x"}


async def test_too_many_unanswered_messages_are_declined_but_never_a_crisis(post: Post) -> None:
    for _ in range(MOST_UNANSWERED):
        await post.memory.says("a", "hallo")

    declined = await post.memory.says("a", "noch eine", external_id="x")
    crisis = await post.memory.says("a", "ich bin in not", external_id="y")

    assert declined.declined == {"x"}
    assert crisis.new == {"y"}


async def test_without_a_database_a_crisis_is_answered_once_at_once(post: Post) -> None:
    message = IncomingMessage(Address("memory", "a"), "x", Text("ich bin in not"), START)
    await post.database.__aexit__(None, None, None)

    with pytest.raises(NotStored) as first:
        await post.inbox.receive([message])
    with pytest.raises(NotStored) as second:
        await post.inbox.receive([message])

    assert first.value.crisis == {"x": OutgoingText("hilfe")}
    assert second.value.crisis == {}


# --- turn --------------------------------------------------------------------------------------


async def test_messages_of_a_chat_are_worked_off_in_order_and_remember(post: Post) -> None:
    for word in ("a", "b", "c"):
        await post.memory.says("chat", word)
    await post.work()

    assert post.texts == ["1: a", "2: b", "3: c"]
    assert [message.number for message in post.memory.sent] == [1, 2, 3]


async def test_a_crisis_goes_before_what_waits(post: Post) -> None:
    await post.memory.says("chat", "erstens")
    await post.memory.says("chat", "ich bin in not")
    await post.work()

    assert post.texts == ["1: ich bin in not", "2: erstens"]


async def test_a_turn_that_always_raises_is_set_aside_after_three_tries(post: Post) -> None:
    await post.memory.says("chat", "gift")
    await post.memory.says("chat", "danach")
    await post.memory.says("anderer", "ich auch")
    await post.work()
    waiting = list(post.texts)
    for _ in range(3):
        post.pass_by(seconds=1)
        await post.work()

    assert waiting == ["1: ich auch"]
    assert post.echo.raises == 3
    assert post.texts == ["1: ich auch", APOLOGY, "1: danach"]
    assert post.set_aside == ["RuntimeError"]


async def test_others_wait_under_a_second_behind_a_poisoned_message(post: Post) -> None:
    post.now = datetime.now(UTC)
    async with at_work(post):
        await post.memory.says("krank", "gift")
        for number in range(20):
            await post.memory.says(f"chat {number}", "hallo")
        sent = await post.memory.arrived(20, within=10)
    others = [message for message in sent if text_of(message) == "1: hallo"]

    assert len(others) == 20


async def test_a_message_that_kills_the_process_is_set_aside_after_ten_starts(post: Post) -> None:
    await post.memory.says("chat", "hallo")
    async with post.database.write() as connection:
        await connection.execute(update(incoming).values(starts=10))
    await post.work()

    assert post.texts == [APOLOGY]


async def test_a_lost_race_runs_again_from_load(post: Post) -> None:
    async def interfere(situation: Situation) -> None:
        post.echo.before = None
        async with post.database.write() as connection:
            await connection.execute(
                update(conversation).values(version=conversation.c.version + 1)
            )

    post.echo.before = interfere
    await post.memory.says("chat", "hallo")
    await post.work()

    assert len(post.echo.situations) == 2
    assert post.texts == ["1: hallo"]


async def test_a_dead_workers_conversation_is_taken_over_when_its_lease_ends(post: Post) -> None:
    await post.memory.says("chat", "hallo")
    async with post.database.write() as connection:
        await connection.execute(
            update(conversation).values(
                turn_holder="dead", turn_until=START + timedelta(seconds=60)
            )
        )
    await post.work()
    held = list(post.texts)
    post.pass_by(seconds=61)
    await post.work()

    assert held == []
    assert post.texts == ["1: hallo"]


async def test_the_payload_goes_with_the_answer_and_the_mark_stays(post: Post) -> None:
    await post.memory.says("chat", "hallo")
    await post.work()
    async with post.database.read() as connection:
        row = (await connection.execute(select(incoming.c.payload, incoming.c.state))).one()
        sent = (await connection.execute(select(outgoing.c.payload, outgoing.c.state))).one()

    assert tuple(row) == (None, "done")
    assert tuple(sent) == (None, "acknowledged")


async def test_a_button_is_known_by_its_token_in_its_own_chat_only(post: Post) -> None:
    await post.memory.says("chat", "knopf")
    await post.work()
    content = post.memory.sent[0].content
    assert isinstance(content, OutgoingText)
    token = content.buttons[1].token
    await post.memory.says("chat", Choice(token))
    await post.memory.says("fremd", Choice(token))
    await post.work()

    situations = post.echo.situations[1:]
    assert [situation.chosen for situation in situations] == [Offer("zwei", "/zwei"), None]
    assert [offer.label for offer in situations[0].offers] == ["eins", "zwei"]
    assert token not in ("eins", "zwei")


# --- deliver -----------------------------------------------------------------------------------


async def test_a_failed_sending_is_tried_again_and_keeps_the_order(post: Post) -> None:
    post.memory.fail_next(NotDelivered("down"))
    await post.memory.says("chat", "a")
    await post.memory.says("chat", "b")
    await post.work()
    early = list(post.texts)
    post.pass_by(seconds=2)
    await post.work()

    assert early == []
    assert post.texts == ["1: a", "2: b"]
    assert [message.number for message in post.memory.sent] == [2, 3]


async def test_back_off_doubles_and_retry_after_is_obeyed(post: Post) -> None:
    for error in (
        NotDelivered("a"),
        NotDelivered("b"),
        NotDelivered("c", retry_after=timedelta(seconds=30)),
    ):
        post.memory.fail_next(error)
    await post.memory.says("chat", "hallo")
    await post.work()
    tries = []
    for seconds in (1.1, 1.1, 1.1, 10, 21):
        post.pass_by(seconds=seconds)
        await post.work()
        async with post.database.read() as connection:
            tries.append(await connection.scalar(select(outgoing.c.tries)))

    assert tries == [2, 2, 3, 3, 4]
    assert post.texts == ["1: hallo"]


async def test_what_is_no_longer_worth_sending_is_dropped(post: Post) -> None:
    post.memory.fail_next(NotDelivered("down", retry_after=timedelta(minutes=2)))
    await post.memory.says("chat", "eilig")
    await post.work()
    post.pass_by(minutes=3)
    await post.work()

    assert post.texts == []


async def test_a_refused_message_is_set_aside_and_the_next_one_goes(post: Post) -> None:
    post.memory.fail_next(Refused("too odd"))
    await post.memory.says("chat", "a")
    await post.memory.says("chat", "b")
    await post.work()

    assert post.texts == ["2: b"]


async def test_a_closed_chat_gets_nothing_more(post: Post) -> None:
    post.memory.fail_next(Closed("blocked"))
    await post.memory.says("chat", "a")
    await post.memory.says("chat", "b")
    await post.work()
    async with post.database.read() as connection:
        owner = await connection.scalar(select(conversation.c.owner))

    assert post.texts == []
    assert owner == Owner.CLOSED


@pytest.mark.parametrize(("word", "expected"), [("hallo", 2), ("erinnern", 1)])
async def test_an_unknowable_sending_is_repeated_or_dropped_as_the_row_says(
    post: Post, word: str, expected: int
) -> None:
    post.memory.fail_next(RuntimeError("broken pipe"), after_effect=True)  # type: ignore[arg-type]
    await post.memory.says("chat", word)
    await post.work()
    post.pass_by(seconds=2)
    await post.work()

    assert post.texts == [f"1: {word}"] * expected
    assert {message.number for message in post.memory.sent} == {1}


@pytest.mark.parametrize(("word", "expected"), [("hallo", ["1: hallo"]), ("erinnern", [])])
async def test_a_row_found_in_flight_after_a_crash_is_unknowable(
    post: Post, word: str, expected: list[str]
) -> None:
    await post.memory.says("chat", word)
    await post.turns.work_once("tester")
    async with post.database.write() as connection:
        await connection.execute(update(outgoing).values(state="sending", number=7, tries=1))
    await post.work()

    assert post.texts == expected
    assert all(message.number == 7 for message in post.memory.sent)


@pytest.mark.parametrize(("hours", "expected"), [(1, ["1: erinnern"]), (25, [])])
async def test_where_a_message_sent_twice_is_shown_once_nothing_is_unknowable(
    post: Post, monkeypatch: pytest.MonkeyPatch, hours: int, expected: list[str]
) -> None:
    safe = replace(MemoryConnector.capabilities, repeats_safely=True)
    monkeypatch.setattr(MemoryConnector, "capabilities", safe)
    await post.memory.says("chat", "erinnern")
    await post.turns.work_once("tester")
    async with post.database.write() as connection:
        await connection.execute(update(outgoing).values(state="sending", number=7, tries=1))
    post.pass_by(hours=hours)
    await post.work()

    assert post.texts == expected


async def test_an_unreachable_person_is_served_when_the_connector_wakes_us(post: Post) -> None:
    post.memory.fail_next(NotDelivered("no page open", until_reachable=True))
    await post.memory.says("chat", "hallo")
    await post.work()
    post.pass_by(hours=1)
    await post.work()
    before = list(post.texts)
    post.deliverer.wake(Address("memory", "chat"))
    await post.work()

    assert before == []
    assert post.texts == ["1: hallo"]


async def test_a_room_to_which_nobody_came_ends_without_what_waited_there(post: Post) -> None:
    for name, is_there in (("empty", False), ("shared", True)):
        if not is_there:
            post.memory.fail_next(NotDelivered("nobody is there", until_reachable=True))
        await post.memory.says(name, "hallo")
        await post.work()
        async with post.database.write() as connection:
            address = select(chat.c.id).where(chat.c.address == name)
            chat_id = await connection.scalar(address)
            assert chat_id is not None
            await OutgoingPost().append(connection, chat_id, [Reply("bis bald")], post.now)
            await OutgoingPost().end_room(connection, chat_id, post.now)
        await post.work()

    said = [(sent.address.chat, sent.content) for sent in post.memory.sent]
    assert said == [
        ("empty", OutgoingEnd()),
        ("shared", OutgoingText("1: hallo")),
        ("shared", OutgoingText("bis bald")),
        ("shared", OutgoingEnd()),
    ]


async def test_a_file_is_rendered_while_it_is_delivered(post: Post) -> None:
    await post.memory.says("chat", "datei")
    await post.work()

    assert getattr(post.memory.sent[0].content, "name", "") == "lernallianz-daten.json"


async def test_workers_stop_and_start_again_without_losing_anything(post: Post) -> None:
    post.now = datetime.now(UTC)
    async with at_work(post):
        await post.memory.says("chat", "a")
        await post.memory.arrived(1)
    await post.memory.says("chat", "b")
    async with at_work(post):
        await post.memory.arrived(2)
        await asyncio.sleep(0.05)

    assert post.texts == ["1: a", "2: b"]


# --- purge -------------------------------------------------------------------------------------


async def test_a_chat_without_consent_is_forgotten_after_a_day(post: Post) -> None:
    await post.memory.says("chat", "hallo")
    await post.work()
    await purge(post.database, post.now + timedelta(hours=23))
    async with post.database.read() as connection:
        after_23 = await connection.scalar(select(func.count(chat.c.id)))
    await purge(post.database, post.now + timedelta(hours=25))
    async with post.database.read() as connection:
        after_25 = await connection.scalar(select(func.count(chat.c.id)))

    assert (after_23, after_25) == (1, 0)


async def test_memory_older_than_a_day_is_not_used_even_before_the_purge(post: Post) -> None:
    await post.memory.says("chat", "a")
    await post.work()
    post.pass_by(hours=25)
    await post.memory.says("chat", "b")
    await post.work()

    assert post.texts == ["1: a", "1: b"]


# --- codec -------------------------------------------------------------------------------------

words = st.text(max_size=30)
contents: st.SearchStrategy[IncomingContent] = st.one_of(
    st.builds(Text, words),
    st.builds(Choice, words),
    st.builds(Command, words, words),
    st.builds(File, words, words, words, st.integers(0), words),
    st.builds(Unreadable, words),
    st.builds(Edit, words, words),
    st.builds(Deletion, words),
    st.builds(Reaction, words, words),
    st.builds(Joined),
    st.builds(Gone, words),
    st.builds(Due, words, st.dictionaries(words, words)),
)


@given(contents, words)
def test_every_message_survives_its_way_through_a_payload(
    content: IncomingContent, external_id: str
) -> None:
    message = IncomingMessage(Address("c", "a"), external_id, content, START)

    stored = incoming_to_json(message)

    assert incoming_from_json(stored, kind_of(content), message.address) == message


async def test_no_word_of_a_person_is_in_the_files_of_the_database(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    from bot.storage.migrate import migrate

    folder = tmp_path_factory.mktemp("raw")
    url = f"sqlite+aiosqlite:///{folder / 'raw.sqlite3'}"
    migrate(url)
    async with Database(url, RING) as database:
        post = Post(database)
        await post.memory.says("chat", "Geheimnis-4711 knopf")
        seen = [_raw(folder)]
        await post.work()
        seen.append(_raw(folder))

    assert all(b"Geheimnis-4711" not in raw for raw in seen)


def _raw(folder: object) -> bytes:
    from pathlib import Path

    return b"".join(path.read_bytes() for path in Path(str(folder)).iterdir())


async def test_a_number_that_may_have_been_seen_is_never_given_anew(post: Post) -> None:
    await post.memory.says("chat", "hallo")
    await post.turns.work_once("tester")
    async with post.database.write() as connection:
        await connection.execute(update(outgoing).values(state="sending", number=7, tries=1))
    post.memory.fail_next(NotDelivered("no page open", until_reachable=True))
    await post.work()
    post.deliverer.wake(Address("memory", "chat"))
    await post.work()

    assert [message.number for message in post.memory.sent] == [7]


async def test_a_message_acknowledged_while_its_sending_returns_stays_acknowledged(
    post: Post,
) -> None:
    await post.memory.says("chat", "hallo")
    await post.turns.work_once("tester")
    async with post.database.write() as connection:
        await connection.execute(update(outgoing).values(state="sending", number=1, tries=1))
    await post.deliverer.acknowledge(Address("memory", "chat"), 1)
    await post.work()

    assert post.texts == []
