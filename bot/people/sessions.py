"""Web sessions: recovered by a code, and ended."""

from sqlalchemy import delete, select

from bot.messages import Address
from bot.people.codes import RECOVERY
from bot.people.redeeming import Codes
from bot.people.service import Forget
from bot.people.tables import chat, link
from bot.storage.database import Database


class WebSessions:
    """The `Sessions` port of the web chat: recovery by code, and ending a session."""

    def __init__(self, database: Database, codes: Codes, forget: Forget) -> None:
        self._database = database
        self._codes = codes
        self._forget = forget

    async def recover(self, address: Address, code: str) -> Address | None:
        """See `bot.ports.Sessions`."""
        return await self._codes.redeem(RECOVERY, code, address)

    async def end(self, address: Address) -> None:
        """See `bot.ports.Sessions`: what nobody consented to keep is deleted now."""
        async with self._database.write() as connection:
            found = (
                await connection.execute(
                    select(chat.c.id, link.c.person_id)
                    .outerjoin(link, link.c.chat_id == chat.c.id)
                    .where(chat.c.channel == address.channel, chat.c.address == address.chat)
                )
            ).one_or_none()
            if found is None:
                return
            if found.person_id is None:
                await connection.execute(delete(chat).where(chat.c.id == found.id))
            else:
                await self._forget(connection, [found.id])
        await self._database.forget_deleted()
