"""A wish about reminders is believed only when it is plain."""

import pytest

from bot.events import Parse, Ranked
from bot.reminders.listening import heard


@pytest.mark.parametrize(
    ("text", "intent", "confidence", "expected"),
    [
        ("erinner mich freitags", "set_reminder", 0.3, "set_reminder"),
        ("wir fangen um 6 an, freitag frei", "set_reminder", 0.3, "faq/arbeitszeit.u18"),
        ("bin gerade in london", "set_zone", 0.3, "set_zone"),
        ("bin gerade in der schule", "set_zone", 0.3, "faq/arbeitszeit.u18"),
        ("später", "snooze_reminder", 0.9, "faq/arbeitszeit.u18"),
        ("heute frei", "free_today", 0.9, "log_entries"),
        ("wie viel urlaub", "faq/urlaub.u18", 0.1, "faq/urlaub.u18"),
    ],
)
def test_heard(text: str, intent: str, confidence: float, expected: str) -> None:
    others = (Ranked("faq/arbeitszeit.u18", 0.1),)

    parse = heard(Parse(text, intent, confidence, alternatives=others))

    assert parse.intent == expected
