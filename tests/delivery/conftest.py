"""A post over each database."""

import pytest

from bot.storage.database import Database
from tests.delivery.stage import Post


@pytest.fixture
def post(database: Database) -> Post:
    return Post(database)
