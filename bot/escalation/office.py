"""What the operator does with teams and staff, and which groups are a team's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import ConfigurationError
from bot.escalation.authority import COACH, LEAD
from bot.escalation.hours import Span
from bot.escalation.invitations import OpenInvitation, invite, open_invitations, withdraw
from bot.escalation.tables import staff, team
from bot.messages import Address
from bot.storage.database import Database


@dataclass(frozen=True, slots=True)
class TeamRules:
    """How a team works.

    Attributes:
        region: a state's key, or None for everywhere.
        topics: of the articles; empty for all.
        spans: the office hours.
        state: whose public holidays count; None for those of all Germany.
        minutes: how long a call stands before others are called.
        group: a group chat with topics, or None.
    """

    region: str | None
    topics: tuple[str, ...]
    spans: tuple[Span, ...]
    state: str | None
    minutes: int
    group: Address | None = None

    def as_values(self) -> dict[str, Any]:
        """As a row keeps them."""
        return {
            "region": self.region,
            "topics": list(self.topics),
            "spans": [[each.weekday, each.begin, each.end] for each in self.spans],
            "state": self.state,
            "minutes": self.minutes,
        }

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """The rules of a team's row."""
        rules = row["rules"]
        return cls(
            region=rules["region"],
            topics=tuple(rules["topics"]),
            spans=tuple(Span(*span) for span in rules["spans"]),
            state=rules["state"],
            minutes=rules["minutes"],
            group=Address(row["group_channel"], row["group_address"])
            if row["group_address"]
            else None,
        )


@dataclass(frozen=True, slots=True)
class StaffLine:
    """One member of staff, for the operator's list."""

    staff_id: int
    team: str
    role: str
    name: str
    is_on_duty: bool
    substitute_id: int | None


class TeamGroups:
    """The `Groups` port: which rooms of several people are a team's."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def is_ours(self, address: Address) -> bool:
        """See `bot.ports.Groups`."""
        async with self._database.read() as connection:
            found = await connection.scalar(
                select(team.c.id).where(
                    team.c.group_channel == address.channel, team.c.group_address == address.chat
                )
            )
            return found is not None


class EscalationOffice:
    """Teams and invitations, for the command line.

    Args:
        database: open.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def set_team(self, name: str, rules: TeamRules) -> None:
        """Make a team, or change how it works."""
        group = rules.group or Address("", "")
        values = {
            "group_channel": group.channel,
            "group_address": group.chat,
            "rules": rules.as_values(),
        }
        async with self._database.write() as connection:
            changed = await connection.execute(
                update(team).where(team.c.name == name).values(**values)
            )
            if not changed.rowcount:
                await connection.execute(insert(team).values(name=name, **values))

    async def teams(self) -> Mapping[str, TeamRules]:
        """How each team works, by its name."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(team).order_by(team.c.name))
            return {row["name"]: TeamRules.of(dict(row)) for row in rows.mappings()}

    async def invite(self, role: str, team_name: str, name: str, now: datetime) -> str:
        """Invite somebody into a team.

        Args:
            role: `coach` or `lead`.
            team_name: of the team.
            name: what learners see.
            now: the moment (UTC).

        Returns:
            The code, which is shown once.

        Raises:
            ConfigurationError: there is no such role or team, or no name.
        """
        if role not in (COACH, LEAD):
            raise ConfigurationError(f"{role} is neither {COACH} nor {LEAD}")
        if not name.strip():
            raise ConfigurationError("a member of staff needs a name that learners see")
        async with self._database.write() as connection:
            team_id = await team_id_of(connection, team_name)
            about = {"team": team_id, "role": role, "name": name.strip()}
            return await invite(connection, self._database, about, now)

    async def invitations(self, now: datetime) -> Sequence[OpenInvitation]:
        """The invitations that nobody has taken yet."""
        async with self._database.read() as connection:
            return await open_invitations(connection, now)

    async def withdraw(self, which: str, now: datetime) -> OpenInvitation:
        """Withdraw an invitation that nobody has taken yet.

        Args:
            which: its key, or the name that it is for.
            now: the moment (UTC).

        Returns:
            What it was.

        Raises:
            ConfigurationError: there is none, or several are meant.
        """
        async with self._database.write() as connection:
            listed = await open_invitations(connection, now)
            found = [each for each in listed if which in (each.key, each.name)]
            if not found:
                raise ConfigurationError(f"there is no open invitation {which}")
            if len(found) > 1:
                raise ConfigurationError(
                    f"several invitations are called {which}: say the key of one, as `staff list` shows it"
                )
            await withdraw(connection, found[0].key)
            return found[0]

    async def staff(self) -> Sequence[StaffLine]:
        """Who is on the staff now."""
        query = (
            select(staff, team.c.name.label("team"))
            .join(team, team.c.id == staff.c.team_id)
            .where(staff.c.revoked_at.is_(None))
            .order_by(team.c.name, staff.c.id)
        )
        async with self._database.read() as connection:
            rows = await connection.execute(query)
            return [
                StaffLine(
                    row["id"],
                    row["team"],
                    row["role"],
                    row["name"],
                    row["is_on_duty"],
                    row["substitute_id"],
                )
                for row in rows.mappings()
            ]

    async def set_substitute(self, staff_id: int, substitute_id: int | None) -> None:
        """Say who stands in for a member of staff.

        Raises:
            ConfigurationError: they are not two of one team.
        """
        async with self._database.write() as connection:
            rows = await connection.execute(
                select(staff.c.id, staff.c.team_id).where(staff.c.revoked_at.is_(None))
            )
            found = {row.id: row.team_id for row in rows}
            if staff_id not in found:
                raise ConfigurationError(f"there is no member of staff {staff_id}")
            if substitute_id == staff_id:
                raise ConfigurationError("nobody stands in for themselves")
            if substitute_id is not None and found.get(substitute_id) != found[staff_id]:
                raise ConfigurationError(f"{substitute_id} is nobody of the same team")
            await connection.execute(
                update(staff).where(staff.c.id == staff_id).values(substitute_id=substitute_id)
            )


async def team_id_of(connection: AsyncConnection, name: str) -> int:
    """The id of a team.

    Raises:
        ConfigurationError: there is none.
    """
    found = await connection.scalar(select(team.c.id).where(team.c.name == name))
    if found is None:
        raise ConfigurationError(f"there is no team {name}; make it with `lernallianz team set`")
    return int(found)
