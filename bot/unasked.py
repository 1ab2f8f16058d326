"""What starts by itself, in a turn: whether it may speak, and how its replies leave. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.events import ActiveLoop, SlotSet
from bot.messages import Due
from bot.people.quiet import default_quiet, from_text
from bot.plans.values import EndRinging, RingingState
from bot.proactive import Circumstances, Drop, Verdict, Wait, may_speak
from bot.tracker import IS_IN_CRISIS, RANG_AT, REQUESTED_SLOT, Tracker, apply
from bot.turn import AnyReply, OnUnknowable, Owner, Reply, Situation

ANSWERED_WITHIN = timedelta(hours=12)
"""So long a message may be the answer to what we said unasked."""


def verdict(situation: Situation, due: Due) -> Verdict:
    """Whether a due event may speak now."""
    values = due.entities
    now_there = situation.now.astimezone(ZoneInfo(values["zone"]))
    if values["day"] != now_there.date().isoformat():
        return Drop("its day is over")
    profile = situation.person.profile if situation.person else {}
    own = profile.get("quiet_hours")
    return may_speak(
        Circumstances(
            now=situation.now,
            zone=values["zone"],
            owner=_owner(situation),
            said_at=situation.tracker.said_at if situation.tracker.active_loop else None,
            is_in_crisis=bool(situation.tracker.slot(IS_IN_CRISIS)),
            own_quiet=from_text(own) if own else None,
            default_quiet=default_quiet(profile.get("age_band")),
            breaks_default_quiet=bool(values["breaks_default_quiet"]),
        )
    )


def _owner(situation: Situation) -> Owner:
    """Who speaks with whom we want to tell something; a coach who writes with a learner is still told what is for them."""
    is_coach = situation.standing.seat is not None
    return Owner.ASSISTANT if is_coach and situation.owner is Owner.HUMAN else situation.owner


def silenced(due: Due, why: Wait | Drop) -> EndRinging:
    """What is noted of a ringing that may not speak now."""
    ringing = int(due.entities["ringing"])
    if isinstance(why, Wait):
        return EndRinging(ringing, RingingState.WAITS, why.reason, why.until)
    return EndRinging(ringing, RingingState.SILENT, why.reason)


def without_old_ring(tracker: Tracker, now: datetime) -> Tracker:
    """The conversation without a ringing that nobody answers any more."""
    rang = tracker.slot(RANG_AT)
    if rang is None or now - datetime.fromisoformat(str(rang)) < ANSWERED_WITHIN:
        return tracker
    return replace(tracker, slots={**tracker.slots, RANG_AT: None})


def without_form(tracker: Tracker) -> Tracker:
    """The conversation with its form left; what was typed into it stays a draft."""
    if tracker.active_loop is None:
        return tracker
    return apply(tracker, [ActiveLoop(None), SlotSet(REQUESTED_SLOT, None)])


def unasked(replies: Iterable[AnyReply], situation: Situation, due: Due) -> tuple[AnyReply, ...]:
    """Replies that nobody asked for: never said twice, and worth nothing any more when the local day is over."""
    zone = ZoneInfo(due.entities["zone"])
    today = situation.now.astimezone(zone).date()
    midnight = datetime.combine(today + timedelta(days=1), time(), zone)
    worth = midnight - situation.now
    return tuple(
        replace(reply, unknowable=OnUnknowable.DROP, expires_after=worth)
        if isinstance(reply, Reply)
        else reply
        for reply in replies
    )
