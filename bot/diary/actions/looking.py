"""Looking at what is there: a week, the gaps, the year, words in one's own entries."""

from datetime import date, timedelta

from bot.action import Action, ActionCall, ActionResult, Say, offer
from bot.diary.actions.desk import Desk, week_asked
from bot.diary.ausbildung import WEEK, monday
from bot.diary.nachweis import Nachweis, WeekState
from bot.diary.rules import found, week_entries
from bot.diary.words import without_wish
from bot.turn import FileReply, Offer

SHOWN_GAPS = 8
SHOWN_FINDS = 8
YEAR = "nachweis_jahr"
"""The document with the picture of a year."""


class OpenDiary:
    """What can be done with the diary, and where it stands."""

    name = "action_open_diary"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        nachweis = await self._desk.nachweis(call)
        missing = self._desk.gaps(nachweis, call)
        name = "utter_diary_with_gaps" if missing else "utter_diary"
        return ActionResult(says=[Say(name, {"count": str(len(missing))})])


class ShowWeek:
    """Show a week: the one named, else the present one."""

    name = "action_show_week"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        today = self._desk.today(call)
        first = week_asked(call, today)
        nachweis = await self._desk.nachweis(call)
        shown = {"week": self._desk.texts.week_shown(nachweis, first, today)}
        return ActionResult(says=[Say("utter_week", shown, self._offers(nachweis, first, today))])

    def _offers(self, nachweis: Nachweis, first: date, today: date) -> tuple[Offer, ...]:
        """What can be done with the week as it stands."""
        label, week = self._desk.texts.label, first.isoformat()
        state, has_entries = nachweis.week(first).state, bool(week_entries(nachweis, first))
        offers = [offer(label("earlier_week"), "show_week", week=(first - WEEK).isoformat())]
        if state in (WeekState.DRAFT, WeekState.RETURNED):
            day = today if monday(today) == first else _first_empty(nachweis, first)
            offers.append(offer(label("write"), "start_entry", day=day.isoformat()))
            if has_entries:
                offers.append(offer(label("change"), "edit_day"))
                offers.append(offer(label("submit"), "submit_week", week=week))
        if state is WeekState.SUBMITTED:
            offers.append(offer(label("withdraw"), "withdraw_week", week=week))
            offers.append(offer(label("returned"), "return_week", week=week))
        if has_entries and state is not WeekState.SIGNED:
            offers.append(offer(label("signed_on_paper"), "sign_week", week=week))
        if state is WeekState.SIGNED:
            offers.append(offer(label("correct"), "correct_week", week=week))
        if has_entries:
            offers.append(offer(label("as_pdf"), "export_nachweis", scope="week", week=week))
        return tuple(offers)


class ShowGaps:
    """List what is missing, and offer to fill it from the oldest on."""

    name = "action_show_gaps"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        nachweis = await self._desk.nachweis(call)
        today, texts = self._desk.today(call), self._desk.texts
        if nachweis.ausbildung.zeitraum is None:
            offers = (offer(texts.label("tell_ausbildung"), "edit_ausbildung"),)
            return ActionResult(says=[Say("utter_gaps_need_dates", {}, offers)])
        missing = self._desk.gaps(nachweis, call)
        if not missing:
            return ActionResult(says=[Say("utter_no_gaps")])
        shown = {
            "gaps": texts.listed(missing[:SHOWN_GAPS], today),
            "count": str(len(missing)),
        }
        next_gap = offer(
            texts.label("next_gap").format(day=texts.day(missing[0], today)),
            "start_entry",
            day=missing[0].isoformat(),
        )
        name = "utter_gaps" if len(missing) <= SHOWN_GAPS else "utter_many_gaps"
        return ActionResult(says=[Say(name, shown, (next_gap,))])


class ShowYear:
    """The year at a glance: a picture where the channel shows files, and text everywhere."""

    name = "action_show_year"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        nachweis = await self._desk.nachweis(call)
        if not nachweis.entries:
            return ActionResult(says=[Say("utter_no_entries")])
        today = self._desk.today(call)
        last = max(today, nachweis.entries[-1].day)
        first = max(nachweis.entries[0].day, last - timedelta(days=364))
        shown = {"year": self._desk.texts.year(nachweis, first, last, today)}
        if call.situation.capabilities.pictures:
            parameters = {"first": first.isoformat(), "last": last.isoformat()}
            picture = FileReply(document=YEAR, parameters=parameters)
            return ActionResult(says=[picture, Say("utter_year_legend")])
        return ActionResult(says=[Say("utter_year", shown)])


class SearchEntries:
    """Find words in one's own entries."""

    name = "action_search_entries"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        parse = call.tracker.latest_message
        told = str(call.entity("argument") or (parse.text if parse else ""))
        words = without_wish(told)
        if not words:
            return ActionResult(says=[Say("utter_search_how")])
        nachweis = await self._desk.nachweis(call)
        finds = found(nachweis, words)
        if not finds:
            return ActionResult(says=[Say("utter_nothing_found", {"words": words})])
        today = self._desk.today(call)
        shown = {
            "words": words,
            "count": str(len(finds)),
            "entries": self._desk.texts.days(finds[:SHOWN_FINDS], today),
        }
        return ActionResult(says=[Say("utter_found", shown)])


def actions(desk: Desk) -> list[Action]:
    """The actions of looking."""
    return [OpenDiary(desk), ShowWeek(desk), ShowGaps(desk), ShowYear(desk), SearchEntries(desk)]


def _first_empty(nachweis: Nachweis, first: date) -> date:
    """The first working day of a week at which nothing stands, else its Monday."""
    days = [first + timedelta(days=number) for number in range(5)]
    return next((day for day in days if not nachweis.of_day(day)), first)
