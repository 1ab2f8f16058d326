"""What the dialogues may ask of the hand-over to humans."""

from bot.action import Action
from bot.escalation.actions import cases, closing, digest, gaps, inviting, learner, team
from bot.escalation.actions.staff_alone import StaffAlone
from bot.escalation.desk import CoachDesk
from bot.escalation.past import Past
from bot.people.redeeming import Codes
from bot.reminders.actions.bench import Bench


def actions(desk: CoachDesk, codes: Codes | None, bench: Bench, past: Past) -> list[Action]:
    """All actions of this topic.

    Args:
        desk: the words and rules.
        codes: looks invitations up; None where nobody is remembered.
        bench: that of the reminders: plans, the record, days and hours.
        past: how cases ended, and whose they were.
    """
    return [
        *learner.actions(desk),
        *map(StaffAlone, [*cases.actions(desk), *closing.actions(desk), *team.actions(desk)]),
        *inviting.actions(desk, codes),
        *digest.actions(desk, bench, past),
        *gaps.actions(desk, bench, past),
    ]
