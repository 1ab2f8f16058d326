"""What the dialogues may ask of the answers."""

from collections.abc import Callable, Sequence
from typing import Any

from bot.action import Action, ActionCall, ActionResult, Say
from bot.answers.changes import CountRating
from bot.answers.followups import GOES_ON
from bot.answers.present import MOST_RELATED, answer_values, article_offers, place_line, places_of
from bot.answers.rules import Decision, decide
from bot.events import Ranked, SlotSet
from bot.tracker import IS_IN_CRISIS
from bot.turn import Offer
from knowledge.article import Article, Place
from knowledge.loader import Library

DEFAULT_PLACE = "berufsberatung"

MOST_IN_MENU = 9
"""So many articles of a topic are shown at a time."""

Knowledge = Callable[[], Library]
"""Gives the library as it stands now; articles are reloaded while we run."""

SURE_AFTER_CRISIS = 0.75
"""After an acute crisis an article about something else answers from this confidence on only: "soll ich zur Polizei"
asks for no date of application."""
WHO_READS_THIS = "ds.assistent_regel"
"""The article that who is in a crisis asks for as well, and stays in it."""


class AnswerQuestion:
    """Answer, ask back or say that we don't know, from the whole ranking."""

    name = "action_answer"

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        parse = call.tracker.latest_message
        return self.answered(parse.ranking if parse else (), call)

    def answered(self, ranking: Sequence[Ranked], call: ActionCall) -> ActionResult:
        """The answer to a text with these readings, best first."""
        library = self._knowledge()
        decision = decide(
            ranking,
            role=asking(call),
            audiences={key: article.audience for key, article in library.articles.items()},
        )
        article = library.find(decision.keys[0]) if decision.keys else None
        if call.tracker.slot(IS_IN_CRISIS) and not _is_surely_asked_for(decision, article, call):
            return _still_here(decision)
        if article is None:
            return _not_known(call, library, decision)
        if call.entity("is_distress") and decision.outcome != "answer":
            return _listen(decision)
        if decision.outcome == "clarify":
            return _ask_back(decision, call, library)
        if call.entity(GOES_ON) and article.key == call.tracker.slot("last_article"):
            return said_more(article, call, library)
        return shown(article, call, library, decision)


class ShowArticle:
    """Show the article that was picked from a list."""

    name = "action_show_article"

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        library = self._knowledge()
        article = library.find(str(call.entity("article")))
        if article is None:
            return _not_known(call, library, Decision("fallback"))
        return shown(article, call, library, Decision("answer", (article.key,), confidence=1.0))


class OpenLink:
    """Show the article that a link or QR code names; greet when there is none."""

    name = "action_open_link"

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        library = self._knowledge()
        article = library.find_linked(str(call.entity("argument")))
        if article is None:
            return ActionResult(says=[Say("utter_greet")])
        return shown(article, call, library, Decision("answer", (article.key,), confidence=1.0))


class SayMore:
    """Say the rest of what is known about an article."""

    name = "action_more"

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        library = self._knowledge()
        article = library.find(str(call.entity("article") or call.tracker.slot("last_article")))
        if _is_about_the_crisis(article, call):
            return _still_here(Decision("fallback"))
        if article is None:
            return _not_known(call, library, Decision("fallback"))
        return said_more(article, call, library)


class SayEasier:
    """Say the last answer again in Einfache Sprache."""

    name = "action_easier"

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        library = self._knowledge()
        article = library.find(str(call.tracker.slot("last_article")))
        if _is_about_the_crisis(article, call):
            return _still_here(Decision("fallback"))
        if article is None or not article.is_valid_on(call.situation.now.date()):
            return ActionResult(says=[Say("utter_not_understood")])
        if call.profile("language_level") == "einfach":
            return said_more(article, call, library)
        values = {
            **_values(article, call, library),
            "answer": article.text("einfach", asking(call)),
        }
        return ActionResult(says=[Say("utter_easier", values)])


