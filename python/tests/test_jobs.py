"""Jobs: run to the end, read along, cancel, run again, take the files."""

from __future__ import annotations

import pathlib
import tempfile
import unittest
from collections.abc import Iterable
from datetime import datetime, timezone
from unittest.mock import patch

from roadbed import RoadbedError, jobs

from .place import client, platform

SECONDS = 60


def written(lines: Iterable[str]) -> list[str]:
    """What user code wrote: the supervisor says in the log, too, what it does, and what this machine lacks."""
    return [line for line in lines if not line.startswith("[roadbed] ")]


class Jobs(unittest.TestCase):
    def test_runs_to_the_end_with_cost_and_log(self) -> None:
        job = jobs.submit("greet", run="echo hello {{name}}", parameters={"name": "you"}, cpu=1, memory="128MiB", client=client())
        self.assertIn(job.state, ("queued", "starting", "running"))
        self.assertEqual(written(job.logs(follow=True)), ["hello you"])
        job.wait(SECONDS, check=True)
        self.assertEqual((job.state, job.exit, job.name), ("succeeded", jobs.Exit("code", 0), "greet"))
        self.assertEqual(job.run_ids, ())
        assert job.cost is not None and job.created_at is not None
        self.assertRegex(str(job.cost), r"^\d+\.\d{6} [A-Z]{3}$")
        self.assertLess(abs((datetime.now(timezone.utc) - job.created_at).total_seconds()), 3600)
        self.assertEqual(written(job.logs()), ["hello you"])

    def test_failure_is_told_and_raised_when_wanted(self) -> None:
        job = jobs.submit("broken", run="python3 -c 'raise SystemExit(3)'", client=client()).wait(SECONDS)
        self.assertEqual((job.state, job.exit), ("failed", jobs.Exit("code", 3)))
        with self.assertRaises(RoadbedError) as caught:
            job.wait(check=True)
        self.assertEqual(caught.exception.code, "client.job_failed")
        self.assertIn(job.id, [found.id for found in jobs.list(state="failed", name="broken", client=client())])

    def test_follows_line_by_line_and_cancels(self) -> None:
        code = "import time; print('begun', flush=True); time.sleep(600)"
        job = jobs.submit("long", run=f'python3 -c "{code}"', client=client())
        lines = job.logs(follow=True)
        self.assertEqual(next(line for line in lines if line == "begun"), "begun")
        with self.assertRaises(RoadbedError) as caught:
            job.wait(0.2)
        self.assertEqual(caught.exception.code, "client.timed_out")
        job.cancel("enough seen")
        self.assertEqual(job.wait(SECONDS).state, "cancelled")
        self.assertEqual(written(lines), [])

    def test_a_log_goes_on_where_the_connection_broke(self) -> None:
        code = "import time; [(print(n, flush=True), time.sleep(0.3)) for n in range(8)]"
        job = jobs.submit("slow", run=f'python3 -c "{code}"', client=client())
        with patch("roadbed._logs.QUIET_SECONDS", 0.15):
            self.assertEqual(written(job.logs(follow=True)), [str(n) for n in range(8)])

    def test_runs_again_and_leaves_files(self) -> None:
        first = jobs.submit("write", run="cp /dev/stdin {{to}}", parameters={"to": "a.txt"}, outputs=["*.txt"], client=client())
        first.wait(SECONDS, check=True)
        again = first.rerun({"to": "b.txt"}, memory="256MiB").wait(SECONDS, check=True)
        self.assertEqual([output.path for output in again.outputs()], ["b.txt"])
        with tempfile.TemporaryDirectory() as folder:
            to = pathlib.Path(folder, "kept.txt")
            again.download("b.txt", to)
            self.assertEqual([path.name for path in pathlib.Path(folder).iterdir()], ["kept.txt"])
            with self.assertRaises(RoadbedError):
                again.download("missing.txt", to)

    def test_pages_follow_one_another(self) -> None:
        keys = [f"page-{number}" for number in range(3)]
        made = [jobs.submit("paged", run="true", idempotency_key=key, client=client()).id for key in keys]
        pages = client().pages("/api/v1/jobs", {"name": "paged", "limit": 1})
        self.assertEqual([item["id"] for item in pages], made[::-1])
        for id in made:
            jobs.get(id, client=client()).wait(SECONDS)

    def test_dry_run_makes_nothing(self) -> None:
        jobs.submit("imagined", run="true", dry_run=True, client=client())
        self.assertEqual([*jobs.list(name="imagined", client=client())], [])

    def test_a_folder_is_packed_by_the_program(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "roadbed.yaml").write_text(
                "project: folders\njobs:\n  say:\n    run: cat {{file}}\n    parameters: {file: a}\n"
            )
            pathlib.Path(folder, "word.txt").write_text("from the folder\n")
            with patch("roadbed._program.find_program", return_value=str(platform().program)):
                job = jobs.submit_folder("say", folder, parameters={"file": "word.txt"}, client=client())
                self.assertEqual(written(job.logs(follow=True)), ["from the folder"])
                with self.assertRaises(RoadbedError) as caught:
                    jobs.submit_folder("sya", folder, client=client())
        self.assertEqual(caught.exception.code, "client.program_failed")
        self.assertIn("say", caught.exception.detail)
