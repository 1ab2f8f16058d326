"""Cross-signing of the bot's own device: clients that refuse unsigned devices talk to it.

Source: https://spec.matrix.org/latest/client-server-api/#cross-signing. The three private keys are kept: losing
them would give the bot a new identity in everybody's client.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

USAGES = ("master", "self_signing", "user_signing")


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An Ed25519 key of one usage."""

    usage: str
    private: Ed25519PrivateKey

    @classmethod
    def new(cls, usage: str) -> Self:
        """A fresh key."""
        return cls(usage, Ed25519PrivateKey.generate())

    @classmethod
    def from_seed(cls, usage: str, seed: str) -> Self:
        """The key that `seed` was written of.

        Raises:
            ValueError: it is none.
        """
        return cls(usage, Ed25519PrivateKey.from_private_bytes(base64.b64decode(seed)))

    @property
    def seed(self) -> str:
        """The private half, to be kept encrypted."""
        return base64.b64encode(self.private.private_bytes_raw()).decode()

    @property
    def public(self) -> str:
        """The public half in unpadded base64, which is also its id."""
        raw = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return _unpadded(raw)

    def signature(self, document: Mapping[str, Any]) -> str:
        """The signature of a JSON object, without what is never signed."""
        bare = {
            name: value
            for name, value in document.items()
            if name not in ("signatures", "unsigned")
        }
        return _unpadded(self.private.sign(canonical(bare)))

    def key_object(self, user: str) -> dict[str, Any]:
        """The public key as it is uploaded."""
        return {"user_id": user, "usage": [self.usage], "keys": {self.key_id: self.public}}

    @property
    def key_id(self) -> str:
        """Its name in lists of keys and signatures."""
        return f"ed25519:{self.public}"


@dataclass(frozen=True, slots=True)
class Identity:
    """The three keys of one account."""

    master: SigningKey
    self_signing: SigningKey
    user_signing: SigningKey

    @classmethod
    def new(cls) -> Self:
        """Fresh keys."""
        return cls(*map(SigningKey.new, USAGES))

    @classmethod
    def from_seeds(cls, seeds: Mapping[str, str]) -> Self:
        """The kept keys, by usage."""
        return cls(*(SigningKey.from_seed(usage, seeds[usage]) for usage in USAGES))

    @property
    def seeds(self) -> dict[str, str]:
        """What is kept, by usage."""
        return {key.usage: key.seed for key in (self.master, self.self_signing, self.user_signing)}

    def upload(self, user: str) -> dict[str, Any]:
        """The public keys, the lower two signed by the master key."""
        body = {}
        for key in (self.master, self.self_signing, self.user_signing):
            document = key.key_object(user)
            if key is not self.master:
                signed = {self.master.key_id: self.master.signature(document)}
                document["signatures"] = {user: signed}
            body[f"{key.usage}_key"] = document
        return body

    def signed_device(self, user: str, device: Mapping[str, Any]) -> dict[str, Any]:
        """A device's keys with our signature alone, as they are uploaded."""
        bare = {name: value for name, value in device.items() if name != "unsigned"}
        signed = {self.self_signing.key_id: self.self_signing.signature(bare)}
        return {**bare, "signatures": {user: signed}}

    def has_signed(self, user: str, device: Mapping[str, Any]) -> bool:
        """Whether a device's keys, as the server shows them, carry our present signature."""
        shown = device.get("signatures", {}).get(user, {}).get(self.self_signing.key_id)
        return bool(shown == self.self_signing.signature(device))


def canonical(document: Mapping[str, Any]) -> bytes:
    """Canonical JSON: sorted, without spaces, UTF-8."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def _unpadded(raw: bytes) -> str:
    return base64.b64encode(raw).decode().rstrip("=")
