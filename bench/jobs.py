#!/usr/bin/env python3
"""Measures how long a job waits: from its submit to the first instruction of user code, on a platform at rest with nothing to build.

User code is `date`, which writes the time it started at. Usage: bench/jobs.py [PROGRAM]
"""

import http.client
import json
import os
import statistics
import sys
import time
import urllib.parse

from demo_platform import EXAMPLE, Platform, StepFailed

JOBS = 50
WARM_UP = 5
ENDS = {"succeeded", "failed", "cancelled", "lost"}


class Caller:
    def __init__(self, platform):
        address = urllib.parse.urlsplit(platform.url)
        self.connection = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
        self.headers = {"Authorization": f"Bearer {platform.token}", "Content-Type": "application/json"}

    def call(self, method, path, body=None):
        self.connection.request(method, path, None if body is None else json.dumps(body), self.headers)
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise StepFailed(f"{method} {path} answered {answer.status}: {text[:500]!r}")
        return text

    def measure(self):
        """(seconds from sending the submit, seconds from its answer) to user code."""
        sent = time.time()
        job = json.loads(self.call("POST", "/api/v1/jobs", {"name": "clock", "run": "date +%s.%N"}))
        accepted = time.time()
        while True:
            state = json.loads(self.call("GET", f"/api/v1/jobs/{job['id']}"))["state"]
            if state in ENDS:
                break
            time.sleep(0.01)
        log = self.call("GET", f"/api/v1/jobs/{job['id']}/logs").decode()
        if state != "succeeded":
            raise StepFailed(f"job {job['id']} {state}: {log}")
        started = float(log.split()[-1])
        return started - sent, started - accepted


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.environ.get("CARGO_TARGET_DIR", EXAMPLE / "../../target"), "release/roadbed")
    platform = Platform(program)
    try:
        platform.start()
        caller = Caller(platform)
        measured = [caller.measure() for _ in range(WARM_UP + JOBS)][WARM_UP:]
    finally:
        platform.stop()
    sent, accepted = ([1000 * pair[which] for pair in measured] for which in (0, 1))
    print(
        json.dumps(
            {
                "what": "job start",
                "jobs": JOBS,
                "sent_to_user_code_ms_median": round(statistics.median(sent), 1),
                "accepted_to_user_code_ms_median": round(statistics.median(accepted), 1),
                "accepted_to_user_code_ms_max": round(max(accepted), 1),
            }
        )
    )


if __name__ == "__main__":
    main()
