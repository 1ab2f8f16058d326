"""What of a file may be passed on to somebody else: what is seen, and nothing that tells of its owner."""

from bot.attachments.apart import cleaned
from bot.attachments.values import LARGEST, Cleaned, NotPassedOn

__all__ = ["LARGEST", "Cleaned", "NotPassedOn", "cleaned"]
