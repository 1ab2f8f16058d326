"""The commands `team`, `staff` and `invite`: what the operator does with coaches."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import ConfigurationError

if TYPE_CHECKING:
    from bot.escalation.office import TeamRules

team = typer.Typer(no_args_is_help=True, help="Teams of coaches.")
staff = typer.Typer(no_args_is_help=True, help="Who is on the staff, and who is invited.")


@team.command("set")
def team_set(
    name: Annotated[str, typer.Argument(help="As people read it.")],
    hours: Annotated[str, typer.Option(help="When it is there: Mo-Fr 9-17, Sa 10-12.")],
    region: Annotated[str, typer.Option(help="A state's key; without one for everywhere.")] = "",
    topics: Annotated[str, typer.Option(help="Of the articles: geld,vertrag; else all.")] = "",
    holidays: Annotated[
        str, typer.Option(help="Whose public holidays are closed days; else those of the region.")
    ] = "",
    minutes: Annotated[
        int, typer.Option(min=1, help="How long a call stands before others are called.")
    ] = 5,
    telegram_group: Annotated[
        str, typer.Option(help="The id of a group with topics: -1001234567.")
    ] = "",
) -> None:
    """Make a team, or change how it works; what is not given is as if it were new."""
    from bot.settings import load
    from bot.staffroom import TeamForm, set_team

    form = TeamForm(hours, region, topics, holidays, minutes, telegram_group)
    rules = asyncio.run(set_team(load(), name, form))
    typer.echo("\t".join((name, *_shown_rules(rules))))


@team.command("list")
def team_list() -> None:
    """Show how each team works."""
    from bot.settings import load
    from bot.staffroom import teams

    for name, rules in asyncio.run(teams(load())).items():
        typer.echo("\t".join((name, *_shown_rules(rules))))


@team.command("remove")
def team_remove(name: Annotated[str, typer.Argument(help="Of the team.")]) -> None:
    """Delete a team that nobody is in, with its cases; their learners hear that nobody has time."""
    from bot.settings import load
    from bot.staffroom import remove_team

    asyncio.run(remove_team(load(), name))
    typer.echo(f"{name} is deleted")


def _shown_rules(rules: "TeamRules") -> tuple[str, ...]:
    from bot.escalation.hours import show_hours

    return (
        show_hours(rules.spans),
        f"region {rules.region or 'everywhere'}",
        f"topics {', '.join(rules.topics) or 'all'}",
        f"holidays {rules.state or 'all Germany'}",
        f"minutes {rules.minutes}",
        *((f"group {rules.group.chat}",) if rules.group else ()),
    )


def invite(
    role: Annotated[str, typer.Argument(help="coach or lead.")],
    team: Annotated[str, typer.Option(help="The name of the team.")],
    name: Annotated[str, typer.Option(help="What learners see.")],
) -> None:
    """Invite somebody into a team: a code, shown this once."""
    from bot.people.codes import INVITATION, PURPOSES
    from bot.settings import load
    from bot.staffroom import invite as invited

    invitation = asyncio.run(invited(load(), role, team, name))
    days = PURPOSES[INVITATION].lifetime.days
    typer.echo(
        f"{invitation.code}\n\n"
        f"For {name}, {role} in {team}. It is shown this once and can be used once, within {days} days"
        f" (until {invitation.expires_at:%Y-%m-%d %H:%M} UTC):\n"
        "- typed in any chat with the assistant, or\n"
        "- on Telegram as a link, with the name of your bot:"
        f" https://t.me/YOUR_BOT?start={invitation.start}\n"
        f"Nobody can guess it ({invitation.bits} bits), but whoever reads it can use it."
    )


@staff.command("list")
def staff_list() -> None:
    """Show everybody: id, team, role, name, on or off duty, who stands in for them; and who is invited, never the code."""
    from bot.settings import load
    from bot.staffroom import open_invitations, staff_lines

    settings = load()
    for line in asyncio.run(staff_lines(settings)):
        duty = "on duty" if line.is_on_duty else "off duty"
        stands_in = f"substitute {line.substitute_id or 'none'}"
        typer.echo(
            "\t".join((str(line.staff_id), line.team, line.role, line.name, duty, stands_in))
        )

    for each in asyncio.run(open_invitations(settings)):
        until = f"invited until {each.expires_at:%Y-%m-%d %H:%M} UTC"
        region = f"region {each.region or 'everywhere'}"
        typer.echo("\t".join((each.key, each.team, each.role, each.name, until, region)))


@staff.command("withdraw")
def staff_withdraw(
    which: Annotated[
        str, typer.Argument(metavar="KEY", help="As `staff list` shows it; or the name, of one.")
    ],
) -> None:
    """Withdraw an invitation that nobody has taken yet: its code is worth nothing any more."""
    from bot.settings import load
    from bot.staffroom import withdraw

    gone = asyncio.run(withdraw(load(), which))
    typer.echo(f"the invitation for {gone.name}, {gone.role} in {gone.team}, is withdrawn")


@staff.command("revoke")
def staff_revoke(
    staff_id: Annotated[int, typer.Argument(metavar="ID", help="As `staff list` shows it.")],
) -> None:
    """End somebody's seat at once; their cases wait again, and they and the learners hear it."""
    from bot.settings import load
    from bot.staffroom import revoke

    gone = asyncio.run(revoke(load(), staff_id))
    typer.echo(f"{gone.name} is not in {gone.team} any more; {len(gone.cases)} cases wait again")
    if gone.has_group:
        typer.echo("Take them out of the team's group, too: who is in it reads along.")


@staff.command("substitute")
def staff_substitute(
    staff_id: Annotated[int, typer.Argument(metavar="ID", help="Who is away at times.")],
    other: Annotated[str, typer.Argument(help="The id of who stands in for them, or none.")],
) -> None:
    """Say who stands in for somebody."""
    from bot.settings import load
    from bot.staffroom import substitute

    if other != "none" and not other.isdecimal():
        raise ConfigurationError(f"{other} is neither an id nor none")
    asyncio.run(substitute(load(), staff_id, None if other == "none" else int(other)))
    typer.echo(f"{other} stands in for {staff_id}" if other != "none" else "nobody stands in")
