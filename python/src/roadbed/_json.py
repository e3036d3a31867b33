"""JSON out and in. Values of numpy and pandas are known by what they offer, never imported."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar, cast

from ._errors import RoadbedError

Object = dict[str, Any]
"""A JSON object as the server wrote it."""
Made = TypeVar("Made")


def as_missing(value: float) -> object:
    """NaN is a missing value, null; infinity has no form."""
    if value != value:
        return None
    raise RoadbedError("client.invalid_input", "an infinite value has no form in JSON", fix="clip it, or send None")


def as_word(value: float) -> object:
    """What the server reads as these numbers: `"NaN"`, `"Infinity"`, `"-Infinity"`."""
    return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"


def encoded(value: object, special: Callable[[float], object] = as_missing) -> bytes:
    """The text of a value; `special` says what stands for NaN and infinity."""
    try:
        text = _dumps(value)
    except ValueError:
        # Seldom: looking at each number in Python takes longer than writing all of them.
        text = _dumps(_replaced(value, special))
    return text.encode()


def decoded(body: bytes, base: str) -> Object:
    """The JSON object in an answer."""
    try:
        value: Any = json.loads(body)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise RoadbedError("client.unexpected_answer", f"{base} answers with something that is no JSON object")
    return cast("Object", value)


def shaped(make: Callable[[Object], Made], value: Object) -> Made:
    """Reads an object of the server; one of another shape comes from another version or another program."""
    try:
        return make(value)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        detail = f"the answer is not as expected ({type(error).__name__}: {error}); is it from another version?"
        raise RoadbedError("client.unexpected_answer", detail) from error


def without_none(**values: object) -> Object:
    """What was given."""
    return {name: value for name, value in values.items() if value is not None}


def _dumps(value: object) -> str:
    return json.dumps(value, default=_plain, allow_nan=False, ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> object:
    # NaT and NA of pandas: missing, and neither equal nor comparable to anything.
    if type(value).__name__ in ("NaTType", "NAType"):
        return None
    for name in ("tolist", "isoformat"):
        method = getattr(value, name, None)
        if callable(method):
            return method()
    raise RoadbedError("client.invalid_input", f"{type(value).__name__} has no form in JSON")


def _replaced(value: Any, special: Callable[[float], object]) -> Any:
    if isinstance(value, Mapping):
        return {name: _replaced(item, special) for name, item in cast("Mapping[str, Any]", value).items()}
    if isinstance(value, (list, tuple)):
        return [_replaced(item, special) for item in cast("Sequence[Any]", value)]
    if hasattr(value, "tolist"):
        return _replaced(value.tolist(), special)
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return special(value)
    return value
