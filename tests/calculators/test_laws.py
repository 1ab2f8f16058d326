"""What must hold for all values, not only for those of the tables."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from bot.calculators.ausland import ausland
from bot.calculators.fristen import VIER_WOCHEN, fristen
from bot.calculators.mindestverguetung import for_days, load_table, mindestverguetung
from bot.calculators.periods import full_months, last_day
from bot.calculators.teilzeit import HOECHSTENS, teilzeit
from bot.calculators.urlaub import ZWOELFTEL, share, urlaub, werktage
from bot.calculators.verkuerzung import Grund, verkuerzung

DAYS = st.dates(date(2000, 1, 1), date(2080, 12, 31))
DURATIONS = st.integers(12, 48)
FULL = st.decimals(30, 48, places=2)
TABLE = load_table()


@given(DAYS, st.integers(1, 60))
def test_a_period_holds_just_its_months(first: date, months: int) -> None:
    last = last_day(first, months)

    assert full_months(first, last) == months
    assert last_day(first, months - 1) < last < last_day(first, months + 1)


@given(DAYS, DAYS)
def test_full_months_grow_with_time(first: date, last: date) -> None:
    assert full_months(first, last) <= full_months(first, last + timedelta(days=1))


@given(DURATIONS, FULL, st.decimals("0.5", 1, places=4), st.decimals("0.5", 1, places=4), DAYS)
def test_shorter_hours_never_end_earlier(
    dauer: int, full: Decimal, one: Decimal, other: Decimal, begin: date
) -> None:
    less, more = sorted([full * one, full * other])
    pay = Decimal(1000)

    short = teilzeit(dauer, vollzeit=full, stunden=less, beginn=begin, verguetung=pay)
    long = teilzeit(dauer, vollzeit=full, stunden=more, beginn=begin, verguetung=pay)

    assert dauer <= long.dauer <= short.dauer <= dauer * HOECHSTENS
    assert short.ende is not None
    assert long.ende is not None
    assert long.ende <= short.ende
    assert short.verguetung is not None
    assert long.verguetung is not None
    assert short.verguetung <= long.verguetung <= pay
    # The pay is never cut by more than the hours (§ 17 Abs. 5 BBiG).
    assert Fraction(short.verguetung) >= Fraction(pay) * Fraction(less) / Fraction(full)


@given(DURATIONS, st.decimals("0.5", 1, places=4), st.integers(0, 24))
def test_a_request_never_makes_it_longer(dauer: int, part: Decimal, months: int) -> None:
    full = Decimal(40)

    alone = teilzeit(dauer, vollzeit=full, stunden=full * part)
    asked = teilzeit(dauer, vollzeit=full, stunden=full * part, kuerzung=months)

    assert asked.dauer <= alone.dauer


@given(DURATIONS, st.integers(1, 200))
def test_a_longer_stay_never_fits_better(dauer: int, weeks: int) -> None:
    shorter, longer = ausland(dauer, wochen=weeks), ausland(dauer, wochen=weeks + 1)

    assert shorter.passt or not longer.passt
    assert longer.braucht_plan or not shorter.braucht_plan
    # A quarter in whole weeks is no more than a quarter in months.
    assert shorter.hoechstens_wochen * 12 <= shorter.hoechstens * 52


@given(DURATIONS, st.sampled_from(Grund), st.integers(0, 4))
def test_shortening_never_makes_it_longer(dauer: int, reason: Grund, sixes: int) -> None:
    found = verkuerzung(dauer, reason, angerechnet=6 * sixes)

    assert found.dauer is None or 0 < found.dauer <= dauer


@given(st.sampled_from(sorted(TABLE)), st.integers(1, 3), st.decimals(1, 3000, places=2))
def test_pay_rises_each_year(start: int, year: int, branch: Decimal) -> None:
    one = mindestverguetung(TABLE, start, year, branche=branch)
    next_one = mindestverguetung(TABLE, start, year + 1, branche=branch)

    assert one.gesetzlich < next_one.gesetzlich
    assert one.mindestens is not None
    assert one.mindestens >= max(one.gesetzlich, branch * Decimal("0.8"))


@given(st.decimals(1, 3000, places=2), st.integers(0, 30))
def test_more_days_are_paid_more(pay: Decimal, days: int) -> None:
    assert for_days(pay, days) <= for_days(pay, days + 1) <= pay


@given(st.integers(13, 60), st.integers(1, 6))
def test_twelve_twelfths_make_a_year(age: int, days: int) -> None:
    whole = Fraction(werktage(age))
    steps = [share(whole, months) for months in range(ZWOELFTEL + 1)]

    assert steps[0] == 0
    assert steps[-1] == whole
    assert steps == sorted(steps)
    # Rounding gives half a day at most, and takes nothing away.
    for months, part in enumerate(steps):
        assert 0 <= part - whole * months / ZWOELFTEL <= Fraction(1, 2)


@given(st.integers(2000, 2080), st.integers(13, 40), DAYS, DAYS, st.integers(1, 6))
def test_leave_is_never_more_than_a_year_gives(
    year: int, age: int, begin: date, end: date, days: int
) -> None:
    if begin > end or not begin.year <= year <= end.year:
        return
    part = urlaub(year, alter=age, beginn=begin, ende=end, wochentage=days)
    whole = urlaub(year, alter=age, wochentage=days)

    assert 0 <= part.werktage <= whole.werktage
    assert 0 <= part.arbeitstage <= whole.arbeitstage
    assert urlaub(year, alter=age + 1).werktage <= whole.werktage


@given(DAYS, st.integers(1, 3), st.integers(0, 2000))
def test_a_later_notice_never_ends_earlier(begin: date, months: int, days: int) -> None:
    notice = begin + timedelta(days=days)

    one = fristen(begin, months, kuendigung=notice)
    following = fristen(begin, months, kuendigung=notice + timedelta(days=1))

    assert one.letzter_tag is not None
    assert following.letzter_tag is not None
    assert notice <= one.letzter_tag <= notice + VIER_WOCHEN
    assert one.letzter_tag < following.letzter_tag
    assert one.probezeit_ende < fristen(begin, months + 1).probezeit_ende
