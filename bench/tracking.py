#!/usr/bin/env python3
"""Measures tracking: writes beside `mlflow server` in the same run, then searches and curves over many runs.

Usage: bench/tracking.py [PROGRAM] [--peer PYTHON] [--runs 100000] [--steps 100]
PYTHON is an interpreter with mlflow installed; without it the peer is left out. CPU is user and system time of all processes of a server.
"""

import argparse
import concurrent.futures
import contextlib
import http.client
import json
import os
import pathlib
import random
import signal
import socket
import statistics
import subprocess
import tempfile
import threading
import time
import urllib.parse

from demo_platform import EXAMPLE, Platform, StepFailed

SINGLE = 500
BATCHES = 60
CALLERS = 8
# Runs that log at the same time.
WRITERS = 16


class Server:
    """Where a tracking server listens and which processes it consists of."""

    def __init__(self, url, token, root):
        address = urllib.parse.urlsplit(url)
        self.address, self.token, self.root = (address.hostname, address.port), token, root
        self.local = threading.local()

    def call(self, method, path, body=None):
        connection = getattr(self.local, "connection", None)
        if connection is None:
            connection = self.local.connection = http.client.HTTPConnection(*self.address, timeout=300)
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        connection.request(method, path, data, headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise StepFailed(f"{method} {path} answered {answer.status}: {text[:500]!r}")
        return text

    def mlflow(self, path, body):
        return json.loads(self.call("POST", f"/api/2.0/mlflow/{path}", body) or b"{}")

    def run(self, name, experiment="0"):
        body = {"experiment_id": experiment, "run_name": name, "start_time": 1_700_000_000_000}
        return self.mlflow("runs/create", body)["run"]["info"]["run_id"]

    def cpu_seconds(self):
        ticks = 0
        for process in descendants(self.root):
            with contextlib.suppress(OSError):
                fields = pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
                ticks += sum(int(field) for field in fields[11:15])
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory_bytes(self):
        total = 0
        for process in descendants(self.root):
            with contextlib.suppress(OSError):
                lines = pathlib.Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
                total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
        return total


def descendants(root):
    children = {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                children.setdefault(parent, []).append(int(entry.name))
    found, waiting = [], [root]
    while waiting:
        found.append(process := waiting.pop())
        waiting.extend(children.get(process, []))
    return found


@contextlib.contextmanager
def roadbed(program):
    platform = Platform(program)
    try:
        platform.start()
        yield Server(platform.url, platform.token, platform.process.pid)
    finally:
        platform.stop()


@contextlib.contextmanager
def mlflow_server(python):
    """One worker, SQLite, without its job runner: the lightest way it can be started."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
        held.close()
        command = [python, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1",
                   "--backend-store-uri", f"sqlite:///{folder}/mlflow.db", "--artifacts-destination", f"{folder}/files"]
        environment = os.environ | {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_DISABLE_TELEMETRY": "true"}
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        server = Server(f"http://127.0.0.1:{port}", None, process.pid)
        try:
            for _ in range(600):
                try:
                    server.call("GET", "/health")
                    break
                except OSError:
                    server.local = threading.local()
                    time.sleep(0.25)
            yield server
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait()


def spent(server, work):
    """(seconds, CPU seconds of the server) that work takes."""
    cpu, begun = server.cpu_seconds(), time.perf_counter()
    work()
    return time.perf_counter() - begun, server.cpu_seconds() - cpu


def batch(run, number):
    """1,000 points of ten metrics."""
    metrics = [{"key": f"metric_{index % 10}", "value": number + index / 1000, "timestamp": 1_700_000_000_000 + number * 100 + index // 10,
                "step": number * 100 + index // 10} for index in range(1000)]
    return json.dumps({"run_id": run, "metrics": metrics}).encode()


def writes(server, single, batches):
    run = server.run("single")
    for step in range(20):
        server.mlflow("runs/log-metric", {"run_id": run, "key": "warm", "value": 1, "timestamp": 1, "step": step})
    bodies = [json.dumps({"run_id": run, "key": "loss", "value": step / 7, "timestamp": 1_700_000_000_000 + step, "step": step}).encode()
              for step in range(single)]
    seconds, cpu = spent(server, lambda: [server.call("POST", "/api/2.0/mlflow/runs/log-metric", body) for body in bodies])
    figures = {"log_metric_ms": seconds / single * 1e3, "log_metric_cpu_ms": cpu / single * 1e3}
    writers = [server.run(f"writer {index}") for index in range(WRITERS)]
    bodies = [json.dumps({"run_id": writers[step % WRITERS], "key": "loss", "value": step / 7, "timestamp": 1_700_000_000_000 + step, "step": step}).encode()
              for step in range(single)]
    with concurrent.futures.ThreadPoolExecutor(WRITERS) as pool:
        seconds, cpu = spent(server, lambda: list(pool.map(lambda body: server.call("POST", "/api/2.0/mlflow/runs/log-metric", body), bodies)))
    figures |= {"log_metric_of_many_per_second": single / seconds, "log_metric_of_many_cpu_ms": cpu / single * 1e3}
    runs = [server.run(f"batch {index}") for index in range(4)]
    bodies = [batch(run, number) for number in range(batches) for run in runs]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        send = lambda body: server.call("POST", "/api/2.0/mlflow/runs/log-batch", body)
        seconds, cpu = spent(server, lambda: list(pool.map(send, bodies)))
    points = len(bodies) * 1000
    return figures | {"batch_points_per_second": points / seconds, "batch_points_per_cpu_second": points / max(cpu, 0.01)}


def seed(server, runs, steps):
    experiment = server.mlflow("experiments/create", {"name": "many"})["experiment_id"]
    steps_list = list(range(steps))
    random.seed(7)

    def one(number):
        run = server.run(f"run {number}", experiment)
        base = random.random()
        values = [round(base / (1 + step / 10), 6) for step in steps_list]
        body = {"metrics": [{"key": "loss", "values": values, "timestamps_ms": [1_700_000_000_000 + step * 1000 for step in steps_list]}]}
        server.call("POST", f"/api/v1/runs/{run}/metrics", body)
        logged = {"run_id": run, "params": [{"key": "depth", "value": str(number % 9)}], "tags": [{"key": "author", "value": f"a{number % 5}"}],
                  "metrics": [{"key": "auc", "value": base, "timestamp": 1_700_000_000_000, "step": 0}]}
        server.mlflow("runs/log-batch", logged)
        return run

    with concurrent.futures.ThreadPoolExecutor(CALLERS) as pool:
        return experiment, list(pool.map(one, range(runs)))


def percentiles(server, call, times):
    taken = []
    for number in range(times):
        begun = time.perf_counter()
        call(number)
        taken.append((time.perf_counter() - begun) * 1e3)
    return {"p50_ms": round(statistics.median(taken), 1), "p95_ms": round(sorted(taken)[max(0, int(len(taken) * 0.95) - 1)], 1)}


def reads(server, runs, steps):
    seeded = []
    seconds, _ = spent(server, lambda: seeded.extend(seed(server, runs, steps)))
    experiment, ids = seeded
    # The server closed this thread's connection while the others were busy.
    server.local = threading.local()
    search = lambda filter, order: server.mlflow("runs/search", {"experiment_ids": [experiment], "filter": filter, "order_by": order, "max_results": 100})
    columns = f"/api/v1/runs?experiment={experiment}&limit=100&columns=metrics.auc,params.depth"
    figures = {
        "seed_seconds": round(seconds, 1),
        "list": percentiles(server, lambda _: search("", []), 40),
        "filter": percentiles(server, lambda n: search(f"metrics.auc > 0.{n % 9}5", []), 40),
        "sort": percentiles(server, lambda n: search("", [f"metrics.loss {('ASC', 'DESC')[n % 2]}"]), 40),
        "filter_and_sort": percentiles(server, lambda n: search(f"metrics.auc > 0.5 AND params.depth = '{n % 9}'", ["metrics.loss ASC"]), 40),
        "table_filter_sort_count": percentiles(
            server, lambda n: server.call("GET", f"{columns}&count=true&filter=metrics.auc%20%3E%200.{n % 9}5&order_by=metrics.loss%20ASC"), 20),
    }
    compared = {"runs": ids[:1000], "keys": ["loss"]}
    figures["compare_1000"] = percentiles(server, lambda _: server.call("POST", "/api/v1/runs/series", compared), 10)
    return figures


def long_curves(server, runs=1000, steps=10_000):
    """Runs of many steps, compared on one metric."""
    values = [round(1 / (1 + step / 100), 6) for step in range(steps)]
    body = json.dumps({"metrics": [{"key": "loss", "values": values, "timestamps_ms": [1_700_000_000_000 + step * 1000 for step in range(steps)]}]}).encode()

    def one(number):
        run = server.run(f"long {number}")
        server.call("POST", f"/api/v1/runs/{run}/metrics", body)
        return run

    with concurrent.futures.ThreadPoolExecutor(CALLERS) as pool:
        ids = []
        seconds, cpu = spent(server, lambda: ids.extend(pool.map(one, range(runs))))
    sizes = []
    server.local = threading.local()
    answer = percentiles(server, lambda _: sizes.append(len(server.call("POST", "/api/v1/runs/series", {"runs": ids, "keys": ["loss"]}))), 5)
    return {"array_points_per_second": runs * steps / seconds, "array_points_per_cpu_second": runs * steps / cpu, "compare": answer, "answer_bytes": sizes[-1]}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", nargs="?", default=os.path.join(os.environ.get("CARGO_TARGET_DIR", EXAMPLE / "../../target"), "release/roadbed"))
    parser.add_argument("--peer")
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--steps", type=int, default=100)
    options = parser.parse_args()
    row = {"what": "tracking", "runs": options.runs, "steps": options.steps, "cores": os.cpu_count()}
    with roadbed(options.program) as server:
        row["roadbed"] = writes(server, SINGLE * 8, BATCHES)
        row["long_curves"] = long_curves(server)
        row["reads"] = reads(server, options.runs, options.steps)
        row["memory_megabytes"] = round(server.memory_bytes() / 1e6, 1)
    if options.peer:
        with mlflow_server(options.peer) as server:
            row["mlflow"] = writes(server, SINGLE, BATCHES // 10)
        many = "log_metric_of_many_cpu_ms"
        row["log_metric_of_many_per_cpu_second_ratio"] = round(row["mlflow"][many] / row["roadbed"][many], 1)
        row["log_metric_per_cpu_second_ratio"] = round(row["mlflow"]["log_metric_cpu_ms"] / row["roadbed"]["log_metric_cpu_ms"], 1)
    print(json.dumps(row))


if __name__ == "__main__":
    main()
