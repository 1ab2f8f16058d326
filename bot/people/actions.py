"""What the dialogues may ask of the people topic: settings, consent, privacy, export, erasure."""

from collections.abc import Callable

from bot.action import Action, ActionCall, ActionResult, Say
from bot.events import Event, FollowupAction, Restarted, SlotSet
from bot.messages import Address
from bot.people.changes import EraseEverything, GiveConsent, IssueCode, KeepProfile
from bot.people.codes import PURPOSES, RECOVERY, new_code
from bot.people.profile import PARENT, SETTINGS, UNDER_16, ProfileTexts, age_band
from bot.turn import FileReply, Reply

PRIVACY_VERSION = "2026-11-2"
"""The version of the privacy text that a consent refers to; a new one asks again."""
SCOPE = "profile"
EXPORT = "export"
AFTER_CONSENT = "after_consent"
"""The slot with the action that waits for the yes or the no, and runs right after it."""
GRANTED, DENIED = "granted", "denied"
"""What that slot holds while the waiting action runs, in the turn of the yes or the no."""
ASK_PARENT = "action_ask_parent"
News = Callable[[Address], Reply]
"""What other chats hear about the chat at an address."""


def known(call: ActionCall) -> dict[str, str]:
    """The settings known now: said in this conversation, else kept."""
    found = ((name, call.profile(name)) for name in SETTINGS)
    return {name: value for name, value in found if value}


def has_consent(call: ActionCall) -> bool:
    """Whether we may keep what the person says, by the present privacy text."""
    person = call.situation.person
    return person is not None and person.consents.get(SCOPE) == PRIVACY_VERSION


def has_parents_consent(call: ActionCall) -> bool:
    """Whether it was a parent who agreed, for somebody under 16."""
    person = call.situation.person
    return person is not None and has_consent(call) and person.profile.get("age_band") == UNDER_16


def waits_for_parent(call: ActionCall) -> bool:
    """Whether a parent has yet to agree, also when that came out only in this turn."""
    person = call.situation.person
    if person is not None and person.waits_until is not None:
        return True
    is_granted = call.tracker.slot(AFTER_CONSENT) == GRANTED
    return is_granted and call.profile("age_band") == UNDER_16 and not has_parents_consent(call)


def ask_to_keep(call: ActionCall, then: str, what: str = "diary") -> ActionResult:
    """Ask for consent; what was typed waits, and the action runs right after the yes.

    Args:
        call: the turn.
        then: the action.
        what: what is to be kept: `utter_ask_consent_<what>`, `utter_<what>_needs_consent`.
    """
    if call.profile("age_band") == UNDER_16:
        return ActionResult(events=[SlotSet(AFTER_CONSENT, then), FollowupAction(ASK_PARENT)])
    was_declined = call.tracker.slot("is_declined")
    asked = f"utter_{what}_needs_consent" if was_declined else f"utter_ask_consent_{what}"
    return ActionResult(events=[SlotSet(AFTER_CONSENT, then)], says=[Say(asked)])


class AskSettings:
    """Show what is known and offer to change it."""

    name = "action_ask_settings"

    def __init__(self, texts: ProfileTexts) -> None:
        self._texts = texts

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        return ActionResult(
            says=[Say("utter_settings", {"profile": self._texts.listed(known(call))})]
        )


class ChooseSetting:
    """Ask for one setting."""

    name = "action_choose_setting"

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        setting = call.entity("setting")
        if setting not in SETTINGS:
            return ActionResult(says=[Say("utter_unknown_value")])
        return ActionResult(says=[Say(f"utter_ask_{setting}")])


class SetProfile:
    """Take a setting that was picked."""

    name = "action_set_profile"

    def __init__(self, texts: ProfileTexts) -> None:
        self._texts = texts

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        setting, value = str(call.entity("setting")), str(call.entity("value"))
        if not self._texts.allows(setting, value):
            return ActionResult(says=[Say("utter_unknown_value")])
        return _taken(call, {setting: value}, self._texts)


