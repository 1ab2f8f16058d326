"""From a message it is read what was done on which day; what is not certain is asked back."""

import json
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.diary.nachweis import DayType
from bot.diary.parsing import parsed
from bot.diary.reading import LONGEST_MESSAGE, Doubt, read

TODAY = date(2026, 11, 25)  # a Wednesday


def told(message: str) -> list[str]:
    """By entry `25. betrieb 8: Reifen gewechselt; Ölwechsel`."""
    return [
        f"{entry.day:%d.%m.} {entry.type}"
        + (f" {entry.minutes / 60:g}" if entry.minutes is not None else "")
        + (": " + "; ".join(entry.activities) if entry.activities else "")
        for entry in read(message, TODAY).entries
    ]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (
            "heute: Kundengespräch geführt, 3 h, danach Berufsschule Netzplan 4h",
            ["25.11. betrieb 3: Kundengespräch geführt", "25.11. schule 4: Netzplan"],
        ),
        ("Gurken geschält und Suppe gekocht, zusammen 8 h", ["25.11. betrieb 8: Gurken geschält; Suppe gekocht"]),
        (
            "gestern von 8 bis 16:30 mit 30 min Pause Kabel gezogen",
            ["24.11. betrieb 8: Kabel gezogen"],
        ),
        ("halb acht bis vier Bretter gehobelt", ["25.11. betrieb 8.5: Bretter gehobelt"]),
        ("Mo-Mi Urlaub", ["23.11. urlaub", "24.11. urlaub", "25.11. urlaub"]),
        ("Berufsschule: Mathe und WiSo", ["25.11. schule: Mathe; WiSo"]),
        ("diensatg berufschule englisch 6 std", ["24.11. schule 6: englisch"]),
        ("freitag hab ich urlaub", ["27.11. urlaub"]),
        ("freitag hatte ich urlaub", ["20.11. urlaub"]),
        ("Freitag Kasse 5h", ["20.11. betrieb 5: Kasse"]),
        ("seit montag krankgeschrieben", ["23.11. krank", "24.11. krank", "25.11. krank"]),
        ("krank bis freitag", ["25.11. krank", "26.11. krank", "27.11. krank"]),
        ("morgen frei", ["26.11. frei"]),
        ("heute überstunden abgebaut", ["25.11. frei: überstunden abgebaut"]),
        ("gestern zahnarzt, deshalb frei", ["24.11. frei: zahnarzt"]),
        ("heute früh arzttermin, dann 5h lager", ["25.11. betrieb 5: lager"]),
        ("8-12 schule 13-17 betrieb", ["25.11. schule 4", "25.11. betrieb 4"]),
        ("10h baustelle, davon 1h fahrt", ["25.11. betrieb 9: baustelle", "25.11. betrieb 1: fahrt"]),
        ("lager und kasse je 2h", ["25.11. betrieb 2: lager", "25.11. betrieb 2: kasse"]),
        (
            "2h Post, 3h Ablage, Rest Telefon",
            ["25.11. betrieb 2: Post", "25.11. betrieb 3: Ablage", "25.11. betrieb: Telefon"],
        ),
        ("um 8 angefangen, Wände gestrichen bis 12", ["25.11. betrieb 4: Wände gestrichen"]),
        ("heute montage beim kunden 8h", ["25.11. betrieb 8: montage beim kunden"]),
        ("keine schule, teile gebohrt 8h", ["25.11. betrieb 8: teile gebohrt"]),
        ("3h für die schule gelernt", ["25.11. betrieb 3: für die schule gelernt"]),
        ("wie viele stunden muss ich eintragen? egal, heute Inventur 7,5 std", ["25.11. betrieb 7.5: Inventur"]),
        ("Mo BS Di Betrieb Backstube Mi krank", ["23.11. schule", "24.11. betrieb: Backstube", "25.11. krank"]),
        ("gestern pflaster gesetzt 8h, heute auch 6h", ["24.11. betrieb 8: pflaster gesetzt", "25.11. betrieb 6: pflaster gesetzt"]),
        ("gestern äh nee vorgestern schulung excel", ["23.11. unterweisung: excel"]),
        ("am 6.4. ostermontag", ["06.04. feiertag"]),
        (
            "Mo: 8h Lager\nDi: 8h Kasse\nMi: BS",
            ["23.11. betrieb 8: Lager", "24.11. betrieb 8: Kasse", "25.11. schule"],
        ),
        ("nix besonderes, decke gestrichen, boah bin ich müde", ["25.11. betrieb: decke gestrichen"]),
        # After a course with hours of its own one goes back to work, but not from one at another place.
        ("Unterweisung Brandschutz 2 h, danach Kreditoren 6 h", ["25.11. unterweisung 2: Brandschutz", "25.11. betrieb 6: Kreditoren"]),
        ("Schulung Excel 8-12 Uhr, Lager 12:30-16:30", ["25.11. unterweisung 4: Excel", "25.11. betrieb 4: Lager"]),
        ("ÜLU schweißen 4h, danach fräsen 4h", ["25.11. unterweisung 4: schweißen", "25.11. unterweisung 4: fräsen"]),
        ("innerbetrieblicher Unterricht Hygiene, 3 Std", ["25.11. unterweisung 3: Hygiene"]),
        ("klassenarbeit in mathe, danach englisch", ["25.11. schule: klassenarbeit in mathe; englisch"]),
        # What is no activity.
        ("letzter tag vorm urlaub, werkstatt aufgeräumt 4h", ["25.11. betrieb 4: werkstatt aufgeräumt"]),
        ("Hallo, Rasen gemäht, Arbeitszeit 8 Std. LG Jonas", ["25.11. betrieb 8: Rasen gemäht"]),
        ("heid hob i späne zammkehrt, gsamt 8 stond", ["25.11. betrieb 8: späne zammkehrt"]),
        ("Am heutigen Mittwoch Bremsen erneuert", ["25.11. betrieb: Bremsen erneuert"]),
        ("Bericht für 12.05.: Folien geklebt", ["12.05. betrieb: Folien geklebt"]),
        ("gestern war ich in der praxis und habe termine vergeben", ["24.11. betrieb: termine vergeben"]),
        ("war heute in der küche", ["25.11. betrieb: in der küche"]),
        ("sooo viel los heute, hab waren eingeräumt", ["25.11. betrieb: waren eingeräumt"]),
        ("früher gegangen wegen migräne, 3h kasse", ["25.11. betrieb 3: kasse"]),
        # What belongs together, and what does not.
        ("die Ware verpackt und etikettiert 2h", ["25.11. betrieb 2: die Ware verpackt und etikettiert"]),
        ("die Bestellungen der Filialen kommissioniert", ["25.11. betrieb: die Bestellungen der Filialen kommissioniert"]),
        ("brezeln geschlungen teig gewogen", ["25.11. betrieb: brezeln geschlungen; teig gewogen"]),
        ("mit dem Gesellen eine Treppe ausgemessen", ["25.11. betrieb: mit dem Gesellen eine Treppe ausgemessen"]),
        ("Patchfeld 2. OG, Obst und Gemüse", ["25.11. betrieb: Patchfeld 2. OG; Obst und Gemüse"]),
        ("Doku im Homeoffice geschrieben", ["25.11. betrieb: Doku im Homeoffice geschrieben"]),
        # Hours.
        ("kanten angeleimt 7,5", ["25.11. betrieb 7.5: kanten angeleimt"]),
        ("mo tapeziert 8, di gestrichen 6", ["23.11. betrieb 8: tapeziert", "24.11. betrieb 6: gestrichen"]),
        ("Halle 3 gefegt, Tor 7", ["25.11. betrieb: Halle 3 gefegt; Tor 7"]),
        ("Kabel gezogen, von 7 Uhr bis 15 Uhr 30, Pause 30 Minuten", ["25.11. betrieb 8: Kabel gezogen"]),
        ("Mein Arbeitstag begann um 6:00 Uhr und endete um 14:15 Uhr, davon 45 Minuten Pause. Ich habe gedreht.", ["25.11. betrieb 7.5: gedreht"]),
        ("Video geschnitten, Ton gemischt, zusammen 6h, dann 1h Sitzung", ["25.11. betrieb 6: Video geschnitten; Ton gemischt", "25.11. betrieb 1: Sitzung"]),
        ("Post sortiert. War von 7:45 bis 12:30 und von 14:30 bis 18:00 in der Praxis.", ["25.11. betrieb 8.25: Post sortiert"]),
        ("Empfang von halb acht bis drei, dann noch bis vier Ablage", ["25.11. betrieb 7.5: Empfang", "25.11. betrieb 1: Ablage"]),
        ("zwei stunden post nee warte drei stunden post", ["25.11. betrieb 3: post"]),
        ("ausgeholfen 10-15 uhr, eis verkauft", ["25.11. betrieb 5: ausgeholfen; eis verkauft"]),
        ("7-16 Uhr Fliesen gelegt, Pause von 12 bis 13 Uhr", ["25.11. betrieb 8: Fliesen gelegt"]),
        ("8 statt 7 stunden kartons gefaltet", ["25.11. betrieb 8: kartons gefaltet"]),
        ("2 std länger, also 10 std, bagger gefahren", ["25.11. betrieb 10: bagger gefahren"]),
        ("Reusen geflickt, so 9 Std", ["25.11. betrieb 9: Reusen geflickt"]),
        # Days.
        ("die ganze woche lager außer montag da war schule", ["24.11. betrieb: lager", "25.11. betrieb: lager", "23.11. schule"]),
        ("montag hab ich frei gehabt", ["23.11. frei"]),
        ("Diese Woche: Mo und Di Schule (Mo LF5, Englisch, Di Politik)", ["23.11. schule: LF5; Englisch", "24.11. schule: Politik"]),
        ("gestern und heute schule, gestern mathe und heute sport", ["24.11. schule: mathe", "25.11. schule: sport"]),
        ("berufsschule is ausgefallen, war im betrieb und hab kabel konfektioniert 8h", ["25.11. betrieb 8: kabel konfektioniert"]),
        ("ab montag wieder im betrieb: inventur, di schule", ["23.11. betrieb: inventur", "24.11. schule"]),
        ("au bis 27.11.", ["25.11. krank", "26.11. krank", "27.11. krank"]),
        ("heute homeoffice", ["25.11. betrieb"]),
    ],
)  # fmt: skip
def test_what_was_done(message: str, expected: list[str]) -> None:
    reading = read(message, TODAY)
    assert told(message) == expected
    assert reading.is_entry
    assert reading.questions == ()


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (
            "heut war richtig was los im laden, 4 std kasse und 3 std regale eingeräumt",
            ["25.11. betrieb 4: kasse", "25.11. betrieb 3: regale eingeräumt"],
        ),
        (
            "gestern wars glatt, da haben wir 2 std salz gestreut und dann 5 std geschaufelt",
            ["24.11. betrieb 2: salz gestreut", "24.11. betrieb 5: geschaufelt"],
        ),
        (
            "wegen schnee heute nicht auf die baustelle. 5 std werkstatt aufgeräumt",
            ["25.11. betrieb 5: werkstatt aufgeräumt"],
        ),
        (
            "bro heute 3 stunden inventur gemacht ich schwör nie wieder, danach 4 stunden kasse",
            ["25.11. betrieb 3: inventur gemacht", "25.11. betrieb 4: kasse"],
        ),
        (
            "teildienst heute: 10 bis 14 uhr salate angerichtet, 17 bis 21 uhr serviert",
            ["25.11. betrieb 4: salate angerichtet", "25.11. betrieb 4: serviert"],
        ),
        ("heute war inventur, 8h", ["25.11. betrieb 8: inventur"]),
        ("Pflanzen gegossen – full day, 8h, bin tot", ["25.11. betrieb 8: Pflanzen gegossen"]),
        ("gestern Berufsschule 6 h. Fächer: Englisch", ["24.11. schule 6: Englisch"]),
        ("nachmittags Praxis 4 Std., Blutdruck gemessen", ["25.11. betrieb 4: Blutdruck gemessen"]),
        (
            "vormittags Büro 3 Std, Rechnungen gebucht, nachmittags Lager 5 Std, Pakete gepackt",
            ["25.11. betrieb 3: Rechnungen gebucht", "25.11. betrieb 5: Pakete gepackt"],
        ),
        ("filiale 8 h", ["25.11. betrieb 8: filiale"]),
        ("Kasse (2 h), Büro (4 h)", ["25.11. betrieb 2: Kasse", "25.11. betrieb 4: Büro"]),
        (
            "war heute im lager, 4h pakete gepackt und 3h kommissioniert",
            ["25.11. betrieb 4: pakete gepackt", "25.11. betrieb 3: kommissioniert"],
        ),
        ("mit dem gesellen 3 h gemauert", ["25.11. betrieb 3: mit dem gesellen gemauert"]),
        (
            "paletten 3h sortiert, büro 5h rechnungen geschrieben",
            ["25.11. betrieb 3: paletten sortiert", "25.11. betrieb 5: rechnungen geschrieben"],
        ),
        (
            "gestern hat uns die chefin drei stunden in Brandschutz unterwiesen, danach 5 h gefeilt",
            ["24.11. unterweisung 3: Brandschutz", "24.11. betrieb 5: gefeilt"],
        ),
        (
            "gestern seminar in der ihk gehabt (knigge und telefon), 9 bis 16 uhr, 1 h mittag",
            ["24.11. unterweisung 6: knigge; telefon"],
        ),
        ("von zwei uhr dreißig bis ein uhr brote gebacken", ["25.11. betrieb 10.5: brote gebacken"]),
        ("vo halber sieme bis viere hob i holz ghackt", ["25.11. betrieb 9.5: holz ghackt"]),
        ("heit hemmer gschafft vo achte bis fünfe, a stond pause", ["25.11. betrieb 8"]),
        ("heute 7 bis 16 uhr rasen gemäht, ne halbe stunde brotzeit", ["25.11. betrieb 8.5: rasen gemäht"]),
        ("heute frühstück 2h, abwasch 1h", ["25.11. betrieb 2: frühstück", "25.11. betrieb 1: abwasch"]),
        ("heute mit frau k. spazieren gegangen", ["25.11. betrieb: mit frau k. spazieren gegangen"]),
    ],
)  # fmt: skip
def test_remarks_places_and_dialect(message: str, expected: list[str]) -> None:
    assert told(message) == expected


