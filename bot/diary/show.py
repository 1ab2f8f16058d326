"""The diary as lines of a chat. Pure; every word comes from `bot/texts/diary.yml`."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bot.clock import day_in_germany
from bot.diary.ausbildung import WEEK, Ausbildung, Zeitraum, monday, sheet_number, training_year
from bot.diary.nachweis import DayType, Entry, Nachweis, Step
from bot.diary.rules import Proposal, types_of, week_entries

SHOWN_BLOCKS = 4
_HOUR = 60
_QUARTER = 15


@dataclass(frozen=True, slots=True)
class DiaryTexts:
    """The words of `bot/texts/diary.yml`."""

    words: Mapping[str, Any]

    def label(self, name: str) -> str:
        """What a button says."""
        return str(self.words["labels"][name])

    def state(self, state: str) -> str:
        """How a week stands, in a word."""
        return str(self.words["states"][state])

    def field(self, name: str) -> str:
        """How one of the master data is called."""
        return str(self.words["ausbildung"][name])

    def sheet(self, number: int, year: int) -> str:
        """`Blatt 12, 1. Ausbildungsjahr`."""
        return str(self.words["sheet"]).format(number=number, year=year)

    def question(self, kind: str, words: str) -> str:
        """What is asked back when a message was unclear."""
        return str(self.words["questions"][kind]).format(words=words)

    def emptied_day(self, day: date, today: date) -> str:
        """A day at which nothing stands."""
        return f"**{self.named_day(day, today)}**\n• {self.words['nothing']}"

    def ausbildung(self, ausbildung: Ausbildung, today: date) -> str:
        """The master data, one a line."""
        zeitraum = ausbildung.zeitraum
        days = ", ".join(self.words["weekdays"][day] for day in sorted(ausbildung.schultage))
        ahead = [each for each in ausbildung.bloecke if each.bis >= today]
        blocks = "; ".join(self.stretch(each, today) for each in ahead[:SHOWN_BLOCKS])
        told = {
            "beruf": ausbildung.beruf,
            "fachrichtung": ausbildung.fachrichtung,
            "beginn": f"{zeitraum.von:%d.%m.%Y}" if zeitraum else "",
            "ende": f"{zeitraum.bis:%d.%m.%Y}" if zeitraum else "",
            "betrieb": ausbildung.betrieb,
            "ausbilder": ausbildung.ausbilder,
            "abteilung": ausbildung.abteilung,
            "form": self.words["forms"][ausbildung.form],
            "schule": self.words["blocks"] if ausbildung.has_blocks else days,
            "bloecke": blocks,
            "stunden": self.words["yes" if ausbildung.has_hours else "no"],
            "samstag": self.words["yes"] if ausbildung.has_saturday else "",
            "freie_tage": ", ".join(
                self.words["weekdays"][day] for day in sorted(ausbildung.freie_tage)
            ),
            "probezeit": str(ausbildung.probezeit or ""),
            "angerechnet": str(ausbildung.angerechnet or ""),
            "name": ausbildung.name,
            "adresse": ausbildung.adresse,
        }
        return "\n".join(f"• {self.field(name)}: {value}" for name, value in told.items() if value)

    def duration(self, minutes: int) -> str:
        """`7,5 h`; `7 h 20 min` where it is no quarter of an hour."""
        hours, rest = divmod(minutes, _HOUR)
        if rest % _QUARTER:
            return str(self.words["hours_and_minutes"]).format(hours=hours, minutes=rest)
        figure = f"{minutes / _HOUR:g}".replace(".", ",")
        return str(self.words["hours"]).format(hours=figure)

    def day(self, day: date, today: date) -> str:
        """`Mo, 16.11.`, with the year where it is another one."""
        year = "" if day.year == today.year else str(day.year)
        return f"{self.words['short_weekdays'][day.weekday()]}, {day.day}.{day.month}.{year}"

    def named_day(self, day: date, today: date) -> str:
        """`heute (Mi, 18.11.)`."""
        near = {0: "today", -1: "yesterday", 1: "tomorrow"}.get((day - today).days)
        shown = self.day(day, today)
        return f"{self.words[near]} ({shown})" if near else shown

    def on_day(self, day: date, today: date) -> str:
        """`gestern (Fr, 20.11.)` or `am Di, 10.11.`, as it stands in a sentence."""
        named = self.named_day(day, today)
        return named if named != self.day(day, today) else str(self.words["on"]).format(day=named)

    def stretch(self, days: Zeitraum, today: date) -> str:
        """`Mo, 7.9. bis Fr, 25.9.`; a single day as such."""
        if days.von == days.bis:
            return self.day(days.von, today)
        first, last = self.day(days.von, today), self.day(days.bis, today)
        return str(self.words["stretch"]).format(first=first, last=last)

    def week(self, first: date, today: date) -> str:
        """`KW 47 (Mo, 16.11. bis So, 22.11.)`."""
        last = first + WEEK - timedelta(days=1)
        return str(self.words["week"]).format(
            number=first.isocalendar().week,
            first=self.day(first, today),
            last=self.day(last, today),
        )

    def entry(self, entry: Entry) -> str:
        """`Betrieb: Inventur, Kasse (7,5 h)`."""
        kind = str(self.words["types"][entry.type])
        told = f"{kind}: {', '.join(entry.activities)}" if entry.activities else kind
        return told if entry.minutes is None else f"{told} ({self.duration(entry.minutes)})"

    def days(self, entries: Sequence[Entry], today: date) -> str:
        """Entries under their days."""
        lines = []
        for day in sorted({entry.day for entry in entries}):
            lines.append(f"**{self.named_day(day, today)}**")
            lines += [f"• {self.entry(entry)}" for entry in entries if entry.day == day]
        return "\n".join(lines)

    def proposed(self, proposal: Proposal, today: date) -> str:
        """What would be written, and what would not."""
        parts = []
        for day in sorted({entry.day for entry in proposal.added}):
            part = self.days([entry for entry in proposal.added if entry.day == day], today)
            if day in proposal.replaced:
                part += f"\n({self.words['replaces']})"
            parts.append(part)
        for days, name in ((proposal.locked, "locked"), (proposal.outside, "outside")):
            if days:
                parts.append(str(self.words[name]).format(days=self.in_a_row(days, today)))
        return "\n".join(parts)

    def week_shown(self, nachweis: Nachweis, first: date, today: date) -> str:
        """A whole week: where it stands, its entries, topic, reflection and history."""
        week = nachweis.week(first)
        lines = [f"**{self.week(first, today)}** · {self.state(week.state)}"]
        lines += self._sheet(nachweis, first)
        entries = week_entries(nachweis, first)
        lines.append(self.days(entries, today) if entries else f"• {self.words['nothing']}")
        for name in ("school_topic", "hard", "to_ask"):
            if told := getattr(week, name):
                lines.append(f"{self.words[name]}: {told}")
        lines += [self.step(step) for step in week.steps]
        return "\n".join(lines)

    def _sheet(self, nachweis: Nachweis, first: date) -> list[str]:
        zeitraum = nachweis.ausbildung.zeitraum
        if zeitraum is None or not monday(zeitraum.von) <= first <= zeitraum.bis:
            return []
        number, year = (
            sheet_number(zeitraum, first),
            training_year(nachweis.ausbildung, first),
        )
        return [self.sheet(number, year)]

    def step(self, step: Step) -> str:
        """`eingereicht am 20.11.2026`, with name and reason."""
        parts = [str(self.words["steps"][step.kind])]
        if step.is_on_paper:
            parts.append(str(self.words["on_paper"]))
        parts.append(f"{day_in_germany(step.at):%d.%m.%Y}")
        line = " ".join(parts)
        line += f", {step.name}" if step.name else ""
        return f"{line}: {step.text}" if step.text else line

    def year(self, nachweis: Nachweis, first: date, last: date, today: date) -> str:
        """A line a week, a sign a day: the heat map where no picture can be shown."""
        types = types_of(nachweis, first, last)
        lines = []
        week = monday(first)
        while week <= last:
            days = [week + timedelta(days=number) for number in range(6)]
            signs = [str(self.words["signs"].get(types.get(day, ""), "·")) for day in days]
            if any(first <= day <= min(last, today) for day in days):
                lines.append(f"{week.isocalendar().week:02d} {' '.join(signs)}")
            week += WEEK
        return "\n".join(lines)

    def also(self, newest: str, others: Sequence[str], more: int) -> str:
        """`heute (Fr, 20.11.), auch Di, 17.11. · Mi, 18.11. und 3 mehr`."""
        if not others:
            return newest
        name = "also_more" if more > 0 else "also"
        return str(self.words[name]).format(newest=newest, others=" · ".join(others), count=more)

    def in_a_row(self, days: Iterable[date], today: date) -> str:
        """Days beside each other: `Mo, 16.11. · Di, 17.11.`."""
        return " · ".join(self.day(day, today) for day in days)

    def counted(self, nachweis: Nachweis, first: date, last: date) -> str:
        """How many days of each type: `Betrieb 120 · Berufsschule 40`."""
        counts = Counter(types_of(nachweis, first, last).values())
        names = self.words["types"]
        return " · ".join(f"{names[each]} {counts[each]}" for each in DayType if counts[each])

    def listed(self, days: Iterable[date], today: date) -> str:
        """`• Mo, 16.11.`, one line each."""
        return "\n".join(f"• {self.day(day, today)}" for day in days)
