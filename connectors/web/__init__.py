"""The web chat: one page, server-sent events, no account. Keeps nothing itself."""

from connectors.web.connector import WebConnector, WebPlace
from connectors.web.texts import LegalLinks, WebTexts, web_texts

__all__ = ["LegalLinks", "WebConnector", "WebPlace", "WebTexts", "web_texts"]
