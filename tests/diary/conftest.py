"""The browser of the web chat's tests."""

from tests.web.conftest import axe, browser

__all__ = ["axe", "browser"]
