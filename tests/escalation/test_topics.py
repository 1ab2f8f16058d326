"""A team whose cases are topics of its group: who is heard there, whose words go out, and where a case goes from there."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.escalation.values import State
from bot.messages import Address, Choice, OutgoingEnd
from bot.staffroom import revoke
from tests.escalation.stage import (
    CLAIM,
    LEAD,
    MATRIX,
    TELEGRAM,
    WANTS,
    YES,
    Cast,
    keep_key,
    on_cast,
)

GROUP, TOPIC = "group-1", "group-1/1"
ACUTE = "ich will nicht mehr leben"


@pytest.fixture
async def cast(tmp_path: Path, database_url: str) -> AsyncIterator[Cast]:
    """A running assistant with a team of three in a group, of whom Lena leads it."""
    async with on_cast(tmp_path, database_url) as made:
        keep_key(made.settings)
        await made.team(group=Address(TELEGRAM, GROUP))
        for each in ("robin", "kim"):
            await made.join(each)
        await made.join("lena", role=LEAD)
        yield made


async def opened(cast: Cast, *words: str) -> int:
    """A case of Mia's that waits in the topic."""
    number = await cast.open_case("mia", *words)
    assert (await cast.case(number)).group_channel == TELEGRAM
    return number


async def claimed(cast: Cast, *words: str) -> int:
    """A case of Mia's that Robin took over in the topic."""
    number = await opened(cast, *words)
    await press(cast, "robin", CLAIM)
    return number


async def press(cast: Cast, who: str, label: str, about: str = "") -> list[str]:
    """Press a button in the topic; what is heard there."""
    return await cast.say(TOPIC, Choice(cast.button(TOPIC, label, about).token), sender=who)


def is_closed(cast: Cast) -> bool:
    """Whether the topic was closed."""
    return any(isinstance(each, OutgoingEnd) for each in cast.contents_since(0, TOPIC))


# --- what is said there ------------------------------------------------------------------------


@pytest.mark.parametrize("place", [GROUP, TOPIC])
@pytest.mark.parametrize("who", ["robin", "kim", "stranger"])
async def test_what_people_say_to_each_other_there_is_for_nobody_else(
    cast: Cast, place: str, who: str
) -> None:
    await opened(cast, "hallo")
    before = cast.mark()
    crisis = ("sie will nicht mehr leben",) if who != "stranger" else ()
    for words in ("guten morgen", "wie lang ist die probezeit?", *crisis):
        await cast.say(place, words, sender=who)

    assert cast.said_since(before) == []


async def test_between_two_cases_nobody_is_answered_there(cast: Cast) -> None:
    number = await claimed(cast, "hallo")
    await cast.say(TOPIC, "/fertig", sender="robin")
    await press(cast, "robin", "Geklärt")
    before = cast.mark()
    await cast.say(TOPIC, "gut gemacht!", sender="lena")

    assert (await cast.case(number)).state is State.CLOSED
    assert is_closed(cast)
    assert cast.said_since(before) == []


async def test_only_who_took_it_over_is_heard_by_the_learner(cast: Cast) -> None:
    await claimed(cast, "hallo")
    before = cast.mark()
    await cast.say(TOPIC, "robin, ich lese mit", sender="kim")
    await cast.say(TOPIC, "Was ist passiert?", sender="robin")

    assert cast.said_since(before) == ["Robin: Was ist passiert?"]


async def test_a_command_that_does_not_work_there_says_which_do(cast: Cast) -> None:
    await claimed(cast, "hallo")
    heard = {
        (place, who): await cast.say(place, "/berichtsheft", sender=who)
        for place in (GROUP, TOPIC)
        for who in ("robin", "kim", "stranger")
    }
    [first] = heard[GROUP, "kim"]

    assert first.startswith("Hier gehen /notiz")
    assert {who for who, said in heard.items() if said == [first]} == {
        (place, who) for place in (GROUP, TOPIC) for who in ("robin", "kim")
    }
    assert [heard[place, "stranger"] for place in (GROUP, TOPIC)] == [[], []]


async def test_the_case_stays_when_its_coach_wants_to_turn_away(cast: Cast) -> None:
    number = await claimed(cast, "hallo")
    [heard] = await cast.say(TOPIC, "/bot", sender="robin")

    assert "/fertig" in heard
    assert (await cast.case(number)).state is State.CLAIMED


async def test_who_took_it_over_first_is_named_and_the_button_goes(cast: Cast) -> None:
    await opened(cast, "hallo")
    button = Choice(cast.button(TOPIC, CLAIM).token)
    before = cast.mark()
    await cast.put(TOPIC, button, sender="robin")
    await cast.put(TOPIC, button, sender="kim")
    await cast.stage.settled()

    heard = cast.said_since(before, TOPIC)
    assert sum("hat **Luchs 1** übernommen. Was" in each for each in heard) == 1
    assert sum(each.endswith(f"✓ {CLAIM}") for each in heard) <= 1


# --- where a case goes -------------------------------------------------------------------------


async def test_handed_over_it_stays_in_its_topic(cast: Cast) -> None:
    number = await claimed(cast, "hallo")
    await cast.say(TOPIC, "/notiz braucht die Kammer", sender="robin")
    await cast.say(TOPIC, "/uebergabe", sender="robin")
    before = cast.mark()
    await press(cast, "robin", "Kim")
    in_topic, at_desk = cast.said_since(before, TOPIC), cast.said_since(before, "kim")
    await cast.say(TOPIC, "viel glück", sender="robin")
    await cast.say(TOPIC, "Hier ist Kim.", sender="kim")
    await cast.say("mia", "hallo kim")

    case = await cast.case(number)
    assert (case.staff_name, case.group_channel) == ("Kim", TELEGRAM)
    assert in_topic[-1].startswith("**Kim** hat **Luchs 1** von Robin übernommen.")
    assert len(at_desk) == 1
    assert "im Thema **Luchs 1**" in at_desk[0]
    assert "Kammer" not in at_desk[0]
    assert cast.heard("mia")[-1] == "Kim: Hier ist Kim."
    assert cast.heard(TOPIC)[-1] == "Luchs 1: hallo kim"
    assert not is_closed(cast)


