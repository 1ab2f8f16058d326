"""Words of dialects that look like the short names of days: `erinner mi` is not Wednesday. Pure."""

import re

_PRONOUN = re.compile(
    r"(?<!\w)(?P<before>(?:erinn?er\w*|meld\w*|fr[ao]g\w*|sag\w*|schreib\w*|weck\w*|ruf\w*|kann\w*|d|du|i|ich|s)\s+)?"
    r"(?P<word>mi|di)(?![\w.])(?P<after>\s+(?!(?:und|oder|bis|um|om|ab|gegen|bitte|vor|nach|frueh|früh|abends?|mittags?|morgens?|nachmittags?|halb|viertel|dreiviertel"
    r"|mo|di|mi|do|fr|sa|so|ist|geht|nicht|alle|jede\w*|immer)(?!\w))[^\W\d_]{3,}|\s+jede[nrs]?(?!\w))?",
    re.IGNORECASE,
)


def without_pronouns(text: str) -> str:
    """The text with `mi` and `di` as `mich` and `dich` where they mean nobody's Wednesday or Tuesday."""
    return _PRONOUN.sub(_written, text)


def _written(found: re.Match[str]) -> str:
    if not (found["before"] or found["after"]):
        return found[0]
    return f"{found['before'] or ''}{found['word']}ch{found['after'] or ''}"