class NotMeant:
    """Show the second best, or ask for other words."""

    name = "action_not_meant"

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        library = self._knowledge()
        keys = [str(key) for key in call.tracker.slot("open_alternatives") or ()]
        offers = article_offers(keys, library)
        forget = SlotSet("open_alternatives", None)
        if not offers:
            place = place_line(_place(DEFAULT_PLACE, call, library))
            say = Say("utter_not_meant_nothing_left", {"place": place})
            return ActionResult(events=[forget], says=[say], findings={"outcome": "fallback"})
        say = Say("utter_not_meant", offers=tuple(offers))
        findings = {"outcome": "clarify", "alternatives": keys}
        return ActionResult(events=[forget], says=[say], findings=findings)


class Rate:
    """Count, without a person, whether an answer helped."""

    name = "action_rate"

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        library = self._knowledge()
        key = str(call.entity("article"))
        is_helpful = bool(call.entity("helpful"))
        article = library.find(key)
        place = _place(article.place if article else DEFAULT_PLACE, call, library)
        response = "utter_rated_helpful" if is_helpful else "utter_rated_unhelpful"
        say = Say(response, {"place": place_line(place)})
        change = CountRating(article=key, is_helpful=is_helpful, day=call.situation.now.date())
        return ActionResult(says=[say], changes=[change])


class MenuTopic:
    """The articles of one topic as choices."""

    name = "action_menu_topic"

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        library = self._knowledge()
        topic, start = str(call.entity("topic")), int(call.entity("start") or 0)
        keys = [key for key, each in sorted(library.articles.items()) if each.topic == topic]
        offers = tuple(article_offers(keys[start : start + MOST_IN_MENU], library))
        following = start + MOST_IN_MENU
        if following >= len(keys):
            return ActionResult(says=[Say("utter_topic", offers=offers)])
        values = {"topic": topic, "start": str(following)}
        return ActionResult(says=[Say("utter_topic_and_more", values, offers)])


class FindHuman:
    """Where a human is."""

    name = "action_human"

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        values = {"places": _places(call, self._knowledge())}
        return ActionResult(says=[Say("utter_human", values)])


def actions(knowledge: Knowledge) -> list[Action]:
    """All actions of this topic."""
    kinds = (
        AnswerQuestion,
        ShowArticle,
        OpenLink,
        SayMore,
        SayEasier,
        NotMeant,
        Rate,
        MenuTopic,
        FindHuman,
    )
    return [kind(knowledge) for kind in kinds]


def shown(article: Article, call: ActionCall, library: Library, decision: Decision) -> ActionResult:
    """The article as an answer; one that is out of date sends to the official page instead."""
    is_valid = article.is_valid_on(call.situation.now.date())
    says = [
        Say(
            "utter_answer" if is_valid else "utter_answer_expired",
            _values(article, call, library),
            _related(article, library),
        )
    ]
    state = call.entity("state") or call.profile("state")
    in_crisis = call.tracker.slot(IS_IN_CRISIS)
    if article.region != "bund" and state and state != article.region:
        says.insert(0, Say("utter_other_region"))
    return ActionResult(
        events=[
            *_remembered(article, call, decision),
            SlotSet("has_more", bool(article.more)),
            SlotSet(IS_IN_CRISIS, True if in_crisis and _belongs_to_crisis(article) else None),
            SlotSet("open_alternatives", list(decision.alternatives) or None),
            SlotSet("failures", None),
        ],
        says=says,
        findings=_findings(decision, article),
    )


def asking(call: ActionCall) -> str | None:
    """Whose answer fits: that of whom this message speaks ("mein Azubi"), else of who is known."""
    about = call.entity("asks_about")
    return str(about) if about else call.profile("role")


def said_more(article: Article, call: ActionCall, library: Library) -> ActionResult:
    """The rest of what is known about an article, once; after it only where to ask."""
    values = _values(article, call, library)
    is_new = call.entity("article") or call.tracker.slot("has_more") is not False
    response = "utter_more" if values["more"] and is_new else "utter_no_more"
    if not article.is_valid_on(call.situation.now.date()):
        response = "utter_answer_expired"
    decision = Decision("answer", (article.key,), confidence=1.0)
    return ActionResult(
        events=[*_remembered(article, call, decision), SlotSet("has_more", False)],
        says=[Say(response, values, _related(article, library))],
        findings=_findings(decision, article),
    )