@pytest.mark.parametrize(
    ("message", "doubt", "certain"),
    [
        ("am 31.02. schule", Doubt.IMPOSSIBLE_DATE, []),
        ("montag den 24.11. schule", Doubt.IMPOSSIBLE_DATE, []),
        ("irgendwann letzte woche krank", Doubt.UNKNOWN_DAY, []),
        ("gestern oder vorgestern war schule", Doubt.UNKNOWN_DAY, []),
        ("heute 26 std lager", Doubt.TOO_MANY_HOURS, []),
        ("morgen berufsschule", Doubt.FUTURE_DAY, []),
        ("ab montag bin ich drei tage auf lehrgang", Doubt.FUTURE_DAY, []),
        ("hatte irgendwann letzte woche inventur, glaub do oder fr??", Doubt.UNKNOWN_DAY, []),
        ("heute 8 bis 18 uhr gearbeitet, insgesamt 7 stunden", Doubt.CONTRADICTION, []),
        (
            "mo und di urlaub, dienstag reifen gewechselt 8 std",
            Doubt.CONTRADICTION,
            ["23.11. urlaub"],
        ),
        ("ab montag urlaub", Doubt.OPEN_END, ["30.11. urlaub"]),
        ("gestern arzttermin", Doubt.UNKNOWN_TYPE, []),
        ("gestern wegen schnee zuhause", Doubt.UNKNOWN_TYPE, []),
        ("am 31.11. kasse 4h, gestern lager", Doubt.IMPOSSIBLE_DATE, ["24.11. betrieb: lager"]),
    ],
)
def test_what_is_asked_back(message: str, doubt: Doubt, certain: list[str]) -> None:
    reading = read(message, TODAY)
    assert [question.doubt for question in reading.questions] == [doubt]
    assert told(message) == certain


