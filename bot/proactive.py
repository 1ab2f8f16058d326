"""May we speak to this person now? One rule for reminders, nudges and whatever else starts by itself. Pure.

Crisis answers and what a human writes do not come here: they are never held back.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.people.quiet import Quiet
from bot.turn import Owner

OPEN_FORM = timedelta(minutes=15)
"""A form whose last message is younger is open; an older one is a draft and holds nothing back."""
WHILE_HUMAN = timedelta(minutes=30)
"""After so long it is looked again whether a human still owns the conversation."""


@dataclass(frozen=True, slots=True)
class Speak:
    """Now."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Not before a moment (UTC), and why."""

    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Drop:
    """Not this time, and why."""

    reason: str


Verdict = Speak | Wait | Drop


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What decides whether we may speak.

    Attributes:
        now: aware.
        zone: the IANA name of the person's zone.
        owner: who owns the conversation.
        said_at: when the person wrote last, if a form is active; else None.
        is_in_crisis: an acute crisis was spoken of, and nothing else since.
        own_quiet: the quiet hours that the person set; they yield to nothing.
        default_quiet: those that hold by default; they yield to a time that the person chose in words.
        breaks_default_quiet: the person chose such a time, and was asked.
    """

    now: datetime
    zone: str
    owner: Owner
    said_at: datetime | None = None
    is_in_crisis: bool = False
    own_quiet: Quiet | None = None
    default_quiet: Quiet | None = None
    breaks_default_quiet: bool = False


def may_speak(about: Circumstances) -> Verdict:
    """Whether to speak, to wait, or to let it be.

    What would have to wait for another local day is dropped: it comes too late, or is folded into the next one.
    """
    verdict = _may(about)
    if isinstance(verdict, Wait) and not _is_same_day(about, verdict.until):
        return Drop(verdict.reason)
    return verdict


def _may(about: Circumstances) -> Verdict:
    if about.owner is Owner.CLOSED:
        return Drop("closed")
    if about.is_in_crisis:
        return Drop("crisis")
    if about.owner is Owner.HUMAN:
        return Wait(about.now + WHILE_HUMAN, "human")
    if quiet := _quiet(about):
        return Wait(quiet.ends_after(about.now.astimezone(ZoneInfo(about.zone))), "quiet hours")
    if about.said_at is not None and about.now - about.said_at < OPEN_FORM:
        return Wait(about.said_at + OPEN_FORM, "open form")
    return Speak()


def _quiet(about: Circumstances) -> Quiet | None:
    """The quiet hours that hold now; the person's own stand in for the default."""
    default = None if about.breaks_default_quiet else about.default_quiet
    quiet = about.own_quiet or default
    local = about.now.astimezone(ZoneInfo(about.zone))
    return quiet if quiet and quiet.contains(local.hour * 60 + local.minute) else None


def _is_same_day(about: Circumstances, moment: datetime) -> bool:
    zone = ZoneInfo(about.zone)
    return moment.astimezone(zone).date() == about.now.astimezone(zone).date()
