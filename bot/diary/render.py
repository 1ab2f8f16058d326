"""The `Renderer` of the diary's files; printing runs in a thread, so that nobody waits for it."""

import asyncio
import json
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any

from bot.clock import Clock
from bot.diary.actions.files import ALL, CSV, JSON, NACHWEIS, PLAN, SICHTVERMERKE
from bot.diary.actions.looking import YEAR
from bot.diary.ausbildung import WEEK, Zeitraum
from bot.diary.export.as_csv import as_csv
from bot.diary.export.as_json import as_json
from bot.diary.export.pdf import Renderer as Printer
from bot.diary.export.sheets import Choice, book
from bot.diary.export.variants import load_variants
from bot.diary.export.wording import load_words
from bot.diary.heatmap import picture
from bot.diary.nachweis import Nachweis
from bot.diary.service import Diaries
from bot.diary.show import DiaryTexts
from bot.messages import OutgoingFile
from bot.turn import Person


class NachweisRenderer:
    """Makes the official form, tables and data of a person's record.

    Args:
        diaries: what is kept.
        clock: the present moment; files bear it.
        texts: `bot/texts/diary.yml`.
        variant: how the chamber wants the sheets, a name in `variants.yml`.
    """

    documents = (NACHWEIS, YEAR)

    def __init__(
        self, diaries: Diaries, clock: Clock, texts: Mapping[str, Any], variant: str
    ) -> None:
        self._diaries = diaries
        self._clock = clock
        self._texts = texts
        self._variant = load_variants()[variant]
        self._words = load_words()

    @cached_property
    def _printer(self) -> Printer:
        return Printer()

    async def render(
        self, document: str, parameters: Mapping[str, Any], person: Person | None
    ) -> OutgoingFile:
        """See `bot.ports.Renderer`."""
        nachweis = await self._nachweis(person)
        if document == YEAR:
            days = _days(parameters)
            data = await asyncio.to_thread(picture, nachweis, days, self._texts)
            caption = DiaryTexts(self._texts).counted(nachweis, days.von, days.bis)
            return OutgoingFile(self._name("year", days.von), "image/png", data, caption)
        match parameters["scope"]:
            case "csv":
                data = as_csv(nachweis, self._words)
                return OutgoingFile(self._name(CSV), "text/csv", data)
            case "json":
                return OutgoingFile(self._name(JSON), "application/json", as_json(nachweis))
            case _:
                return await self._pdf(nachweis, parameters)

    async def as_values(self, person_id: str) -> Any:
        """The whole record as JSON values, for the export of everything that is known about a person."""
        return json.loads(as_json(await self._diaries.load(person_id)))

    async def _nachweis(self, person: Person | None) -> Nachweis:
        return await self._diaries.load(person.person_id) if person else Nachweis()

    async def _pdf(self, nachweis: Nachweis, parameters: Mapping[str, Any]) -> OutgoingFile:
        scope = str(parameters["scope"])
        if scope in (ALL, PLAN):
            choice = Choice(has_cover=True, has_sight=True, stages=(), has_plan=scope == PLAN)
            name = self._name(ALL)
        elif scope == SICHTVERMERKE:
            choice = Choice(has_sheets=False, has_sight=True)
            name = self._name(SICHTVERMERKE)
        else:
            days = _days(parameters)
            choice = Choice(days=days)
            is_week = days.bis - days.von < WEEK
            name = self._name("week" if is_week else "days", days.von, days.bis)
        pages = book(nachweis, choice, self._variant, self._words)
        made = await asyncio.to_thread(self._printer.pdf, pages, self._clock())
        caption = ""
        if made.dropped:
            caption = str(self._texts["dropped"]).format(count=sum(made.dropped.values()))
        return OutgoingFile(name, "application/pdf", made.data, caption)

    def _name(self, key: str, first: date | None = None, last: date | None = None) -> str:
        return str(self._texts["files"][key]).format(first=first, last=last)


def _days(parameters: Mapping[str, Any]) -> Zeitraum:
    return Zeitraum(*(date.fromisoformat(str(parameters[key])) for key in ("first", "last")))
