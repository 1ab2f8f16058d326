"""Files as they travel in encrypted rooms.

Source: Matrix client-server specification, "Sending encrypted attachments".
"""

import base64
import hashlib
import secrets

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from tests.servers.synapse.config import Json


def encrypt(data: bytes) -> tuple[bytes, Json]:
    """The ciphertext, and the `file` of a message but for its `url`."""
    key = secrets.token_bytes(32)
    # The counter half starts at zero, so that no client's counter can overflow.
    counter = secrets.token_bytes(8) + bytes(8)
    ciphertext = _stream(data, key, counter)
    return ciphertext, {
        "v": "v2",
        "key": {
            "kty": "oct",
            "key_ops": ["encrypt", "decrypt"],
            "alg": "A256CTR",
            "k": base64.urlsafe_b64encode(key).decode().rstrip("="),
            "ext": True,
        },
        "iv": _unpadded(counter),
        "hashes": {"sha256": _unpadded(hashlib.sha256(ciphertext).digest())},
    }


def decrypt(ciphertext: bytes, file: Json) -> bytes:
    """The file that a message's `file` describes.

    Raises:
        ValueError: another version or algorithm, or not the ciphertext that was meant.
    """
    if (file["v"], file["key"]["alg"]) != ("v2", "A256CTR"):
        raise ValueError(f"unknown: {file['v']} {file['key']['alg']}")
    if _unpadded(hashlib.sha256(ciphertext).digest()) != file["hashes"]["sha256"]:
        raise ValueError("the hash of the ciphertext is another")
    key = base64.urlsafe_b64decode(file["key"]["k"] + "=")
    return _stream(ciphertext, key, base64.b64decode(file["iv"] + "=="))


def _stream(data: bytes, key: bytes, counter: bytes) -> bytes:
    # Encryption and decryption are the same.
    return Cipher(AES(key), CTR(counter)).encryptor().update(data)


def _unpadded(raw: bytes) -> str:
    return base64.b64encode(raw).decode().rstrip("=")