@pytest.mark.parametrize(
    "message",
    [
        "wie viele stunden muss ich eintragen?",
        "krank, was muss ich machen?",
        "kann ich heute frei kriegen",
        "muss ich samstag arbeiten",
        "was mach ich wenn ich krank bin",
        "mein chef lässt mich jeden tag 10 stunden arbeiten, ist das erlaubt",
        "ich arbeite 40 stunden die woche",
        "lösch den eintrag von gestern",
        "mein chef hat mich heute angeschrien",
        "hatte heute stress mit meinem chef",
        "heute war ein schöner tag",
        "heute war viel los",
        "moin moin, schietwetter heute wa",
        "hallo funktioniert das jetzt mit sprechen",
        "ich hab heute geburtstag",
        "kein bock auf berichtsheft",
        "ich will kündigen",
        "hab meinen vertrag verloren",
        "danke",
        "moin",
        "",
        "🙂",
    ],
)
def test_what_tells_nothing(message: str) -> None:
    reading = read(message, TODAY)
    assert not reading.is_entry
    assert reading.entries == ()
    assert reading.questions == ()


WORDS = """
    heute gestern Mo Di Fr am bis von ab 3. 5.11. 31.02. 8 16:30 Uhr 2,5 std je zusammen davon pause
    krank Urlaub frei Schule BS Lehrgang Betrieb dann und , . : ( ) Reifen gewechselt Lager auch oder
    irgendwann rest selbe zeit KW 42 nein äh 30 h min
"""
MESSAGES = st.lists(st.sampled_from([*WORDS.split()]), max_size=40).map(" ".join)


