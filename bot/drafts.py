"""Drafts: forms that were begun and not finished. Nothing that a person typed into one gets lost. Pure."""

from collections.abc import Mapping

from bot.action import Action, ActionCall, ActionResult, Say
from bot.engine.domain import Form
from bot.events import ActiveLoop, Event, FollowupAction, SessionStarted, SlotSet
from bot.tracker import RANG_AT, Tracker

IS_INTRODUCED = "is_introduced"
"""The slot that says that the person knows that they talk with a program."""


def draft(tracker: Tracker, forms: Mapping[str, Form]) -> str | None:
    """A form that holds something, lacks something and is not active; None when there is none."""
    for name, form in forms.items():
        filled = [tracker.slot(slot) is not None for slot in form.required_slots]
        if name != tracker.active_loop and any(filled) and not all(filled):
            return name
    return None


def is_time_to_offer(tracker: Tracker, happened: tuple[Event, ...]) -> bool:
    """Whether to speak of a draft now: a session began, or another form ended; none is active."""
    return tracker.active_loop is None and any(
        isinstance(event, SessionStarted) or event == ActiveLoop(None) for event in happened
    )


def lasting_slots(forms: Mapping[str, Form]) -> frozenset[str]:
    """The slots that outlive a conversation of a person: what was typed into forms, and that we introduced ourselves."""
    return frozenset(
        {IS_INTRODUCED, RANG_AT, *(slot for form in forms.values() for slot in form.required_slots)}
    )


class ResumeForm:
    """Go on with a draft."""

    name = "action_resume_form"

    def __init__(self, forms: Mapping[str, Form]) -> None:
        self._forms = forms

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        form = str(call.entity("form"))
        if form not in self._forms:
            return ActionResult(says=[Say("utter_nothing_to_resume")])
        return ActionResult(events=[FollowupAction(form)])


class DiscardForm:
    """Forget a draft."""

    name = "action_discard_form"

    def __init__(self, forms: Mapping[str, Form]) -> None:
        self._forms = forms

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        form = self._forms.get(str(call.entity("form")))
        if form is None:
            return ActionResult(says=[Say("utter_nothing_to_resume")])
        emptied = [SlotSet(slot, None) for slot in form.required_slots]
        return ActionResult(events=emptied, says=[Say("utter_form_discarded")])


def actions(forms: Mapping[str, Form]) -> list[Action]:
    """All actions on drafts."""
    return [ResumeForm(forms), DiscardForm(forms)]
