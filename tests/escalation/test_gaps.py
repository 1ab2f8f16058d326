"""A learner lets a coach know when weeks are missing in the diary: asked, told to both at once, and ended."""

import base64
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from bot.diary.ausbildung import Ausbildung, Nachweisform
from bot.diary.nachweis import DayType, Entry, Nachweis
from bot.escalation.gaps import GAPWATCH, NUMBERS, GapWatch, missing_weeks
from bot.messages import Gone
from bot.people.tables import consent
from bot.plans.tables import plan
from bot.staffroom import revoke
from tests.escalation.stage import MATRIX, Cast, on_cast

BERLIN = ZoneInfo("Europe/Berlin")
BEGIN = date(2026, 11, 2)
"""A Monday, three weeks before the tests begin."""
SAID, TOLD = "wollte, dass du es weißt", "Das habe ich jetzt auch **Robin** gesagt"
AGE = "Ja, ich bin 16 oder 17"


@pytest.fixture
async def cast(tmp_path: Path, database_url: str) -> AsyncIterator[Cast]:
    """A team with one coach; it is Monday, ten o'clock."""
    async with on_cast(tmp_path, database_url) as made:
        await made.team()
        await made.join("robin")
        yield made


async def until(cast: Cast, day: str, clock: str = "09:10") -> int:
    """Let time pass until the wall clock in Germany shows a moment: what was sent before, as a mark."""
    before = cast.mark()
    there = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=BERLIN)
    await cast.stage.pass_time((there - cast.stage.clock()) / timedelta(minutes=1))
    return before


async def tell_training(cast: Cast, who: str = "mia", age: str = AGE) -> list[str]:
    """Let a learner tell when their training is, and agree that it is kept."""
    await cast.say(who, "/ausbildung")
    await cast.press(who, "Angaben machen")
    await cast.say(who, "Koch", f"{BEGIN:%d.%m.%Y}", "31.10.2029")
    for label in ("Überspringen", "Überspringen", "Wöchentlich", "Überspringen", "Ja, mit Stunden"):
        await cast.press(who, label)
    await cast.say(who, "Beispiel, Mia")
    return await cast.press(who, age)


async def write(cast: Cast, *days: str) -> None:
    """Let Mia write into weeks of her diary."""
    for day in days:
        await cast.say("mia", f"am {day} Inventur 8h")
        await cast.press("mia", "Ja, speichern")


async def wrote_with(cast: Cast, coach: str = "robin", learner: str = "mia") -> int:
    """A case of a learner that a coach took over, and that the learner ended."""
    number = await cast.open_case(learner, "hallo")
    await cast.claim(coach, number)
    await cast.say(learner, "/bot")
    await cast.say(coach, "/bot")
    return number


async def allowed(cast: Cast, weeks: int = 3) -> int:
    """Everything that is needed, and Mia's yes: the number of her case."""
    await tell_training(cast)
    number = await wrote_with(cast)
    await cast.say("mia", "/mitteilen")
    await cast.press("mia", f"Ab {weeks} Wochen")
    assert await plans(cast) == 1
    return number


async def plans(cast: Cast) -> int:
    """How many learners allowed it."""
    return len(await cast.rows(select(plan.c.id).where(plan.c.kind == GAPWATCH.name)))


async def leave(cast: Cast, coach: str) -> None:
    """Let the operator end a coach's seat."""
    seat = await cast.seat_of(coach)
    assert seat is not None
    key = base64.b64encode(b"0123456789abcdef" * 2).decode()
    cast.settings.keys.write_text(f"test {key}\n", encoding="ascii")
    cast.settings.keys.chmod(0o600)
    await revoke(cast.settings, seat)
    await cast.stage.settled()


# --- asked ---------------------------------------------------------------------------------------


async def test_the_question_says_who_what_how_long_and_how_to_end_it(cast: Cast) -> None:
    await tell_training(cast)
    await wrote_with(cast)

    (question,) = await cast.say("mia", "/mitteilen")

    assert "sage ich **Robin** Bescheid" in question
    assert "nur, wie viele Wochen fehlen. Nie, was darin steht." in question
    assert "bis Mo, 24.5.2027. Mit /mitteilen beendest du es jederzeit." in question
    assert question.endswith("Ab wie vielen fehlenden Wochen darf ich **Robin** Bescheid sagen?")
    assert await plans(cast) == 0
    refused = await cast.press("mia", "Gar nicht")
    assert "ich sage niemandem etwas" in refused[-1]
    assert await plans(cast) == 0


async def test_it_can_be_allowed_inside_a_case_and_the_coach_sees_nothing_of_it(
    cast: Cast,
) -> None:
    await tell_training(cast)
    await cast.claim("robin", await cast.open_case("mia", "hallo"))
    before = cast.mark()

    await cast.say("mia", "/mitteilen")
    heard = await cast.press("mia", "Ab 2 Wochen")

    assert "Fehlen montags 2 Wochen oder mehr, sage ich **Robin** Bescheid" in heard[-1]
    assert await plans(cast) == 1
    assert cast.said_since(before, "robin") == []