@given(st.text() | MESSAGES, st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_any_text_is_survived(message: str, today: date) -> None:
    reading = read(message, today)
    by_day: dict[date, int] = {}
    for entry in reading.entries:
        by_day[entry.day] = by_day.get(entry.day, 0) + (entry.minutes or 0)
        assert not (entry.type.is_training and entry.day > today)
        assert entry.minutes is None or entry.minutes >= 0
    assert all(minutes <= 16 * 60 for minutes in by_day.values())
    assert reading.is_entry == bool(reading.entries or reading.questions)


@given(MESSAGES)
@example("KW 16:30 selbe")
def test_activities_are_words_of_the_message(message: str) -> None:
    words = {word.strip(".") for word in message.split()}
    for entry in read(message, TODAY).entries:
        for activity in entry.activities:
            assert {word.strip(".") for word in activity.split()} <= words


@pytest.mark.parametrize(
    "part",
    [
        "heute Lager 8h, ",
        "31.11. ",
        "a",
        "8-12 ",
        "und ",
        "(((",
        "۱۲ ",
        "👍🏽",
        "שלום ",
        "9" * 50 + " ",
    ],
)
def test_long_messages_are_read_to_their_end(part: str) -> None:
    read((part * 20_000)[:20_000], TODAY)


def test_what_stands_too_far_behind_is_not_read() -> None:
    assert told("x" * LONGEST_MESSAGE + ". heute Lager 8h") == []


def test_a_line_of_the_command() -> None:
    line = json.dumps({"message": "heute Lager 7,5h, am 31.02. schule", "today": "2026-03-02"})
    assert parsed(line, TODAY) == {
        "entries": [{"date": "2026-03-02", "type": DayType.BETRIEB, "hours": 7.5, "activities": ["Lager"]}],
        "questions": ["impossible_date: am 31.02."],
    }  # fmt: skip
    assert parsed("gestern krank", TODAY)["entries"][0]["date"] == "2026-11-24"


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{",
        "{}",
        '{"message": 3}',
        '{"message": "x", "today": "gestern"}',
        '{"message": "x", "today": 3}',
    ],
)
def test_a_bad_line_gives_an_error(line: str) -> None:
    assert list(parsed(line, TODAY)) == ["error"]


@given(st.text())
def test_any_line_gives_one_answer(line: str) -> None:
    answer = parsed(line, TODAY)
    assert set(answer) in ({"error"}, {"entries", "questions"})
    assert "\n" not in json.dumps(answer)
