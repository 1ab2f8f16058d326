"""Model files: arrays with a JSON header, that appear whole or not at all."""

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FORMAT = 1
_HEADER = "header"


class ModelFileError(Exception):
    """The model file is missing, broken or of another kind. Run `lernallianz train`."""


def save_model(path: Path, header: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write a model.

    Args:
        path: the file, `….npz`; its folder is made.
        header: what JSON can hold.
        arrays: by name; none is called `header`.
    """
    encoded = json.dumps({"format": FORMAT, **header}, ensure_ascii=False).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft.npz")
    content: dict[str, Any] = {_HEADER: np.frombuffer(encoded, dtype=np.uint8), **arrays}
    np.savez_compressed(draft, **content)
    draft.replace(path)


def load_model(path: Path) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Read a model.

    Returns:
        The header and the arrays.

    Raises:
        ModelFileError: there is none, or it cannot be used.
    """
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        header = json.loads(arrays.pop(_HEADER).tobytes())
        if header["format"] != FORMAT:
            raise ModelFileError(f"{path}: format {header['format']} instead of {FORMAT}")
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise ModelFileError(f"{path}: {error}") from error
    return header, arrays
