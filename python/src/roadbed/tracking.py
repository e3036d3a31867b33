"""What the `mlflow` client does not have: whole curves in one call.

    from roadbed import tracking

    tracking.log_curves({"loss": losses, "accuracy": accuracies}, run=run_id)

Everything else is what `mlflow` is for, unmodified. Raises `RoadbedError`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ._client import Client, client_or_common, segment
from ._errors import RoadbedError
from ._json import Object, as_word, encoded

__all__ = ["log_curves"]

POINTS_PER_CALL = 500_000
METRICS_PER_CALL = 1000


def log_curves(
    curves: Mapping[str, Any],
    *,
    run: str | None = None,
    steps: Sequence[int] | Any = None,
    first_step: int = 0,
    timestamps_ms: Sequence[int] | Any = None,
    client: Client | None = None,
) -> int:
    """Logs whole metrics and gives how many points were taken in; they are durable then.

    `curves` goes from the metric's name to its values, a list or a numpy array of numbers; NaN and infinities are kept. `run` is the id
    of a run, that which `mlflow` has active when absent. `steps` are common to all curves, one per value; without them steps count up
    from `first_step`. `timestamps_ms`, milliseconds since 1970, one per value; without them all have the time at which they arrive.
    Curves of up to 500,000 points go in one call, longer ones in several; with `timestamps_ms` logging the same again adds nothing.
    """
    common = client_or_common(client)
    path = f"/api/v1/runs/{segment(run or _active_run())}/metrics"
    all_steps = None if steps is None else _plain(steps)
    all_times = None if timestamps_ms is None else _plain(timestamps_ms)
    points = 0
    for metrics in _calls(curves, all_steps, first_step, all_times):
        body = encoded({"metrics": metrics}, as_word)
        points += int(common.post(path, body, repeatable=all_times is not None).get("points", 0))
    return points


def _calls(curves: Mapping[str, Any], steps: list[Any] | None, first_step: int, times: list[Any] | None) -> Iterator[list[Object]]:
    """Metrics of one call after the other, none with more points than one may have."""
    metrics: list[Object] = []
    room = POINTS_PER_CALL
    for key, curve in curves.items():
        values = _plain(curve)
        for name, given in (("steps", steps), ("timestamps_ms", times)):
            if given is not None and len(given) != len(values):
                detail = f"{name} has {len(given)} entries for {len(values)} values of {key!r}"
                raise RoadbedError("client.invalid_input", detail, field=name)
        start = 0
        while start < len(values):
            if room == 0 or len(metrics) == METRICS_PER_CALL:
                yield metrics
                metrics, room = [], POINTS_PER_CALL
            end = min(start + room, len(values))
            metric: Object = {"key": key, "values": values[start:end]}
            metric |= {"steps": steps[start:end]} if steps is not None else {"first_step": first_step + start}
            if times is not None:
                metric["timestamps_ms"] = times[start:end]
            metrics.append(metric)
            room -= end - start
            start = end
    if metrics:
        yield metrics


def _plain(values: Any) -> list[Any]:
    return values.tolist() if hasattr(values, "tolist") else [*values]


def _active_run() -> str:
    mlflow: Any = sys.modules.get("mlflow")
    active = mlflow.active_run() if mlflow is not None else None
    if active is None:
        raise RoadbedError("client.invalid_input", "no run is named and mlflow has none active", fix="give run=RUN_ID", field="run")
    return str(active.info.run_id)
