"""The browser of the web chat's tests."""

from tests.web.conftest import browser

__all__ = ["browser"]