class Inform:
    """Take what a person says of themself in their own words: "ich bin 17 und wohne in Hessen"."""

    name = "action_inform"

    def __init__(self, texts: ProfileTexts) -> None:
        self._texts = texts

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        told = {name: str(value) for name in SETTINGS if (value := call.entity(name))}
        if age := call.entity("age"):
            told["age_band"] = age_band(str(age))
        told = {name: value for name, value in told.items() if self._texts.allows(name, value)}
        if not told:
            return ActionResult(events=[FollowupAction("action_ask_settings")])
        return _taken(call, told, self._texts)


def _taken(call: ActionCall, told: dict[str, str], texts: ProfileTexts) -> ActionResult:
    """Hold settings in this conversation, keep them with consent, else ask for that once."""
    what = {"what": ", ".join(texts.one(name, value) for name, value in told.items())}
    held = [SlotSet(name, value) for name, value in told.items()]
    if told.get("age_band") == UNDER_16 and not has_parents_consent(call):
        return _held_under_16(call, told, what)
    if has_consent(call):
        return ActionResult(
            events=[*held, FollowupAction("action_ask_next")],
            says=[Say("utter_kept", what)],
            changes=[KeepProfile(told)],
        )
    if call.profile("age_band") == UNDER_16:
        return ActionResult(events=held, says=[Say("utter_held_under_16", what)])
    if call.tracker.slot("is_declined"):
        return ActionResult(events=held, says=[Say("utter_held", what)])
    return ActionResult(events=held, says=[Say("utter_ask_consent", what)])


def _held_under_16(call: ActionCall, told: dict[str, str], what: dict[str, str]) -> ActionResult:
    """Under 16 nothing is kept beyond the conversation without a parent's consent (Art. 8 DSGVO).

    Who had agreed alone and now says so is asked for a parent's; until then it waits.
    """
    held = [SlotSet(name, value) for name, value in {**known(call), **told}.items()]
    if has_consent(call):
        return ActionResult(events=[*held, FollowupAction(ASK_PARENT)])
    return ActionResult(events=held, says=[Say("utter_held_under_16", what)])


class TakeConsent:
    """The person agreed: keep what they said, and ask for what is still missing."""

    name = "action_give_consent"

    def __init__(self, texts: ProfileTexts) -> None:
        self._texts = texts

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        band = str(call.entity("age_band"))
        profile = {**known(call), "age_band": band}
        what = {
            "what": ", ".join(
                self._texts.one(name, profile[name]) for name in SETTINGS if name in profile
            )
        }
        held = SlotSet("age_band", band)
        waiting = call.tracker.slot(AFTER_CONSENT)
        if band == UNDER_16 or not self._texts.allows("age_band", band):
            held = SlotSet("age_band", UNDER_16)
            if waiting:
                return ActionResult(events=[held, FollowupAction(ASK_PARENT)])
            return ActionResult(events=[held], says=[Say("utter_held_under_16", what)])
        following = str(waiting or "action_ask_next")
        granted = SlotSet(AFTER_CONSENT, GRANTED if waiting else None)
        done = [SlotSet("is_declined", None), granted]
        return ActionResult(
            events=[held, *done, FollowupAction(following)],
            says=[] if waiting else [Say("utter_kept", what)],
            changes=[GiveConsent(scope=SCOPE, version=PRIVACY_VERSION, profile=profile)],
        )


class DeclineConsent:
    """The person said no: it holds for this conversation and is not asked again in it."""

    name = "action_deny_consent"

    def __init__(self, texts: ProfileTexts) -> None:
        self._texts = texts

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        held = self._texts.listed(known(call)).replace("• ", "").replace("\n", ", ")
        declined = SlotSet("is_declined", True)
        if waiting := call.tracker.slot(AFTER_CONSENT):
            denied: list[Event] = [
                declined,
                SlotSet(AFTER_CONSENT, DENIED),
                FollowupAction(str(waiting)),
            ]
            return ActionResult(events=denied)
        return ActionResult(events=[declined], says=[Say("utter_held", {"what": held})])


