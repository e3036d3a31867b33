"""Errors carry what the server said, and calls that may be repeated are."""

from __future__ import annotations

import pickle
import threading
import unittest
from http.server import BaseHTTPRequestHandler, HTTPServer

import roadbed
from roadbed import RoadbedError, jobs

from .place import client


class Errors(unittest.TestCase):
    def test_a_problem_arrives_whole(self) -> None:
        with self.assertRaises(RoadbedError) as caught:
            jobs.submit(run="true", memory="4 elephants", client=client())
        error = caught.exception
        self.assertEqual((error.status, error.field), (400, "resources.memory"))
        self.assertRegex(error.code, r"^\w+\.\w+$")
        self.assertTrue(error.title and error.detail and error.request_id, vars(error))
        self.assertIn("elephants", str(error))
        again = pickle.loads(pickle.dumps(error))
        self.assertEqual((vars(again), str(again)), (vars(error), str(error)))

    def test_unknown_and_unauthenticated(self) -> None:
        with self.assertRaises(RoadbedError) as caught:
            jobs.get("no-such-job", client=client())
        self.assertEqual((caught.exception.code, caught.exception.status), ("jobs.unknown", 404))
        with self.assertRaises(RoadbedError) as caught:
            jobs.get("x", client=roadbed.connect(client().url, "rb_not_a_token"))
        self.assertEqual(caught.exception.status, 401)
        self.assertIn("roadbed login", str(caught.exception))

    def test_nobody_there(self) -> None:
        with self.assertRaises(RoadbedError) as caught:
            roadbed.connect("http://127.0.0.1:1", "rb_x", patience=0.2).get("/api/v1/me")
        self.assertEqual((caught.exception.code, caught.exception.status), ("client.unreachable", 0))
        self.assertIn("roadbed up", str(caught.exception))


class Flaky(BaseHTTPRequestHandler):
    """A proxy before a server that restarts: 503 twice, then an answer."""

    protocol_version = "HTTP/1.1"
    keys: list[str | None]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"] or 0))
        seen = type(self).keys
        seen.append(self.headers["idempotency-key"])
        body = b'{"id": "1"}' if len(seen) > 2 else b"away"
        self.send_response(201 if len(seen) > 2 else 503)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


class Repeats(unittest.TestCase):
    def setUp(self) -> None:
        Flaky.keys = []
        self.server = HTTPServer(("127.0.0.1", 0), Flaky)
        self.addCleanup(self.server.server_close)
        thread = threading.Thread(target=self.server.serve_forever)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(self.server.shutdown)
        self.client = roadbed.connect(f"http://127.0.0.1:{self.server.server_port}", "rb_x")
        self.addCleanup(self.client.close)

    def test_creates_are_repeated_under_one_key(self) -> None:
        self.assertEqual(self.client.post("/things", {}, creates=True), {"id": "1"})
        self.assertEqual(len(Flaky.keys), 3)
        self.assertEqual(len(set(Flaky.keys)), 1)
        self.assertTrue(Flaky.keys[0])

    def test_other_changes_are_not_repeated(self) -> None:
        with self.assertRaises(RoadbedError) as caught:
            self.client.post("/things/1/roll-back", {})
        self.assertEqual((caught.exception.code, caught.exception.status), ("http.503", 503))
        self.assertEqual(len(Flaky.keys), 1)


class OneKey(unittest.TestCase):
    def test_the_same_key_makes_one_job(self) -> None:
        first, again = (jobs.submit(run="true", idempotency_key="helpers-1", client=client()) for _ in range(2))
        self.assertEqual(first.id, again.id)
        self.assertEqual(first.wait(60).state, "succeeded")
