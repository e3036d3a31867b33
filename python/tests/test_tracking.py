"""Whole curves at once, where the server takes them."""

from __future__ import annotations

import json
import unittest

from roadbed import RoadbedError, tracking

from .place import REPOSITORY, client, new_run

DOCUMENT = REPOSITORY / "docs" / "reference" / "openapi.json"
ROUTE = "/api/v1/runs/{run}/metrics"


class Curves(unittest.TestCase):
    def test_curves_arrive_whole(self) -> None:
        if ROUTE not in json.loads(DOCUMENT.read_text(encoding="utf-8"))["paths"]:
            self.skipTest(f"{ROUTE} is not in this version")
        run = new_run()
        curves = {"loss": [1 / (step + 1) for step in range(1000)], "odd": [float("nan"), float("inf")] * 500}
        times = list(range(1_700_000_000_000, 1_700_000_001_000))
        self.assertEqual(tracking.log_curves(curves, run=run, timestamps_ms=times, client=client()), 2000)
        tracking.log_curves(curves, run=run, timestamps_ms=times, client=client())
        history = client().get("/api/2.0/mlflow/metrics/get-history", {"run_id": run, "metric_key": "loss"})
        points = [(point["step"], point["value"]) for point in history["metrics"]]
        self.assertEqual(points, list(enumerate(curves["loss"])))

    def test_what_does_not_fit_is_said_before_anything_is_sent(self) -> None:
        with self.assertRaises(RoadbedError) as caught:
            tracking.log_curves({"loss": [1.0, 2.0]}, run="x", steps=[1], client=client())
        self.assertEqual((caught.exception.code, caught.exception.field), ("client.invalid_input", "steps"))
        with self.assertRaisesRegex(RoadbedError, "no run is named"):
            tracking.log_curves({"loss": [1.0]}, client=client())
