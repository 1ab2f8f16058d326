"""An event of a room, as a client knows it."""

from dataclasses import dataclass, field
from typing import Self

from tests.servers.synapse.config import Json


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a timeline; what only an encrypting client can say is None for others.

    Attributes:
        event_id: its id.
        sender: a user's id.
        type: what it is after decryption; `m.room.encrypted` if that failed.
        content: after decryption, without edits that came later; empty once it is redacted.
        relates_to: `m.relates_to` as the server sees it: an edit or reply whose relation is inside the
            ciphertext only has none.
        state_key: of state, such as the user's id in `m.room.member`.
        sent_at: the server's time, milliseconds since 1970.
        is_encrypted: whether it travelled encrypted.
        failure: why it could not be decrypted: one of matrix-js-sdk's `DecryptionFailureCode`.
        shield: the warning a client shows beside it: one of `EventShieldReason`; None if none.
        signed_by_owner: whether the sending device is cross-signed by the sender; None as long as the
            device is not known.
        shown_body: the text that a person reads, edits applied.
    """

    event_id: str
    sender: str
    type: str
    content: Json
    relates_to: Json = field(default_factory=dict)
    state_key: str | None = None
    sent_at: int = 0
    is_encrypted: bool = False
    failure: str | None = None
    shield: str | None = None
    signed_by_owner: bool | None = None
    shown_body: str | None = None

    @classmethod
    def from_server(cls, event: Json) -> Self:
        """An event of the client-server API."""
        return cls(
            event_id=event["event_id"],
            sender=event["sender"],
            type=event["type"],
            content=event["content"],
            relates_to=event["content"].get("m.relates_to", {}),
            state_key=event.get("state_key"),
            sent_at=event["origin_server_ts"],
            is_encrypted=event["type"] == "m.room.encrypted",
        )

    @property
    def msgtype(self) -> str | None:
        """The kind of a message, such as `m.text`; None if it is none or was redacted."""
        return self.content.get("msgtype")

    @property
    def body(self) -> str | None:
        """A message's plain text; of an edit, what old clients show."""
        return self.content.get("body")

    @property
    def formatted_body(self) -> str | None:
        """A message's HTML."""
        return self.content.get("formatted_body")

    @property
    def new_content(self) -> Json | None:
        """What an edit puts in place of the old; None if it is no edit."""
        return self.content.get("m.new_content")

    @property
    def replaces(self) -> str | None:
        """The message that this one edits."""
        return self._related("m.replace")

    @property
    def annotates(self) -> str | None:
        """The message that this reaction is to; `key` is the reaction."""
        return self._related("m.annotation")

    @property
    def key(self) -> str | None:
        """The emoji of a reaction."""
        return self.relates_to.get("key")

    @property
    def replies_to(self) -> str | None:
        """The message that this one answers."""
        reply: Json = self.relates_to.get("m.in_reply_to", {})
        return reply.get("event_id")

    @property
    def redacts(self) -> str | None:
        """The event that this one takes back."""
        return self.content.get("redacts") if self.type == "m.room.redaction" else None

    def _related(self, kind: str) -> str | None:
        matches = self.relates_to.get("rel_type") == kind
        return self.relates_to.get("event_id") if matches else None
