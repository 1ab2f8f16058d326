"""The error tree. A docstring is the message for the operator: what happened and what to do.

::

    LernallianzError
    ├── ConfigurationError        a setting, key or file is missing or wrong; nothing was started
    ├── StorageError
    │   ├── StorageUnavailable    the database cannot be reached or written just now
    │   └── LostRace              another turn was faster; run this one again from its start
    ├── DecryptionError           a stored value was written with a key that the ring lacks
    └── DeliveryError             what a connector says of a message that it could not deliver
        ├── NotDelivered          surely not delivered; try again, at the earliest after `retry_after`
        ├── Unknowable            perhaps delivered; the row says whether to repeat
        ├── Refused               refused for good; set the message aside
        └── Closed                the person or the platform ended the chat; send nothing more

What a person reads is a text from `dialogues/` or `bot/texts/`, never an exception.
"""

from datetime import timedelta


class LernallianzError(Exception):
    """The root of all our errors."""


class ConfigurationError(LernallianzError):
    """A setting, key or file is missing or wrong. Run `lernallianz doctor`; it says how to mend it."""


class StorageError(LernallianzError):
    """The root of what goes wrong with the database."""


class StorageUnavailable(StorageError):
    """The database cannot be reached or written just now. Nothing was stored; try again later."""


class LostRace(StorageError):
    """Another turn changed the same row first. Nothing was stored; run again from load."""


class DecryptionError(LernallianzError):
    """A stored value names a key that the key ring lacks. Put the old key back into the ring."""


class DeliveryError(LernallianzError):
    """The root of what a connector says of a message that it could not deliver."""


class NotDelivered(DeliveryError):
    """The message was surely not delivered; it is sent again later.

    Attributes:
        retry_after: the shortest wait that the platform asked for, or None to use our back-off.
        until_reachable: True when waiting for time is useless: the connector itself wakes the
            outbox as soon as the person can be reached again (a closed web page).
    """

    def __init__(
        self,
        reason: str,
        *,
        retry_after: timedelta | None = None,
        until_reachable: bool = False,
    ) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        self.until_reachable = until_reachable


class Unknowable(DeliveryError):
    """The connection broke while sending: the message may or may not have arrived."""


class Refused(DeliveryError):
    """The platform refuses this message for good; it is set aside and the next one goes."""


class Closed(DeliveryError):
    """The person blocked us or left, or the chat is gone: nothing is sent until they write again."""
