"""Questions to a service, in the two forms it takes. Arrays and tables of numpy and pandas are known by what they offer, never imported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ._client import Client, segment
from ._errors import RoadbedError
from ._http import Answer
from ._json import Object, decoded, encoded, shaped

DATATYPES = {
    "bool": "BOOL",
    "int8": "INT8",
    "int16": "INT16",
    "int32": "INT32",
    "int64": "INT64",
    "uint8": "UINT8",
    "uint16": "UINT16",
    "uint32": "UINT32",
    "uint64": "UINT64",
    "float32": "FP32",
    "float64": "FP64",
}
"""Datatypes of the Open Inference Protocol by numpy's names, as far as JSON can carry them."""


@dataclass(frozen=True)
class Prediction:
    """An answer of a model."""

    predictions: Any
    """As `predict` gives it: a list with one entry per row; a list of mappings when the model gives a table."""
    id: str
    """Id of the prediction, which outcomes refer to."""
    revision: int | None
    """Number of the revision that answered."""
    request_id: str
    """As in the gateway's log."""


@dataclass(frozen=True)
class Tensor:
    """An array of one datatype."""

    datatype: str
    """Of the Open Inference Protocol, such as `FP64`, `INT64`, `BOOL`, `BYTES`."""
    shape: tuple[int, ...]
    data: Sequence[Any]
    """Row by row, flat."""


@dataclass(frozen=True)
class Inference:
    """An answer by the Open Inference Protocol."""

    outputs: Mapping[str, Tensor]
    id: str
    """Id of the prediction, which outcomes refer to."""
    revision: int | None
    """Number of the revision that answered."""
    request_id: str
    """As in the gateway's log."""


def invoke(
    client: Client,
    url: str,
    rows: object,
    columns: Sequence[str] | None,
    parameters: Mapping[str, Any] | None,
    routing_key: str | None,
    timeout: float | None,
) -> Prediction:
    """Asks by MLflow's scoring protocol."""
    body = question(rows, columns)
    if parameters:
        body["params"] = dict(parameters)
    base, slash, rest = url.partition("/services/")
    answer = client.ask(base, slash + rest, encoded(body), _routing(routing_key), timeout)
    return shaped(lambda value: Prediction(value["predictions"], *_answered(answer)), decoded(answer.body, url))


def infer(
    client: Client,
    base: str,
    service: str,
    inputs: Mapping[str, object],
    outputs: Sequence[str] | None,
    parameters: Mapping[str, Any] | None,
    routing_key: str | None,
    timeout: float | None,
) -> Inference:
    """Asks by the Open Inference Protocol."""
    body: Object = {"inputs": [_input(name, value) for name, value in inputs.items()]}
    if outputs is not None:
        body["outputs"] = [{"name": name} for name in outputs]
    if parameters:
        body["parameters"] = dict(parameters)
    path = f"/v2/models/{segment(service)}/infer"
    answer = client.ask(base, path, encoded(body), _routing(routing_key), timeout)

    def read(value: Object) -> Inference:
        given = {str(item["name"]): Tensor(str(item["datatype"]), tuple(item["shape"]), item["data"]) for item in value["outputs"]}
        return Inference(given, *_answered(answer))

    return shaped(read, decoded(answer.body, base + path))


def question(rows: object, columns: Sequence[str] | None = None) -> Object:
    """The body that asks about `rows`."""
    table: Any = rows
    if hasattr(rows, "to_dict") and hasattr(rows, "columns"):
        split = table.to_dict(orient="split")
        return {"dataframe_split": {"columns": columns or split["columns"], "data": split["data"]}}
    if hasattr(rows, "tolist"):
        return _of_lists(table.tolist(), columns)
    if isinstance(rows, Mapping):
        return {"inputs": {**table}}
    if isinstance(rows, Sequence) and not isinstance(rows, (str, bytes)):
        return _of_lists([*rows], columns)
    raise RoadbedError(
        "client.invalid_input",
        f"{type(rows).__name__} holds no rows",
        fix="give a DataFrame, an array, a list of rows, a list of mappings, or a mapping of arrays",
    )


def _of_lists(rows: list[Any], columns: Sequence[str] | None) -> Object:
    if rows and isinstance(rows[0], Mapping):
        return {"dataframe_records": rows}
    if columns is not None:
        return {"dataframe_split": {"columns": [*columns], "data": rows}}
    return {"inputs": rows}


def _input(name: str, value: Any) -> Object:
    if isinstance(value, Tensor):
        return {"name": name, "datatype": value.datatype, "shape": [*value.shape], "data": [*value.data]}
    if hasattr(value, "dtype") and hasattr(value, "shape"):
        datatype = DATATYPES.get(str(value.dtype))
        if datatype is not None:
            return {"name": name, "datatype": datatype, "shape": [*value.shape], "data": value.reshape(-1).tolist()}
        value = value.tolist()
    flat, shape = _flat(name, value)
    return {"name": name, "datatype": _datatype(name, flat), "shape": shape, "data": flat}


def _flat(name: str, value: Any) -> tuple[list[Any], list[int]]:
    if not _is_row(value):
        raise RoadbedError("client.invalid_input", f"input {name!r} is no array but {type(value).__name__}")
    level: list[Any] = [*value]
    shape = [len(level)]
    while level and _is_row(level[0]):
        length = len(level[0])
        if any(not _is_row(item) or len(item) != length for item in level):
            raise RoadbedError("client.invalid_input", f"input {name!r} has rows of several lengths")
        shape.append(length)
        level = [item for row in level for item in row]
    return level, shape


def _is_row(value: Any) -> bool:
    return isinstance(value, (list, tuple))


def _datatype(name: str, flat: Sequence[Any]) -> str:
    kinds: set[str] = {type(item).__name__ for item in flat}
    for types, datatype in (({"bool"}, "BOOL"), ({"int"}, "INT64"), ({"int", "float"}, "FP64"), ({"str"}, "BYTES")):
        if kinds <= types:
            return datatype
    mixed = ", ".join(sorted(kinds))
    raise RoadbedError("client.invalid_input", f"input {name!r} holds {mixed}, which have no common datatype", fix="give a Tensor")


def _routing(key: str | None) -> dict[str, str]:
    return {"x-roadbed-routing-key": key} if key else {}


def _answered(answer: Answer) -> tuple[str, int | None, str]:
    revision = answer.headers.get("x-roadbed-revision", "")
    return (
        answer.headers.get("x-roadbed-prediction-id", ""),
        int(revision) if revision.isdigit() else None,
        answer.headers.get("x-request-id", ""),
    )
