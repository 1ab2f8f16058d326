"""aiogram's models as a second opinion: on what a bot asks, and on what this stand-in answers.

aiogram generates its models from the Bot API's documentation, so a wrong field name or type here
is found by somebody else's reading of it. It is imported when first used: that takes seconds.
"""

import json
from functools import cache
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

Json = dict[str, Any]


def load() -> None:
    """Import and build what nearly every test needs.

    Done before anybody waits for an answer: it would stop the event loop for seconds.
    """
    _update()
    for method in ("getUpdates", "sendMessage", "editMessageText", "answerCallbackQuery"):
        _result(method)


def read(method: str, raw: Json) -> tuple[Json, tuple[str, ...]]:
    """The parameters, decoded to their types, and what is wrong with them.

    Values that do not fit stay as they came: what Telegram says to them is the method's business.

    Args:
        method: in Telegram's spelling.
        raw: as in the body; in forms, everything is text.
    """
    model = _model(method)
    if model is None:
        return raw, ()
    known = {name: value for name, value in raw.items() if name in model.model_fields}
    checked, values, complaints = _checked(model, known)
    unknown = [f"unknown parameter: {name}" for name in raw if name not in known]
    typed = {name: _typed(checked, name, value) for name, value in values.items()}
    others = {name: value for name, value in raw.items() if name not in known}
    return {**typed, **others}, (*unknown, *complaints)


def check_result(method: str, result: Any) -> None:
    """Assert that a result is what the documentation says."""
    adapter = _result(method)
    if adapter is not None:
        _check_extra(adapter.validate_python(result), method)


def check_update(body: Json) -> None:
    """Assert that an update is one."""
    _check_extra(_update().validate_python(body), "update")


def _checked(model: type[BaseModel], known: Json) -> tuple[BaseModel | None, Json, tuple[str, ...]]:
    """Validate; what is no text is JSON in a form, and shows by not being valid as it is."""
    try:
        return model.model_validate(known), known, ()
    except ValidationError as error:
        names = {str(problem["loc"][0]) for problem in error.errors()}
    values = {
        name: _json_or_same(value) if name in names else value for name, value in known.items()
    }
    try:
        return model.model_validate(values), values, ()
    except ValidationError as error:
        complaints = {
            f"{'missing' if problem['type'] == 'missing' else 'invalid'} parameter: "
            f"{problem['loc'][0]}"
            for problem in error.errors()
        }
        return None, values, tuple(sorted(complaints))


def _json_or_same(value: Any) -> Any:
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _typed(checked: BaseModel | None, name: str, value: Any) -> Any:
    """The value as its type; structures stay JSON. A chat's id is a number where it can be one."""
    if name == "chat_id":
        return _json_or_same(value)
    typed = getattr(checked, name, None)
    return typed if isinstance(typed, str | int | float | bool) else value


@cache
def _model(method: str) -> type[BaseModel] | None:
    import aiogram.methods

    return getattr(aiogram.methods, method[:1].upper() + method[1:], None)


@cache
def _result(method: str) -> TypeAdapter[Any] | None:
    model = _model(method)
    return None if model is None else TypeAdapter(getattr(model, "__returning__"))  # noqa: B009


@cache
def _update() -> TypeAdapter[Any]:
    from aiogram.types import Update

    return TypeAdapter(Update)


def _check_extra(value: Any, where: str) -> None:
    """Assert that no field is there which the documentation does not know."""
    if isinstance(value, list):
        for item in value:
            _check_extra(item, where)
    if isinstance(value, BaseModel):
        assert not value.model_extra, f"unknown fields in {where}: {value.model_extra}"
        for name in value.model_fields_set:
            _check_extra(getattr(value, name), f"{where}.{name}")
