"""Two learners, on the web and on Telegram, and a team in a group with topics: two whole cases, with a restart.

With `-s` it is printed as everybody sees it.
"""

import base64
import io
import sys
from pathlib import Path

from PIL import Image

from tests.telegram.topic_scene import Scene, said_in, team_in_a_group

GPS_IFD, ARTIST, PHOTOGRAPHER = 0x8825, 0x013B, "Mia Muster"
NOTE = "braucht die Kammer"


async def test_two_cases_in_topics(tmp_path: Path, unused_tcp_port: int) -> None:
    async with team_in_a_group(tmp_path, unused_tcp_port) as scene:
        try:
            await play(scene)
        finally:
            sys.stdout.write(f"{scene.chronicle.as_text()}\n")


async def play(scene: Scene) -> None:
    """What happens; in between, what only a look at everybody's screen tells."""
    # Mia wants a human; nobody but the group hears of it, and chatter stays there.
    await scene.mia_says("mein chef schreit mich jeden tag an")
    await scene.mia_presses("Mit einem Menschen schreiben")
    await scene.mia_presses("Ja, verbinden")
    mia = scene.new_topic()
    await scene.mia_says("heute wieder vor der ganzen werkstatt")
    await scene.writes("Kim", "guten morgen, wer übernimmt?", scene.group)
    await scene.writes("Kim", "/uhrzeit@uhr_bot", mia)
    assert said_in(scene.group) == []
    assert mia.name == "Luchs 1"
    assert ["Alle in dieser Gruppe lesen hier mit." in seen["text"] for seen in mia.pinned] == [
        True
    ]

    # Two press at once; one has it, and only that one is heard.
    await scene.presses("Robin, Kim", "Übernehmen", mia)
    await scene.writes("Kim", "robin, soll ich mitlesen?", mia)
    words = "Das tut mir leid. **Was** war los?"
    sent = await scene.writes("Robin", words, mia, to="heute wieder")
    assert scene.on_page()[-1] == f"(a reply) Robin:\n{words}"
    await scene.edits("Robin", sent, "Das tut mir leid. Was war heute?", mia)
    assert scene.on_page()[-1] == "(a reply) Robin:\nDas tut mir leid. Was war heute?"

    # Pictures both ways, without what tells of their owner.
    await scene.mia_says("er hat meine arbeit in den müll geworfen")
    await scene.mia_sends("arbeit.jpg", "image/jpeg", photo())
    [shown] = [seen["file"] for seen in mia.sees if seen["file"]]
    assert shown is not None
    assert is_clean(shown.data)
    await scene.sends_photo("Robin", photo(), "so sah das bei mir aus", mia)
    assert is_clean(base64.b64decode(list(scene.page.bubbles.values())[-1]["file"]["data"]))

    # A note stays inside; a restart in the middle changes nothing.
    await scene.writes("Robin", f"/notiz {NOTE}", mia)
    await scene.restarts()
    await scene.mia_says("bist du noch da?")
    await scene.writes("Robin", "/vorlage", mia)
    await scene.presses("Robin", "Nachfragen", mia)
    assert scene.on_page()[-1].startswith("Robin:\nMagst du mir noch etwas mehr erzählen?")

    # Meanwhile Ben has a case of his own; nothing of one is seen in the other.
    await scene.writes("Ben", "ich will mit einem menschen schreiben")
    await scene.presses("Ben", "Ja, verbinden")
    ben = scene.new_topic()
    typed = await scene.writes("Ben", "ich hab die prüfung verhuan")
    await scene.presses("Kim", "Übernehmen", ben)
    await scene.edits("Ben", typed, "ich hab die prüfung verhauen")
    assert said_in(ben)[-1] == "Falke 2:\nich hab die prüfung verhauen"
    await scene.writes("Kim", "Welche denn?", ben)

    # Robin hands Mia over; the topic stays, and Kim has it all there.
    await scene.writes("Robin", "/uebergabe", mia)
    await scene.presses("Robin", "Kim", mia)
    await scene.writes("Robin", "viel glück, kim", mia)
    await scene.writes("Kim", "Hallo, hier ist Kim.", mia)
    await scene.mia_says("hallo kim")
    await scene.writes("Kim", "/faelle")
    assert "Deine Fälle:\n• Luchs 1" in said_in(scene.people["Kim"])[-1]

    # The end, with the one question; the topic is closed, and nobody is answered there any more.
    await scene.writes("Kim", "/fertig", mia)
    await scene.presses("Kim", "Geklärt", mia)
    await scene.mia_presses("Ja")
    await scene.mia_presses("Ja, gern")
    before = said_in(mia)
    await scene.writes("Lena", "gut gemacht!", mia)
    assert said_in(mia) == before
    assert [topic.is_closed for topic in (mia, ben)] == [True, False]

    # Ben ends his himself; Mia is with the assistant again.
    await scene.writes("Ben", "/bot")
    assert said_in(ben)[-1] == "Falke 2 hat das Gespräch beendet. Der Fall ist zu."
    assert ben.is_closed
    await scene.mia_says("wie lang ist die probezeit")
    assert "Nächster Schritt" in scene.on_page()[-1]

    assert relayed(scene.on_page(), "Robin", "Kim") == [
        "Robin:\nDas tut mir leid. Was war heute?",
        "Robin:\nso sah das bei mir aus",
        "Robin:\nMagst du mir noch etwas mehr erzählen? Was ist passiert, und was würde dir jetzt am meisten helfen?",
        "Kim:\nHallo, hier ist Kim.",
    ]
    assert relayed(said_in(mia), "Luchs 1") == [
        "Luchs 1:\nheute wieder vor der ganzen werkstatt",
        "Luchs 1:\ner hat meine arbeit in den müll geworfen",
        "Luchs 1:",
        "Luchs 1:\nbist du noch da?",
        "Luchs 1:\nhallo kim",
    ]
    assert relayed(said_in(ben), "Falke 2") == ["Falke 2:\nich hab die prüfung verhauen"]
    assert relayed(said_in(scene.people["Ben"]), "Robin", "Kim") == ["Kim:\nWelche denn?"]
    assert not any(NOTE in each for each in scene.on_page())

    # What was said in topics goes with them.
    await scene.days_pass(29)
    assert [topic.name for topic in scene.group.topics] == ["Luchs 1", "Falke 2"]
    await scene.days_pass(2)
    assert scene.group.topics == []
    assert not any("Luchs" in str(seen) for seen in scene.group.sees)


def relayed(said: list[str], *authors: str) -> list[str]:
    """What these people wrote, without how it is shown."""
    bare = [each.removeprefix("(a reply) ") for each in said]
    words = [each.partition("> ")[2] if each.startswith("<") else each for each in bare]
    return [each.rstrip() for each in words if each.partition(":")[0] in authors]


def photo() -> bytes:
    """A photo that tells where and by whom it was taken."""
    exif = Image.Exif()
    exif[ARTIST] = PHOTOGRAPHER
    exif.get_ifd(GPS_IFD)[1] = "N"
    data = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(data, "JPEG", exif=exif)
    return data.getvalue()


def is_clean(data: bytes) -> bool:
    """Whether a picture tells nothing of its owner."""
    return PHOTOGRAPHER.encode() not in data and not dict(Image.open(io.BytesIO(data)).getexif())
