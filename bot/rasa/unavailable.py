"""What the adapters hear when Rasa does not answer."""


class RasaUnavailable(Exception):
    """Rasa did not answer, or not with what it should; the embedded engine takes over."""
