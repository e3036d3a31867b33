#!/usr/bin/env python3
"""Measures a start: seconds until /readyz is 200, and the memory of the whole platform at rest.

Memory is the proportional set size (PSS) of the launcher and all its descendants: shared pages count once.
"""

import json
import pathlib
import re
import statistics
import subprocess
import sys
import time

from demo_platform import Platform

ROUNDS = 7
REST_SECONDS = 15


def descendants(root):
    parents = {}
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(stat.parent.name)] = int(fields[1])
    found = {root}
    while True:
        more = {pid for pid, parent in parents.items() if parent in found} - found
        if not more:
            return found
        found |= more


def pss_bytes(pid):
    text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    return 1024 * int(re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE).group(1))


def end(platform):
    """Ends the process and keeps the folder, for the next start on it."""
    platform.process.terminate()
    platform.process.wait(60)


def main():
    program = sys.argv[1]
    fresh, again = [], []
    for _ in range(ROUNDS):
        platform = Platform(program)
        try:
            fresh.append(platform.start())
            end(platform)
            again.append(platform.start())
        finally:
            platform.stop()
    platform = Platform(program)
    try:
        platform.start()
        time.sleep(REST_SECONDS)
        processes = {pid: pss_bytes(pid) for pid in descendants(platform.process.pid)}
        names = {pid: pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[1:4] for pid in processes}
    finally:
        platform.stop()
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.split()[-1]
    print(
        json.dumps(
            {
                "what": "start",
                "version": version,
                "ready_first_start_seconds_median": round(statistics.median(fresh), 3),
                "ready_next_start_seconds_median": round(statistics.median(again), 3),
                "rounds": ROUNDS,
                "idle_pss_mb": round(sum(processes.values()) / 1e6, 1),
                "processes": {b" ".join(names[pid]).decode(): round(size / 1e6, 1) for pid, size in processes.items()},
            }
        )
    )


if __name__ == "__main__":
    main()