async def test_given_back_it_waits_in_its_topic(cast: Cast) -> None:
    number = await claimed(cast, "hallo")
    await cast.say(TOPIC, "/uebergabe", sender="robin")
    await press(cast, "robin", "Zurück an das Team")
    back = cast.heard(TOPIC)[-1]
    await cast.say("mia", "ist da jemand?")
    await press(cast, "kim", CLAIM, about="zurückgegeben")

    case = await cast.case(number)
    assert back.startswith("Robin hat **Luchs 1** zurückgegeben. Wer übernimmt?")
    assert (case.staff_name, case.group_channel) == ("Kim", TELEGRAM)
    assert cast.heard(TOPIC)[-1] == "Luchs 1: ist da jemand?"
    assert not is_closed(cast)


async def test_of_who_is_revoked_it_waits_in_its_topic(cast: Cast) -> None:
    number = await claimed(cast, "hallo")
    seat = await cast.seat_of("robin")
    assert seat is not None
    before = cast.mark()
    await revoke(cast.settings, seat)
    await cast.stage.settled()
    [told] = cast.said_since(before, TOPIC)
    await cast.say(TOPIC, "Hallo Mia", sender="robin")
    await press(cast, "kim", CLAIM, about="nicht mehr im Team")

    assert told.startswith("Robin ist nicht mehr im Team. Wer übernimmt **Luchs 1**?")
    assert "Robin: Hallo Mia" not in cast.said_since(before)
    assert (await cast.case(number)).group_channel == TELEGRAM
    assert "**Kim** hat **Luchs 1** übernommen." in cast.said_since(before, TOPIC)[-1]
    assert not is_closed(cast)


async def test_who_is_called_on_another_messenger_speaks_there(cast: Cast) -> None:
    await cast.join(f"{MATRIX}:bo")
    number = await opened(cast, "hallo")
    await cast.say(f"{MATRIX}:bo", "/faelle")
    await cast.press(f"{MATRIX}:bo", "Luchs 1 übernehmen")
    await cast.say(f"{MATRIX}:bo", "Hallo, hier ist Bo.")

    assert (await cast.case(number)).group_channel is None
    assert cast.heard("mia")[-1] == "Bo: Hallo, hier ist Bo."
    assert cast.heard(f"{MATRIX}:bo")[-1] == "Luchs 1: hallo"
    assert cast.heard(TOPIC)[-1] == "✓ Bo hat jetzt Luchs 1 übernommen."
    assert is_closed(cast)


async def test_handed_over_to_another_messenger_it_leaves_its_topic(cast: Cast) -> None:
    await cast.join(f"{MATRIX}:bo")
    number = await claimed(cast, "hallo")
    await cast.say(TOPIC, "/uebergabe", sender="robin")
    await press(cast, "robin", "Bo")
    await cast.say(f"{MATRIX}:bo", "Hallo, hier ist Bo.")

    assert (await cast.case(number)).group_channel is None
    assert "• Luchs 1: hallo" in cast.heard(f"{MATRIX}:bo")[-1]
    assert cast.heard("mia")[-1] == "Bo: Hallo, hier ist Bo."
    assert is_closed(cast)


async def test_withdrawn_the_group_reads_so(cast: Cast) -> None:
    await opened(cast, "hallo")
    await cast.say("mia", "/bot")
    await cast.press("mia", "Ja, zurücknehmen")

    assert cast.heard(TOPIC)[-1] == "**Luchs 1** hat die Anfrage zurückgenommen."
    assert is_closed(cast)


async def test_what_one_looks_at_elsewhere_says_where_to_write(cast: Cast) -> None:
    number = await claimed(cast, "hallo")
    alone = await cast.say("robin", f"/fall {number}")
    here = await cast.say(TOPIC, f"/fall {number}", sender="robin")

    assert "Thema" in alone[-1]
    assert "Thema" not in here[-1]
    assert "• Luchs 1: hallo" in alone[-1]


# --- an acute crisis ---------------------------------------------------------------------------


async def test_who_turns_out_to_be_in_a_crisis_while_they_wait_is_called_for_at_once(
    cast: Cast,
) -> None:
    number = await opened(cast, "hallo")
    before = cast.mark()
    await cast.say("mia", ACUTE)

    for each in (TOPIC, "robin", "kim", "lena"):
        [told] = cast.said_since(before, each)
        assert told.startswith("⚠ **Luchs 1** hat von einer akuten Krise gesprochen")
    assert (await cast.case(number)).is_acute
    before = cast.mark()
    await cast.say("mia", "ich will wirklich nicht mehr leben")
    assert cast.said_since(before, TOPIC) == []
    await press(cast, "robin", CLAIM)
    heard = cast.said_since(before, TOPIC)
    position = heard.index(f"Luchs 1: {ACUTE}")
    assert heard[position - 1].startswith(
        "⚠ Die folgende Nachricht klingt nach einer akuten Krise."
    )


async def test_at_an_acute_crisis_everybody_is_called_beside_the_topic(cast: Cast) -> None:
    await cast.say("mia", ACUTE)
    await cast.say("mia", WANTS)
    before = cast.mark()
    await cast.press("mia", YES)
    # That the topic is open comes back as an event.
    await cast.stage.settled()

    for each in ("robin", "kim", "lena", TOPIC):
        assert any("akuten Krise" in said for said in cast.said_since(before, each))
