"""Sentences said outside a dialogue, as YAML: crises, failures, the web page, the commands."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from bot.errors import ConfigurationError
from knowledge.yamls import load_yaml

FOLDER = Path(__file__).resolve().parent


def load_texts(name: str, folder: Path = FOLDER) -> Mapping[str, Any]:
    """One file of texts, such as `failures` or `web`.

    Raises:
        ConfigurationError: the file is missing, no UTF-8, or no YAML mapping.
    """
    path = folder / f"{name}.yml"
    try:
        texts = load_yaml(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigurationError(f"{path}: {error}") from error
    if not isinstance(texts, dict):
        raise ConfigurationError(f"{path}: must hold a mapping")
    return texts
