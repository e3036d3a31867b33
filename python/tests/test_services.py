"""Services: deploy, ask in both forms, promote and roll back."""

from __future__ import annotations

import importlib
import importlib.util
import unittest
from typing import Any

from roadbed import RoadbedError, services

from .place import client, register

SECONDS = 60


def module(name: str) -> Any:
    """What users may have; the helpers must work with it and without it."""
    if importlib.util.find_spec(name) is None:
        raise unittest.SkipTest(f"{name} is not installed")
    return importlib.import_module(name)


class Services(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        rollout = services.deploy("steps", register("steps", 20), timeout=SECONDS, client=client())
        assert rollout.state == "promoted", rollout.raw

    def setUp(self) -> None:
        self.service = services.get("steps", client=client())

    def test_what_there_is(self) -> None:
        self.assertEqual((self.service.state, self.service.traffic[0].weight_percent), ("serving", 100.0))
        self.assertIn("steps", [service.name for service in services.list(client=client())])
        signature = self.service.signature()
        self.assertEqual([(column.name, column.type) for column in signature.inputs], [("a", "double")])
        with self.assertRaises(RoadbedError) as caught:
            services.get("nothing", client=client())
        self.assertEqual(caught.exception.status, 404)

    def test_rows_in_every_form(self) -> None:
        rows: tuple[object, ...] = ([[0.2], [0.9]], [{"a": 0.2}, {"a": 0.9}], {"a": [0.2, 0.9]}, ((0.2,), (0.9,)))
        for given in rows:
            answer = self.service.predict(given)
            self.assertEqual(answer.predictions, [10.0, 20.0], given)
            self.assertTrue(answer.id and answer.request_id and answer.revision)
        self.assertEqual(self.service.predict([[0.9]], columns=["a"], routing_key="user-1").predictions, [20.0])

    def test_numpy_and_pandas(self) -> None:
        numpy, pandas = module("numpy"), module("pandas")
        self.assertEqual(self.service.predict(numpy.array([[0.2], [0.9]])).predictions, [10.0, 20.0])
        frame = pandas.DataFrame({"a": [0.2, 0.9, float("nan")]}, index=["x", "y", "z"])
        self.assertEqual(self.service.predict(frame).predictions[:2], [10.0, 20.0])
        self.assertEqual(self.service.predict({"a": numpy.array([0.9])}).predictions, [20.0])
        output = self.service.infer({"a": numpy.array([0.2, 0.9])}).outputs
        self.assertEqual(next(iter(output.values())).data, [10.0, 20.0])

    def test_open_inference_protocol(self) -> None:
        answer = self.service.infer({"a": [0.2, 0.9]})
        (tensor,) = answer.outputs.values()
        self.assertEqual((tensor.datatype, tensor.shape, tensor.data), ("FP64", (2,), [10.0, 20.0]))
        with self.assertRaises(RoadbedError):
            self.service.infer({"a": [0.2]}, outputs=["no such output"])
        with self.assertRaisesRegex(RoadbedError, "several lengths"):
            self.service.infer({"a": [[0.2], [0.1, 0.3]]})

    def test_a_wrong_question_is_told(self) -> None:
        with self.assertRaises(RoadbedError) as caught:
            self.service.predict([{"b": 1.0}])
        self.assertEqual(caught.exception.status, 400)
        self.assertTrue(caught.exception.code.isupper(), caught.exception.code)
        for wrong in (7, "text", [[float("inf")]]):
            with self.assertRaises(RoadbedError) as caught:
                self.service.predict(wrong)
            self.assertEqual(caught.exception.code, "client.invalid_input")


class Releases(unittest.TestCase):
    def test_a_canary_is_promoted_and_undone_by_a_person(self) -> None:
        services.deploy("released", register("released", 20), timeout=SECONDS, client=client())
        service = services.get("released", client=client())
        rollout = services.deploy("released", register("released", 30), strategy="canary", steps=["50%"], wait=False, client=client())
        rollout.wait_until_running(SECONDS)
        self.assertEqual(rollout.state, "running")
        with self.assertRaises(RoadbedError) as caught:
            rollout.wait(0.2)
        self.assertEqual(caught.exception.code, "client.timed_out")
        self.assertEqual(rollout.promote().wait(SECONDS, check=True).state, "promoted")
        assert rollout.verdict is not None
        self.assertEqual((rollout.verdict.decision, rollout.verdict.reason), ("promoted", "manual"))
        self.assertEqual(service.predict([[0.9]]).predictions, [30.0])

        back = service.rollback(timeout=SECONDS)
        self.assertTrue(back.is_over)
        self.assertEqual(service.predict([[0.9]]).predictions, [20.0])
        self.assertEqual(service.refresh().model, "released/1")
        newest = service.rollout()
        assert newest is not None
        self.assertEqual(next(found.id for found in service.rollouts()), newest.id)

    def test_a_model_that_is_not_there_is_refused(self) -> None:
        with self.assertRaises(RoadbedError):
            services.deploy("nobody", "no-such-model/1", client=client())
        self.assertNotIn("nobody", [service.name for service in services.list(client=client())])
