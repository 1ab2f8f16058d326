"""The key ring: what everything that a person wrote is encrypted with.

File format, one key a line, the last one is the current one::

    k1 base64-of-32-bytes

Values are sealed by AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce; the key's id stands in
front, so old values stay readable when a new key is added.
"""

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.errors import ConfigurationError, DecryptionError

_NONCE = 12
_KEY = 32


class KeyRing:
    """Seals and opens values, and makes keyed hashes.

    Args:
        keys: 32-byte keys by id; the last one seals, all of them open.

    Raises:
        ConfigurationError: there is no key, or one has a wrong length.
    """

    def __init__(self, keys: dict[str, bytes]) -> None:
        if not keys or any(len(key) != _KEY for key in keys.values()):
            raise ConfigurationError("the key ring needs at least one key of 32 bytes")
        self._ciphers = {name: AESGCM(key) for name, key in keys.items()}
        self._current = list(keys)[-1]
        self._hash_key = hashlib.sha256(b"lernallianz hash" + next(iter(keys.values()))).digest()

    def seal(self, value: bytes, context: str) -> bytes:
        """Encrypt a value; it opens only with the same context."""
        nonce = os.urandom(_NONCE)
        sealed = self._ciphers[self._current].encrypt(nonce, value, context.encode())
        return self._current.encode() + b":" + nonce + sealed

    def open(self, value: bytes, context: str) -> bytes:
        """Decrypt a value.

        Raises:
            DecryptionError: its key is not in the ring, or the value is broken.
        """
        name, _, rest = value.partition(b":")
        cipher = self._ciphers.get(name.decode("ascii", "replace"))
        if cipher is None:
            raise DecryptionError(f"a stored value needs the key {name!r}, which the ring lacks")
        try:
            return cipher.decrypt(rest[:_NONCE], rest[_NONCE:], context.encode())
        except InvalidTag as error:
            raise DecryptionError("a stored value was written with another key") from error

    def keyed_hash(self, purpose: str, value: str) -> str:
        """A hash that nobody can compute without the ring (HMAC-SHA256, hexadecimal).

        It uses the ring's first key, so that adding a key changes no hash.
        """
        return hmac.new(self._hash_key, f"{purpose}\0{value}".encode(), "sha256").hexdigest()


def fresh_ring() -> KeyRing:
    """A ring for values that need not outlive the process."""
    return KeyRing({"k1": secrets.token_bytes(_KEY)})


def read_key_file(path: Path) -> KeyRing:
    """Read a key ring.

    Raises:
        ConfigurationError: the file is missing, readable by others, or broken.
    """
    try:
        mode = path.stat().st_mode & 0o077
        lines = path.read_text(encoding="ascii").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"the key file {path} cannot be read: {error}") from error
    if mode:
        raise ConfigurationError(f"the key file {path} is open to others; run: chmod 600 {path}")
    try:
        pairs = [line.split() for line in lines if line.strip() and not line.startswith("#")]
        return KeyRing({name: base64.b64decode(key, validate=True) for name, key in pairs})
    except ValueError as error:
        raise ConfigurationError(f"the key file {path} is broken: {error}") from error


def create_key_file(path: Path) -> KeyRing:
    """Make a key file with one fresh key, readable by the owner only.

    Raises:
        ConfigurationError: the file exists already or cannot be written.
    """
    key = base64.b64encode(secrets.token_bytes(_KEY)).decode()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(f"# Lernallianz key ring. Without it all stored data are lost.\nk1 {key}\n")
    except OSError as error:
        raise ConfigurationError(f"the key file {path} cannot be made: {error}") from error
    return read_key_file(path)
