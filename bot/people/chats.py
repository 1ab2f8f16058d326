"""The chats of a person, once they are linked: shown, taken away, and which one reminds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.action import Action, ActionCall, ActionResult, Say, offer
from bot.events import Restarted, SlotSet
from bot.messages import Address
from bot.people.changes import RemindIn, UnlinkChat
from bot.people.joined import LinkedChat, Links
from bot.people.naming import ChatTexts
from bot.turn import Change


@dataclass(frozen=True, slots=True)
class Switchboard:
    """What all actions on chats need.

    Attributes:
        links: what is known of chats.
        texts: how they are called.
        reaches: whether a channel reaches people while the app is closed.
        addresses: by channel, the web address by which people come to us there.
    """

    links: Links
    texts: ChatTexts
    reaches: Callable[[str], bool]
    addresses: Callable[[], Mapping[str, str]]

    async def chats(self, call: ActionCall) -> tuple[LinkedChat, ...]:
        """The person's chats, oldest first; none before the first consent."""
        person = call.situation.person
        return await self.links.chats(person.person_id) if person else ()

    def named(self, call: ActionCall, chats: Sequence[LinkedChat]) -> list[LinkedChat]:
        """The chats that a button or the message names."""
        chosen = call.entity("chat")
        if chosen is not None:
            return [each for each in chats if each.chat_id == int(chosen)]
        parse = call.tracker.latest_message
        said = call.entity("argument") or (parse.text if parse and not parse.is_chosen else "")
        return self.texts.named(str(said), chats, call.situation.message.address)

    def reminding(
        self, chats: Sequence[LinkedChat], here: Address
    ) -> tuple[list[Say], list[Change]]:
        """With several chats: ask which one reminds; if only one of them can, it does."""
        able = [each for each in chats if self.reaches(each.address.channel)]
        if len(chats) == 1 or not able:
            return [], []
        if len(able) == 1:
            there = {"channel": self.texts.where(able[0], chats)}
            return [Say("utter_reminds_only_there", there)], [RemindIn(able[0].chat_id)]
        offers = (
            offer(self.texts.name(each, chats), "remind_in", chat=each.chat_id) for each in able
        )
        return [Say("utter_ask_reminder_chat", {}, tuple(offers))], []


class ShowChats:
    """The chats of the person, and what can be done with them."""

    name = "action_show_chats"

    def __init__(self, board: Switchboard) -> None:
        self._board = board

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        chats = await self._board.chats(call)
        if not chats:
            return ActionResult(says=[Say("utter_no_chats")])
        here, texts = call.situation.message.address, self._board.texts
        if len(chats) == 1:
            return ActionResult(says=[Say("utter_one_chat", {"channel": texts.at(here)})])
        return ActionResult(says=[Say("utter_chats", {"chats": texts.listed(chats, here)})])


class AskUnlink:
    """Ask before a chat is taken away; of several it is asked which."""

    name = "action_ask_unlink"

    def __init__(self, board: Switchboard) -> None:
        self._board = board

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        chats = await self._board.chats(call)
        if not chats:
            return ActionResult(says=[Say("utter_no_chats")])
        if len(chats) == 1:
            return ActionResult(says=[Say("utter_unlink_last")])
        texts, here = self._board.texts, call.situation.message.address
        named = self._board.named(call, chats)
        if len(named) != 1:
            offers = (
                offer(
                    texts.label("unlink", texts.name(each, chats)),
                    "unlink_chat",
                    chat=each.chat_id,
                )
                for each in named or chats
            )
            shown = {"chats": texts.listed(chats, here)}
            return ActionResult(says=[Say("utter_unlink_which", shown, tuple(offers))])
        (chat,) = named
        shown = {"channel": texts.where(chat, chats), "chat": str(chat.chat_id)}
        is_here = chat.address == here
        return ActionResult(
            says=[Say("utter_ask_unlink_here" if is_here else "utter_ask_unlink", shown)]
        )


class Unlink:
    """Take a chat away: it knows nothing of the person any more."""

    name = "action_unlink_chat"

    def __init__(self, board: Switchboard) -> None:
        self._board = board

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        chats = await self._board.chats(call)
        named = self._board.named(call, chats) if call.entity("chat") is not None else []
        if not named:
            return ActionResult(says=[Say("utter_unlinked_before")])
        if len(chats) == 1:
            return ActionResult(says=[Say("utter_unlink_last")])
        (chat,) = named
        texts = self._board.texts
        change = UnlinkChat(chat.chat_id, texts.news("unlinked", chat.address))
        if chat.address == call.situation.message.address:
            return ActionResult(
                events=[Restarted(), SlotSet("is_introduced", True)],
                says=[Say("utter_unlinked_here")],
                changes=[change],
            )
        shown = {"channel": texts.where(chat, chats)}
        return ActionResult(says=[Say("utter_unlinked", shown)], changes=[change])


class AskReminderChat:
    """Ask once which chat reminds, unless the person chose one or has but one."""

    name = "action_ask_reminder_chat"

    def __init__(self, board: Switchboard) -> None:
        self._board = board

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        chats = await self._board.chats(call)
        if not chats or any(each.is_for_reminders for each in chats):
            return ActionResult()
        says, changes = self._board.reminding(chats, call.situation.message.address)
        return ActionResult(says=says, changes=changes)


class RemindHere:
    """Remind in the chat that the person names, or ask in which."""

    name = "action_remind_in"

    def __init__(self, board: Switchboard) -> None:
        self._board = board

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        chats, texts = await self._board.chats(call), self._board.texts
        named = self._board.named(call, chats)
        if len(named) == 1:
            return self._chosen(named[0], chats)
        if not named and call.entity("chat") is not None:
            return ActionResult(says=[Say("utter_unlinked_before")])
        parse = call.tracker.latest_message
        unknown = texts.channels_in(parse.text if parse else "") if not named else []
        if unknown:
            channel = texts.at(Address(unknown[0], ""))
            return ActionResult(says=[Say("utter_reminds_not_linked", {"channel": channel})])
        says, changes = self._board.reminding(chats, call.situation.message.address)
        return ActionResult(says=says or [Say("utter_one_chat_reminds")], changes=changes)

    def _chosen(self, chat: LinkedChat, chats: Sequence[LinkedChat]) -> ActionResult:
        shown = {"channel": self._board.texts.where(chat, chats)}
        if not self._board.reaches(chat.address.channel):
            return ActionResult(says=[Say("utter_reminds_not_there", shown)])
        return ActionResult(
            says=[Say("utter_reminds_there", shown)], changes=[RemindIn(chat.chat_id)]
        )


def actions(board: Switchboard) -> list[Action]:
    """All actions on the chats that a person has."""
    return [
        ShowChats(board),
        AskUnlink(board),
        Unlink(board),
        AskReminderChat(board),
        RemindHere(board),
    ]
