"""How an article is shown: text for the language level, next step, source, related articles. Pure."""

from collections.abc import Sequence
from datetime import date

from bot.action import offer
from bot.turn import Offer
from knowledge.article import Article, Place
from knowledge.loader import Library

MOST_RELATED = 2
PEOPLE_TO_ASK = ("berufsberatung", "kammer", "quabb", "krise_jugend")
"""The places where a human is for everybody."""


def place_line(place: Place | None) -> str:
    """One place to go, with telephone and link where there are any."""
    if place is None:
        return ""
    line = f"[{place.name}]({place.link})" if place.link else place.name
    if place.phone:
        line += f", [{place.phone}](tel:{place.phone.replace(' ', '')})"
    return f"{line} ({place.hours})" if place.hours else line


def places_of(state: str | None, library: Library) -> str:
    """Where a human is whom one can reach oneself, a line each; what a region lacks is left out."""
    found = (library.place(key, state) for key in PEOPLE_TO_ASK)
    return "\n".join(f"• {place_line(place)}: {place.does}" for place in found if place)


def german_date(day: date) -> str:
    """A day as it is written in German."""
    return f"{day.day}.{day.month}.{day.year}"


def answer_values(
    article: Article, place: Place | None, *, level: str, role: str | None = None
) -> dict[str, str]:
    """The placeholders of `utter_answer`, `utter_more` and `utter_answer_expired`."""
    return {
        "answer": article.text(level, role).strip(),
        "more": article.more.strip() if article.more else "",
        "next_step": article.next_step.strip(),
        "place": place_line(place),
        "article": article.key,
        "stand": article.stand,
        "valid_until": german_date(article.valid_until),
        "sources": ", ".join(f"[{each.title}]({each.link})" for each in article.sources),
    }


def article_offers(keys: Sequence[str], library: Library) -> list[Offer]:
    """One choice for each article that exists, labelled with its title."""
    found = (library.find(key) for key in keys)
    return [
        offer(article.title, "show_article", article=article.key) for article in found if article
    ]
