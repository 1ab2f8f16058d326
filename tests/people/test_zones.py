"""Countries and cities as people name them, and the zone whose wall clock counts there."""

from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.people.zones import zone_label, zone_named
from bot.texts import load_texts

ZONES = load_texts("zones")["zones"]
NAMES = [
    (name, zone)
    for zone, said in ZONES.items()
    for kind in ("countries", "places")
    for name in said.get(kind, ())
]
EUROPEAN = """Albanien Andorra Belarus Belgien Bosnien Bulgarien Dänemark Deutschland Estland Finnland Frankreich
Griechenland Irland Island Italien Kosovo Kroatien Lettland Liechtenstein Litauen Luxemburg Malta Moldau Monaco
Montenegro Niederlande Nordmazedonien Norwegen Österreich Polen Portugal Rumänien Schweden Schweiz Serbien Slowakei
Slowenien Spanien Tschechien Türkei Ukraine Ungarn Vatikan Großbritannien Zypern Georgien Armenien Aserbaidschan"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bin in spanien", "Europe/Madrid"),
        ("London", "Europe/London"),
        ("Portugal", "Europe/Lisbon"),
        ("bin auf den Kanaren", "Atlantic/Canary"),
        ("USA New York", "America/New_York"),
        ("in den usa, los angeles", "America/Los_Angeles"),
        ("auf Teneriffa in Spanien", "Atlantic/Canary"),
        ("La Palma", "Atlantic/Canary"),
        ("Palma", "Europe/Madrid"),
        ("bin ab montag drei wochen in irland arbeiten, andere uhrzeit", "Europe/Dublin"),
        ("erasmus in der türkei", "Europe/Istanbul"),
        ("TÜRKEI", "Europe/Istanbul"),
        ("tuerkei", "Europe/Istanbul"),
        ("turkei", "Europe/Istanbul"),
        ("Malmo", "Europe/Stockholm"),
        ("São Paulo", "America/Sao_Paulo"),
        ("st. gallen", "Europe/Zurich"),
        ("New Jersey", "America/New_York"),
        ("wieder zuhause", "Europe/Berlin"),
        ("Deutschland", "Europe/Berlin"),
        ("bin wieder da", "Europe/Berlin"),
        ("zurück aus spanien", "Europe/Berlin"),
        ("bin aus der Schweiz zurück", "Europe/Berlin"),
        ("zurück in London", "Europe/London"),
        ("von irland nach malta", "Europe/Malta"),
    ],
)
def test_places_as_people_name_them(text: str, expected: str) -> None:
    assert zone_named(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "", "USA", "Kanada", "Australien", "Brasilien", "Mexiko", "Russland", "Indonesien", "Chile",
        "Paris und London", "nicht mehr in Spanien", "Atlantis", "spanienreise",
    ],
)  # fmt: skip
def test_what_does_not_tell_one_zone_is_asked_back(text: str) -> None:
    assert zone_named(text) is None


@pytest.mark.parametrize(("name", "zone"), NAMES)
def test_every_name_gives_its_zone(name: str, zone: str) -> None:
    assert zone_named(f"ich bin jetzt in {name.upper()}!") == zone


@pytest.mark.parametrize("country", EUROPEAN.split())
def test_every_country_of_europe_is_known(country: str) -> None:
    assert zone_named(country) is not None


def test_every_zone_exists_and_no_name_stands_twice() -> None:
    assert set(ZONES) <= available_timezones()
    assert len(NAMES) == len({name for name, _ in NAMES})
    assert len(ZONES) == len({zone_label(zone) for zone in ZONES})


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Europe/Berlin", "Deutschland"),
        ("Atlantic/Canary", "Kanarische Inseln"),
        ("America/New_York", "New York"),
        ("America/Port_of_Spain", "Port of Spain"),
        ("UTC", "UTC"),
    ],
)
def test_zones_have_german_names(zone: str, expected: str) -> None:
    assert zone_label(zone) == expected


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    zone = zone_named(text)
    assert zone is None or zone in ZONES