def _remembered(article: Article, call: ActionCall, decision: Decision) -> list[SlotSet]:
    """What the next message may go on from: a question that stands for itself, else the article's title."""
    if decision.outcome == "out_of_scope":
        return []
    parse = call.tracker.latest_message
    stands_alone = parse and parse.text and not call.entity(GOES_ON)
    asked = parse.text if parse and stands_alone else article.title
    return [SlotSet("last_article", article.key), SlotSet("last_question", asked)]


def _is_surely_asked_for(decision: Decision, article: Article | None, call: ActionCall) -> bool:
    """Whether a question that follows an acute crisis surely asks for an article."""
    if article is None or decision.outcome != "answer" or call.entity(GOES_ON):
        return False
    return _belongs_to_crisis(article) or decision.confidence >= SURE_AFTER_CRISIS


def _is_about_the_crisis(article: Article | None, call: ActionCall) -> bool:
    """Whether somebody who asks on ("und jetzt?") means the acute crisis, and not the article before it."""
    if not call.tracker.slot(IS_IN_CRISIS) or call.entity("article"):
        return False
    return article is None or not _belongs_to_crisis(article)


def _belongs_to_crisis(article: Article) -> bool:
    return article.serious or article.key == WHO_READS_THIS


def _still_here(decision: Decision) -> ActionResult:
    findings = {"outcome": "fallback", "confidence": decision.confidence}
    return ActionResult(says=[Say("utter_still_here")], findings=findings)


def _asked(call: ActionCall) -> list[SlotSet]:
    """What was asked in vain: the next message may say the rest of it."""
    parse = call.tracker.latest_message
    if not parse or not parse.text or call.entity(GOES_ON):
        return []
    return [SlotSet("last_question", parse.text)]


def _ask_back(decision: Decision, call: ActionCall, library: Library) -> ActionResult:
    return ActionResult(
        events=_asked(call),
        says=[Say("utter_ask_back", offers=tuple(article_offers(decision.keys, library)))],
        findings={
            "outcome": "clarify",
            "alternatives": list(decision.alternatives),
            "confidence": decision.confidence,
        },
    )


def _listen(decision: Decision) -> ActionResult:
    findings = {"outcome": "fallback", "confidence": decision.confidence}
    return ActionResult(says=[Say("utter_listen")], findings=findings)


def _not_known(call: ActionCall, library: Library, decision: Decision) -> ActionResult:
    if call.entity("is_distress"):
        return _listen(decision)
    failures = float(call.tracker.slot("failures") or 0) + 1
    findings = {"outcome": "fallback", "confidence": decision.confidence}
    if failures > 1:
        say = Say("utter_dont_know_again", {"places": _places(call, library)})
    else:
        say = Say("utter_dont_know", {"place": place_line(_place(DEFAULT_PLACE, call, library))})
    events = [SlotSet("failures", failures), *_asked(call)]
    return ActionResult(events=events, says=[say], findings=findings)


def _values(article: Article, call: ActionCall, library: Library) -> dict[str, str]:
    level = call.profile("language_level") or "standard"
    place = _place(article.place, call, library)
    return answer_values(article, place, level=level, role=asking(call))


def _place(key: str, call: ActionCall, library: Library) -> Place | None:
    """Nobody without a place to go: where a region lacks one, the nation's default."""
    found = library.place(key, call.profile("state"))
    return found or library.place(DEFAULT_PLACE)


def _places(call: ActionCall, library: Library) -> str:
    return places_of(call.profile("state"), library)


def _findings(decision: Decision, article: Article) -> dict[str, Any]:
    return {
        "outcome": decision.outcome,
        "article": article.key,
        "keys": list(article.keys),
        "alternatives": list(decision.alternatives),
        "confidence": decision.confidence,
    }


def _related(article: Article, library: Library) -> tuple[Offer, ...]:
    return tuple(article_offers(article.related[:MOST_RELATED], library))