async def test_without_a_coach_or_a_training_it_says_what_is_missing(cast: Cast) -> None:
    assert "sobald jemand aus dem Team mit dir schreibt" in (await cast.say("mia", "/mitteilen"))[0]
    await cast.open_case("mia", "hallo")
    assert "sobald jemand aus dem Team mit dir schreibt" in (await cast.say("mia", "/mitteilen"))[0]
    await cast.say("mia", "/bot")
    await cast.press("mia", "Ja, zurücknehmen")
    await wrote_with(cast)

    heard = await cast.say("mia", "/mitteilen")

    assert "wann deine Ausbildung beginnt und endet" in heard[0]


async def test_the_last_coach_counts_although_a_new_case_waits(cast: Cast) -> None:
    await tell_training(cast)
    await wrote_with(cast)
    await cast.open_case("mia", "noch etwas")

    assert "**Robin**" in (await cast.say("mia", "/mitteilen"))[0]


async def test_under_16_a_parent_must_have_agreed(cast: Cast) -> None:
    shown = await tell_training(cast, age="Ich bin unter 16")
    code = next(word.strip("*") for each in shown for word in each.split() if "-" in word[4:6])
    await wrote_with(cast)

    waiting = await cast.say("mia", "/mitteilen")
    await cast.say(f"{MATRIX}:papa", f"/bestaetigen {code}")
    label = next(each.label for each in cast.buttons(f"{MATRIX}:papa") if "Ja" in each.label)
    await cast.press(f"{MATRIX}:papa", label)
    asked = await cast.say("mia", "/mitteilen")

    assert "sobald deine Eltern zugestimmt haben" in waiting[0]
    assert "Ab wie vielen fehlenden Wochen" in asked[0]


async def test_who_agreed_to_an_older_privacy_text_is_asked_again_before_it_is_kept(
    cast: Cast,
) -> None:
    await tell_training(cast)
    await wrote_with(cast)
    async with cast.stage.house.database.write() as connection:
        await connection.execute(update(consent).values(version="before"))

    await cast.say("mia", "/mitteilen")
    asked = await cast.press("mia", "Ab 4 Wochen")
    before = await plans(cast)
    declined = await cast.press("mia", "Nein, nicht merken")
    await cast.say("mia", "/mitteilen")
    again = await cast.press("mia", "Ab 4 Wochen")
    kept = await cast.press("mia", AGE)

    assert "muss ich mir merken, was du gewählt hast" in asked[-1]
    assert (before, await plans(cast)) == (0, 1)
    assert "ich sage niemandem etwas" in declined[-1]
    assert "Ohne dein Ja merke ich mir nichts" in again[-1]
    assert "Fehlen montags 4 Wochen oder mehr" in kept[-1]


async def test_when_the_case_changed_hands_before_the_yes_it_is_asked_anew(cast: Cast) -> None:
    await tell_training(cast)
    await wrote_with(cast)
    await cast.join("kim")
    await cast.say("mia", "/mitteilen")
    await wrote_with(cast, "kim")

    heard = await cast.press("mia", "Ab 3 Wochen")

    assert "darf ich **Kim** Bescheid sagen?" in heard[-1]
    assert await plans(cast) == 0


# --- told ----------------------------------------------------------------------------------------


async def test_both_hear_the_number_at_once_and_again_only_after_it_was_less(cast: Cast) -> None:
    number = await allowed(cast)

    before = await until(cast, "2026-11-30", "08:55")
    assert cast.said_since(before) == []
    before = await until(cast, "2026-11-30")
    assert sorted(cast.said_since(before)) == [
        f"**{cast.who(number)}** wollte, dass du es weißt: Im Berichtsheft fehlen gerade 4 Wochen. "
        "Was darin steht, erfährst du von mir nicht.",
        "In deinem Berichtsheft fehlen gerade 4 Wochen. Das habe ich jetzt auch **Robin** gesagt, "
        "wie du es wolltest: nur die Zahl. Mit /eintragen holst du es nach.",
    ]
    before = await until(cast, "2026-12-07")
    assert cast.said_since(before) == []
    await write(cast, "3.11.2026", "10.11.2026", "17.11.2026")
    before = await until(cast, "2026-12-14")
    assert cast.said_since(before) == []
    await write(cast, "24.11.2026", "1.12.2026")
    before = await until(cast, "2026-12-21")
    assert cast.said_since(before) == []
    before = await until(cast, "2026-12-28")
    assert len([each for each in cast.said_since(before, "robin") if SAID in each]) == 1
    assert len([each for each in cast.said_since(before, "mia") if TOLD in each]) == 1


async def test_fewer_weeks_than_allowed_are_told_to_nobody(cast: Cast) -> None:
    await allowed(cast, weeks=4)
    await write(cast, "3.11.2026")

    before = await until(cast, "2026-11-30")

    assert cast.said_since(before) == []


async def test_while_they_write_with_each_other_nothing_is_told(cast: Cast) -> None:
    await allowed(cast)
    await until(cast, "2026-11-27", "15:00")
    await cast.claim("robin", await cast.open_case("mia", "hallo"))

    before = await until(cast, "2026-11-30", "10:00")

    assert not [each for each in cast.said_since(before) if SAID in each or TOLD in each]


