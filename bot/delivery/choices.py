"""Choices: the buttons below our messages, and what a pressed one stands for."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.tables import choice, outgoing
from bot.keycaps import position_of
from bot.messages import Choice, Reaction
from bot.turn import Offer

DOUBLE_TAP = timedelta(seconds=10)
"""A button pressed twice within this time was meant once."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a pressed button stands for just now."""

    offer: Offer | None = None
    is_double_tap: bool = False


async def pressed_choice(
    connection: AsyncConnection, chat_id: int, content: Choice, now: datetime
) -> Pressed:
    """What a button of a chat stands for; nothing when it is unknown or its question is settled."""
    asked = select(choice.c.outgoing_id).where(
        choice.c.token == content.token, choice.c.chat_id == chat_id
    )
    rows = await connection.execute(
        select(choice.c.token, choice.c.offer, choice.c.taken_at).where(
            choice.c.outgoing_id == asked.scalar_subquery()
        )
    )
    offers = {token: (Offer(**offer), taken_at) for token, offer, taken_at in rows}
    if content.token not in offers:
        return Pressed()
    offer, taken_at = offers[content.token]
    if taken_at and (offer.settles or now - taken_at < DOUBLE_TAP):
        return Pressed(offer, is_double_tap=True)
    if any(other.settles and taken for other, taken in offers.values()):
        return Pressed()
    return Pressed(offer)


async def choice_of(connection: AsyncConnection, chat_id: int, reaction: Reaction) -> Choice | None:
    """The button that a reaction with its number stands for; None for every other reaction."""
    position = position_of(reaction.emoji)
    if position is None:
        return None
    token = await connection.scalar(
        select(choice.c.token)
        .join(outgoing, outgoing.c.id == choice.c.outgoing_id)
        .where(
            choice.c.chat_id == chat_id,
            outgoing.c.external_id == reaction.target,
            choice.c.position == position - 1,
        )
    )
    return Choice(token, reaction.target) if token else None


async def take_choice(
    connection: AsyncConnection, chat_id: int, content: Choice, now: datetime
) -> None:
    """Note that a button was pressed."""
    await connection.execute(
        update(choice)
        .where(choice.c.token == content.token, choice.c.chat_id == chat_id)
        .values(taken_at=now)
    )


async def offers_of(connection: AsyncConnection, outgoing_id: int) -> tuple[Offer, ...]:
    """The buttons below one message, in their order."""
    rows = await connection.execute(
        select(choice.c.offer)
        .where(choice.c.outgoing_id == outgoing_id)
        .order_by(choice.c.position)
    )
    return tuple(Offer(**offer) for (offer,) in rows)
