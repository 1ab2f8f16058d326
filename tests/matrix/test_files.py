"""Where a file is and what decrypts it, read from what a message says; nothing else than a refusal is raised."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Refused
from connectors.matrix.files import decrypted, media_path, read_reference
from tests.servers.synapse.attachments import encrypt

ADDRESS = "mxc://a.example/Ab-1_2"
DOWNLOAD = "/_matrix/client/v1/media/download"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.parametrize(
    ("address", "path"),
    [
        (ADDRESS, f"{DOWNLOAD}/a.example/Ab-1_2"),
        ("mxc://a.example:8448/x", f"{DOWNLOAD}/a.example:8448/x"),
        ("mxc://[::1]:8448/x", f"{DOWNLOAD}/[::1]:8448/x"),
        ("mxc://a.example/../x", None),
        ("mxc://../x", None),
        ("mxc://a.example/x?y", None),
        ("mxc://a.example/x#y", None),
        ("mxc://a.example/", None),
        ("mxc://a.example/x\n", None),
        ("https://a.example/x", None),
        ("", None),
    ],
)
def test_an_address_leads_to_a_file_and_nowhere_else(address: str, path: str | None) -> None:
    if path is None:
        with pytest.raises(Refused):
            media_path(address)
    else:
        assert media_path(address) == path


def test_a_reference_is_an_address_or_says_how_to_decrypt() -> None:
    key = {"url": ADDRESS, "v": "v2"}

    assert read_reference(ADDRESS) == (ADDRESS, None)
    assert read_reference(json.dumps(key)) == (ADDRESS, key)


@given(JSON.map(json.dumps) | st.text())
def test_no_reference_is_refused(reference: str) -> None:
    with pytest.raises(Refused):
        media_path(read_reference(reference)[0])


def test_what_was_encrypted_is_decrypted() -> None:
    ciphertext, file = encrypt(b"geheim")

    assert decrypted(ciphertext, file) == b"geheim"
    for broken in (ciphertext + b"x", b""):
        with pytest.raises(Refused):
            decrypted(broken, file)


@given(
    st.sampled_from(["v", "key", "iv", "hashes"]),
    JSON | st.fixed_dictionaries({"k": JSON}) | st.fixed_dictionaries({"sha256": JSON}),
)
def test_a_file_that_is_described_wrongly_is_refused(field: str, value: Any) -> None:
    ciphertext, file = encrypt(b"geheim")
    with pytest.raises(Refused):
        decrypted(ciphertext, file | {field: value})


@given(st.sampled_from(["v", "key", "iv", "hashes"]))
def test_a_file_that_is_described_by_half_is_refused(field: str) -> None:
    ciphertext, file = encrypt(b"geheim")
    del file[field]
    with pytest.raises(Refused):
        decrypted(ciphertext, file)
