"""Word lists as parts of patterns. Pure."""


def one_of(words: str) -> str:
    """A pattern for one of some words, each a pattern itself, between which white space stands."""
    return f"(?:{'|'.join(words.split())})"