class AskNext:
    """After something was kept: ask for role, then state, each skippable, one at a time."""

    name = "action_ask_next"

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        for setting in ("role", "state"):
            if call.profile(setting) is None:
                return ActionResult(says=[Say(f"utter_ask_{setting}")])
        is_parent = call.profile("role") == PARENT
        return ActionResult(events=[FollowupAction("action_offer_nudges")] if is_parent else [])


class ShowPrivacy:
    """What happens with data, in short."""

    name = "action_privacy"

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        return ActionResult(says=[Say("utter_privacy")])


class ShowMyData:
    """What is known about the person."""

    name = "action_my_data"

    def __init__(self, texts: ProfileTexts) -> None:
        self._texts = texts

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        person = call.situation.person
        listed = {"profile": self._texts.listed(known(call))}
        if person is None:
            return ActionResult(says=[Say("utter_my_data_nothing", listed)])
        values = {
            **listed,
            "consented": ", ".join(sorted(set(person.consents.values()))),
            "channels": self._texts.chats(person.channels),
        }
        return ActionResult(says=[Say("utter_my_data", values)])


class Export:
    """All data of the person as a JSON file."""

    name = "action_export"

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        here = call.situation.message.address
        parameters = {
            "conversation": dict(call.tracker.slots),
            "chat": [here.channel, here.chat],
        }
        return ActionResult(
            says=[Say("utter_export"), FileReply(document=EXPORT, parameters=parameters)]
        )


class AskErase:
    """Erase at once what only this conversation holds; ask once before deleting a person."""

    name = "action_ask_erase"

    def __init__(self, texts: ProfileTexts) -> None:
        self._texts = texts

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        person = call.situation.person
        if person is None:
            return ActionResult(events=[FollowupAction("action_erase")])
        everywhere = self._texts.everywhere.format(channels=self._texts.chats(person.channels))
        shown = {
            "profile": self._texts.listed(known(call)),
            "all_chats": everywhere if len(person.channels) > 1 else "",
        }
        return ActionResult(says=[Say("utter_ask_erase", shown)])


class Erase:
    """Delete everything; the person's other chats hear of it.

    Args:
        news: what they hear, by the address of this chat.
    """

    name = "action_erase"

    def __init__(self, news: News) -> None:
        self._news = news

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        return ActionResult(
            events=[Restarted(), SlotSet("is_introduced", True)],
            says=[Say("utter_erased")],
            changes=[EraseEverything(self._news(call.situation.message.address))],
        )


class GiveRecoveryCode:
    """A code with which the web chat can be carried on in another browser."""

    name = "action_recovery_code"

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        if call.situation.message.address.channel != "web":
            return ActionResult(says=[Say("utter_recovery_code_elsewhere")])
        code = new_code(RECOVERY)
        until = call.situation.now + PURPOSES[RECOVERY].lifetime
        return ActionResult(
            says=[Say("utter_recovery_code", {"code": code, "until": f"{until:%d.%m.%Y}"})],
            changes=[IssueCode(purpose=RECOVERY, code=code, expires_at=until)],
        )


def actions(texts: ProfileTexts, erased: News) -> list[Action]:
    """All actions of this topic.

    Args:
        texts: how settings are called.
        erased: what a person's other chats hear when everything was deleted, by the address of the chat that did.
    """
    return [
        AskSettings(texts),
        ChooseSetting(),
        SetProfile(texts),
        Inform(texts),
        TakeConsent(texts),
        DeclineConsent(texts),
        AskNext(),
        ShowPrivacy(),
        ShowMyData(texts),
        Export(),
        AskErase(texts),
        Erase(erased),
        GiveRecoveryCode(),
    ]
