"""Sessions without accounts: the cookie carries the chat's name and a seal that only we can make.

The chat's name is 256 random bits and stands in the database as the chat's address. The seal is a
keyed hash of it. So a stolen database gives no session (the key is not in it), nothing secret is
stored, and a browser that redeemed a recovery code simply gets a cookie for the old chat's name.
"""

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from starlette.responses import Response

from bot.messages import Address

CHANNEL = "web"
LIFETIME = timedelta(days=90)
_BITS = 256
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class SessionCookies:
    """Makes and reads the cookies.

    Attributes:
        hash_session: a keyed hash, hexadecimal; nobody can compute it without the key.
        is_secure: whether people reach the page by https.
    """

    hash_session: Callable[[str], str]
    is_secure: bool

    @property
    def name(self) -> str:
        """The cookie's name; the prefix binds it to this host, which browsers demand https for."""
        return "__Host-session" if self.is_secure else "session"

    def fresh(self) -> Address:
        """The address of a chat that nobody has used."""
        return Address(CHANNEL, secrets.token_urlsafe(_BITS // 8))

    def value_for(self, address: Address) -> str:
        """The cookie that opens this chat."""
        return f"{address.chat}.{self.hash_session(address.chat)}"

    def address_in(self, value: str | None) -> Address | None:
        """The chat that a cookie opens, or None when there is none or its seal is wrong."""
        if not value or len(value) > _LONGEST:
            return None
        chat, _, seal = value.partition(".")
        if not hmac.compare_digest(seal.encode(), self.hash_session(chat).encode()):
            return None
        return Address(CHANNEL, chat)

    def tag(self, address: Address) -> str:
        """A short public name by which the page notices that its chat is another one now."""
        return self.hash_session(f"tag {address.chat}")[:16]

    def give(self, response: Response, address: Address) -> None:
        """Let the browser keep this session from now on."""
        response.set_cookie(
            self.name,
            self.value_for(address),
            max_age=int(LIFETIME.total_seconds()),
            path="/",
            secure=self.is_secure,
            httponly=True,
            samesite="strict",
        )

    def take_back(self, response: Response) -> None:
        """Let the browser forget its session."""
        response.delete_cookie(
            self.name, path="/", secure=self.is_secure, httponly=True, samesite="strict"
        )
