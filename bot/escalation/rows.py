"""Rows of the tables as values: cases, teams, colleagues, what was said."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from bot.escalation.hours import OfficeHours, Span
from bot.escalation.routing import Team
from bot.escalation.tables import case, staff, team
from bot.escalation.values import Case, Colleague, Said, State
from bot.people.tables import chat


def group_channel() -> ColumnElement[str | None]:
    """Of a case: the messenger of the team's group, while its place is a topic there; as `group_channel`.

    A messenger with topics opens no rooms for persons, so a room of its own on the group's messenger is a topic.
    """
    found = (
        select(team.c.group_channel)
        .join(chat, chat.c.channel == team.c.group_channel)
        .where(
            team.c.id == case.c.team_id,
            chat.c.id == case.c.place_chat_id,
            case.c.room_token.is_not(None),
        )
        .correlate(case)
    )
    return found.scalar_subquery().label("group_channel")


def cases_where(*conditions: Any) -> Select[Any]:
    """Cases with the names of those who have them."""
    return (
        select(case, staff.c.name.label("staff_name"), group_channel())
        .outerjoin(staff, staff.c.id == case.c.staff_id)
        .where(*conditions)
    )


def case_of(row: Mapping[str, Any]) -> Case:
    """A row of `cases_where` as a value."""
    values = {name: row[name] for name in Case.__dataclass_fields__ if name != "staff_name"}
    return Case(
        **{**values, "state": State(row["state"])},
        staff_name=row["staff_name"] or "",
    )


def team_of(row: Mapping[str, Any]) -> Team:
    """A row of the teams as a value."""
    rules = row["rules"]
    hours = OfficeHours(tuple(Span(*span) for span in rules["spans"]), rules["state"])
    return Team(
        team_id=row["id"],
        name=row["name"],
        region=rules["region"],
        topics=frozenset(rules["topics"]),
        hours=hours,
        minutes=rules["minutes"],
        group=row["group_address"],
    )


def said_of(content: Mapping[str, Any]) -> Said:
    """The words that an entry keeps."""
    return Said(content["text"], content["file"])


def colleague_of(row: Mapping[str, Any]) -> Colleague:
    """A row of the staff, with chat and open cases, as a value."""
    return Colleague(
        staff_id=row["id"],
        team_id=row["team_id"],
        role=row["role"],
        name=row["name"],
        chat_id=row["chat_id"],
        channel=row["channel"],
        is_on_duty=row["is_on_duty"],
        substitute_id=row["substitute_id"],
        open_cases=row["open_cases"],
    )
