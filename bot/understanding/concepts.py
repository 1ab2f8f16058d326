"""What people call one thing: `rausgeschmissen` and `gefeuert` are both `kuendigung`.

The list is data (`knowledge/concepts.yml`), so that who reads what people type can mend it.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from bot.errors import ConfigurationError
from bot.understanding.lexicon import Lexicon, PatternError
from knowledge.text import normalise
from knowledge.yamls import load_yaml


class Concepts:
    """Finds concepts in a text. Pure.

    Args:
        patterns: by concept, what people call it; see `bot.understanding.lexicon`.

    Attributes:
        patterns: as given.
    """

    def __init__(self, patterns: Mapping[str, Sequence[str]]) -> None:
        self.patterns = {name: tuple(each) for name, each in patterns.items()}
        self._lexicon = Lexicon(
            {
                name: [tuple(normalise(pattern).split()) for pattern in each]
                for name, each in self.patterns.items()
            }
        )

    def found(self, tokens: Sequence[str]) -> list[str]:
        """The concepts in the words of a text, each once, in the order of their names."""
        return sorted(self._lexicon.find([each for each in tokens if each[0].isalnum()]))

    @property
    def fingerprint(self) -> str:
        """A hash that changes when any pattern changes."""
        return hashlib.sha256(json.dumps(self.patterns, sort_keys=True).encode()).hexdigest()


NO_CONCEPTS = Concepts({})


def load_concepts(path: Path) -> Concepts:
    """Read the list.

    Raises:
        ConfigurationError: the file or a pattern is broken.
    """
    try:
        raw = load_yaml(path.read_text(encoding="utf-8"))
        return Concepts({str(name): [str(each) for each in raw[name]] for name in raw})
    except (OSError, yaml.YAMLError, TypeError, PatternError) as error:
        raise ConfigurationError(f"{path}: {error}") from error
