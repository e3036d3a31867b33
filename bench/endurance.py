#!/usr/bin/env python3
"""Measures whether memory stays flat while many runs log for long. Prints one JSON row; a line a minute goes to standard error.

Usage: bench/endurance.py [PROGRAM] [--minutes 60] [--writers 500] [--pause 1.0]
Each writer holds a connection and logs a batch of ten metrics to its own run, waits `pause` seconds and goes on; after 600 batches the run
is ended and the writer begins another. Memory is the proportional set size of launcher, control and gateway, in megabytes.
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
import time

from demo_platform import EXAMPLE, StepFailed
from tracking import roadbed

BATCHES_OF_A_RUN = 600


class Writer:
    def __init__(self, server, number, tally):
        self.server, self.number, self.tally = server, number, tally

    async def call(self, path, body):
        """One request on the writer's connection; the answer's JSON."""
        data = json.dumps(body).encode()
        head = (f"POST /api/2.0/mlflow/{path} HTTP/1.1\r\nHost: {self.server.address[0]}:{self.server.address[1]}\r\n"
                f"Authorization: Bearer {self.server.token}\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n")
        self.out.write(head.encode() + data)
        lines = (await self.into.readuntil(b"\r\n\r\n")).decode().lower().split("\r\n")
        length = next(int(line.split(":")[1]) for line in lines if line.startswith("content-length:"))
        text = await self.into.readexactly(length)
        if " 200 " not in lines[0]:
            raise StepFailed(f"{path} answered {lines[0]}: {text[:300]!r}")
        return json.loads(text)

    async def work(self, until, pause):
        self.into, self.out = await asyncio.open_connection(*self.server.address)
        # Not all at once.
        await asyncio.sleep(pause * self.number / self.tally["writers"])
        while time.monotonic() < until:
            created = await self.call("runs/create", {"experiment_id": "0", "run_name": f"writer {self.number}", "start_time": 1})
            run = created["run"]["info"]["run_id"]
            for step in range(BATCHES_OF_A_RUN):
                if time.monotonic() >= until:
                    break
                begun = time.monotonic()
                metrics = [{"key": f"metric_{index}", "value": step / (index + 1), "timestamp": step * 1000, "step": step} for index in range(10)]
                await self.call("runs/log-batch", {"run_id": run, "metrics": metrics})
                self.tally["batches"] += 1
                taken = time.monotonic() - begun
                self.tally["slowest"] = max(self.tally["slowest"], taken)
                await asyncio.sleep(max(0, pause - taken))
            await self.call("runs/update", {"run_id": run, "status": "FINISHED", "end_time": 2})
        self.out.close()


async def watch(server, minutes, tally):
    samples, begun, cpu = [], time.monotonic(), server.cpu_seconds()
    for minute in range(1, minutes + 1):
        await asyncio.sleep(max(0, begun + minute * 60 - time.monotonic()))
        samples.append(round(server.memory_bytes() / 1e6, 1))
        print(f"minute {minute}: {samples[-1]} MB, {tally['batches']} batches, slowest {tally['slowest']:.2f} s", file=sys.stderr, flush=True)
    return samples, server.cpu_seconds() - cpu


async def endure(server, options):
    tally = {"writers": options.writers, "batches": 0, "slowest": 0.0}
    until = time.monotonic() + options.minutes * 60
    writers = [Writer(server, number, tally).work(until, options.pause) for number in range(options.writers)]
    (samples, cpu), *_ = await asyncio.gather(watch(server, options.minutes, tally), *writers)
    sixth = max(1, len(samples) // 6)
    return {
        "batches": tally["batches"], "slowest_seconds": round(tally["slowest"], 2), "cpu_seconds": round(cpu, 1),
        "megabytes_first_sixth": statistics.median(samples[:sixth]), "megabytes_last_sixth": statistics.median(samples[-sixth:]),
        "megabytes_most": max(samples),
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", nargs="?", default=os.path.join(os.environ.get("CARGO_TARGET_DIR", EXAMPLE / "../../target"), "release/roadbed"))
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--writers", type=int, default=500)
    parser.add_argument("--pause", type=float, default=1.0)
    options = parser.parse_args()
    with roadbed(options.program) as server:
        figures = asyncio.run(endure(server, options))
    print(json.dumps({"what": "endurance", "minutes": options.minutes, "writers": options.writers} | figures))


if __name__ == "__main__":
    main()
