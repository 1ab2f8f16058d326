"""Why a request is refused: a status and the name of the text that says so kindly."""

from enum import Enum


class Problem(Enum):
    """One kind of refusal: the name of its text in `ErrorTexts`, and its HTTP status."""

    BROKEN = "broken", 400
    EMPTY = "empty", 400
    NO_SESSION = "no_session", 401
    FOREIGN = "foreign", 403
    WRONG_CODE = "wrong_code", 403
    NOT_FOUND = "not_found", 404
    TOO_LARGE = "too_large", 413
    FILE_TOO_LARGE = "file_too_large", 413
    NOT_JSON = "not_json", 415
    WRONG_KIND = "wrong_kind", 415
    TOO_MANY = "too_many", 429
    OUR_FAULT = "our_fault", 500
    NOT_STORED = "not_stored", 503

    def __init__(self, text: str, status: int) -> None:
        self.text = text
        self.status = status


class Rejected(Exception):
    """A request that cannot be served; nothing was stored."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.text)
        self.problem = problem