# --- ended ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["/mitteilen aus", "button", "/stopp", "/loeschen", "gone"])
async def test_who_ends_it_is_spoken_of_no_more(cast: Cast, way: str) -> None:
    await allowed(cast)
    if way == "button":
        await cast.say("mia", "/mitteilen")
        await cast.press("mia", "Nicht mehr mitteilen")
    else:
        await cast.say("mia", Gone() if way == "gone" else way)
    if way == "/loeschen":
        await cast.press("mia", "Ja, alles löschen")

    before = await until(cast, "2026-12-07")

    assert await plans(cast) == (1 if way == "gone" else 0)
    assert cast.said_since(before) == []


async def test_stop_right_after_it_was_told_ends_it(cast: Cast) -> None:
    await allowed(cast)
    await until(cast, "2026-11-30")

    heard = await cast.say("mia", "Stopp")

    assert "ab jetzt sage ich niemandem mehr, ob Wochen fehlen" in heard[0]
    assert await plans(cast) == 0


async def test_when_the_coach_has_left_it_ends_and_the_learner_hears_it(cast: Cast) -> None:
    await allowed(cast)
    await leave(cast, "robin")

    before = await until(cast, "2026-11-30")

    assert cast.said_since(before) == [
        "**Robin** ist nicht mehr im Team. Darum sage ich niemandem mehr Bescheid, wenn in deinem "
        "Berichtsheft Wochen fehlen."
    ]
    assert await plans(cast) == 0
    assert "sobald jemand aus dem Team" in (await cast.say("mia", "/mitteilen"))[0]


async def test_a_coach_who_hears_nothing_more_is_not_said_to_have_heard(cast: Cast) -> None:
    await allowed(cast)
    await cast.say("robin", "/stopp")

    before = await until(cast, "2026-11-30")

    assert cast.said_since(before) == []


async def test_after_half_a_year_it_ends_and_the_learner_hears_it(cast: Cast) -> None:
    await allowed(cast)

    await until(cast, "2027-05-24")
    last = await plans(cast)
    before = await until(cast, "2027-05-31")

    assert (last, await plans(cast)) == (1, 0)
    assert cast.said_since(before)[0].startswith("Das halbe Jahr ist um")
    assert not [each for each in cast.said_since(before, "robin") if SAID in each]


# --- what counts ---------------------------------------------------------------------------------

TODAY = date(2026, 11, 30)
WEEKS = [BEGIN + timedelta(weeks=number) for number in range(4)]


def trained(*entries: Entry, form: Nachweisform = Nachweisform.TAEGLICH) -> Nachweis:
    """A record of a training that began four weeks ago."""
    training = Ausbildung(beginn=BEGIN, ende=date(2029, 10, 31), form=form)
    return Nachweis(ausbildung=training, entries=tuple(sorted(entries, key=lambda each: each.day)))


def days(week: date, kind: DayType, count: int = 5) -> list[Entry]:
    """The first days of a week, all of one type."""
    return [Entry(week + timedelta(days=number), kind) for number in range(count)]


@pytest.mark.parametrize("form", Nachweisform)
@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([], 4),
        (days(WEEKS[0], DayType.BETRIEB, 1), 3),
        (days(WEEKS[0], DayType.URLAUB), 3),
        (days(WEEKS[0], DayType.URLAUB, 4), 4),
        ([each for week in WEEKS for each in days(week, DayType.BETRIEB, 4)], 0),
    ],
)
def test_a_week_is_missing_when_nothing_of_the_training_is_told(
    form: Nachweisform, entries: list[Entry], expected: int
) -> None:
    assert missing_weeks(trained(*entries, form=form), TODAY, "he") == expected


def test_the_week_that_is_not_over_and_an_unknown_training_are_not_missing() -> None:
    assert missing_weeks(trained(), TODAY - timedelta(days=3), "he") == 3
    assert missing_weeks(Nachweis(), TODAY, "he") == 0


def watch(weeks: int) -> GapWatch:
    """What somebody allowed."""
    return GapWatch(1, 1, "Robin", 12, weeks, TODAY, "Europe/Berlin")


@given(st.sampled_from(NUMBERS), st.lists(st.integers(0, 6), max_size=30))
def test_the_coach_is_told_each_time_that_it_has_become_enough(
    weeks: int, counts: list[int]
) -> None:
    now, told = watch(weeks), []
    for count in counts:
        told.append(now.must_tell(count))
        now = GapWatch.of(now.looked_at(count).as_json())

    before = [0, *counts]
    assert told == [last < weeks <= count for last, count in zip(before, counts, strict=False)]


def test_it_is_looked_at_on_mondays_at_nine_where_the_learner_is() -> None:
    abroad = {**watch(3).as_json(), "zone": "Europe/Lisbon"}
    after = datetime(2027, 3, 22, 12, tzinfo=UTC)

    moments = [GAPWATCH.next_due(each, after) for each in (watch(3).as_json(), abroad)]

    assert moments == [datetime(2027, 3, 29, hour, tzinfo=UTC) for hour in (7, 8)]
