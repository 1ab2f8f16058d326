"""What an apprentice types who wishes to be reminded, reminded later, or left alone for a while. Pure.

The grammar reads the plain form of a text (`bot.understanding.times`). First it finds what is said of days and of
hours, then what of that is denied or taken back, and only then which hour belongs to which days.
"""

from bot.reminders.phrases.pauses import read_pause
from bot.reminders.phrases.plans import read_plan
from bot.reminders.phrases.snoozes import read_snooze
from bot.reminders.phrases.values import Pause, Wish

__all__ = ("Pause", "Wish", "read_pause", "read_plan", "read_snooze")
