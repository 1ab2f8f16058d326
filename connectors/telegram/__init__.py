"""Telegram: private chats and groups of teams, by long polling or webhook. Keeps nothing itself."""

from connectors.telegram.connector import TelegramConnector, TelegramPlace
from connectors.telegram.texts import TelegramTexts, telegram_texts

__all__ = ["TelegramConnector", "TelegramPlace", "TelegramTexts", "telegram_texts"]
