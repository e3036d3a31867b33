"""The server is found in the order of the command line, and a token goes only where it belongs."""

from __future__ import annotations

import os
import pathlib
import tempfile
import unittest
from unittest.mock import patch

import roadbed
from roadbed import RoadbedError, jobs

from .place import client, platform

KEPT = {"PATH": os.environ["PATH"]}


class Locate(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = pathlib.Path(folder.name)
        patched = patch.dict(os.environ, {**KEPT, "HOME": folder.name}, clear=True)
        patched.start()
        self.addCleanup(patched.stop)

    def login(self, url: str, token: str, mode: int = 0o600) -> None:
        place = self.home / ".config" / "roadbed" / "login.json"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f'{{"url": "{url}", "token": "{token}"}}')
        place.chmod(mode)

    def test_data_directory_of_this_machine(self) -> None:
        os.environ["ROADBED_DATA"] = str(platform().data)
        found = roadbed.connect()
        self.assertEqual((found.url, found.token), (client().url, client().token))
        self.assertEqual(found.gateway_url, platform().gateway_url)
        self.assertEqual([job.id for job in jobs.list(name="no-such-job")], [])

    def test_variables_come_before_the_login(self) -> None:
        self.login("https://ml.example.org", "rb_login")
        self.assertEqual((roadbed.connect().url, roadbed.connect().token), ("https://ml.example.org", "rb_login"))
        os.environ["ROADBED_URL"] = "other.example.org/"
        self.assertEqual((roadbed.connect().url, roadbed.connect().token), ("https://other.example.org", None))
        os.environ["ROADBED_URL"] = "https://ml.example.org/"
        self.assertEqual(roadbed.connect().token, "rb_login")
        os.environ["ROADBED_TOKEN"] = "rb_variable"
        self.assertEqual(roadbed.connect().token, "rb_variable")

    def test_a_job_uses_its_own_token_and_only_with_its_own_server(self) -> None:
        os.environ.update(MLFLOW_TRACKING_URI="http://127.0.0.1:7070", MLFLOW_TRACKING_TOKEN="rb_job", ROADBED_JOB_ID="x")
        os.environ["ROADBED_URL"] = "http://127.0.0.1:7070"
        self.assertEqual(roadbed.connect().token, "rb_job")
        os.environ["MLFLOW_TRACKING_URI"] = "https://elsewhere.example.org"
        self.assertIsNone(roadbed.connect().token)

    def test_no_server_says_what_to_do(self) -> None:
        with self.assertRaises(RoadbedError) as caught:
            roadbed.connect()
        self.assertEqual(caught.exception.code, "client.no_server")
        self.assertIn("roadbed up", str(caught.exception))

    def test_a_login_others_can_read_is_refused(self) -> None:
        self.login("https://ml.example.org", "rb_login", 0o644)
        with self.assertRaisesRegex(RoadbedError, "chmod 600"):
            roadbed.connect()

    def test_the_token_is_never_shown(self) -> None:
        self.assertNotIn("rb_secret", repr(roadbed.connect("http://127.0.0.1:1", "rb_secret")))
