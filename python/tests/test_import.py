"""An import costs next to nothing and pulls in next to nothing."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
import unittest

import roadbed

MOST_SECONDS = 0.08
PROGRAM = """
import sys, time
begun = time.perf_counter()
import roadbed
seconds = time.perf_counter() - begun
print(seconds, *sorted({"http.client", "json", "ssl", "urllib.request", "subprocess", "asyncio"} & set(sys.modules)))
"""


class Import(unittest.TestCase):
    def test_takes_less_than_80_ms_and_loads_no_network_code(self) -> None:
        source = str(pathlib.Path(roadbed.__file__).parent.parent)
        environment = {**os.environ, "PYTHONPATH": source}
        seconds = []
        for _ in range(5):
            ended = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, check=True)
            took, *loaded = ended.stdout.decode().split()
            seconds.append(float(took))
            self.assertEqual(loaded, [])
        self.assertLess(min(seconds), MOST_SECONDS)

    def test_everything_named_is_there(self) -> None:
        for name in roadbed.__all__:
            self.assertTrue(hasattr(roadbed, name), name)
        with self.assertRaises(AttributeError):
            _ = getattr(roadbed, "no_such_name")  # noqa: B009
