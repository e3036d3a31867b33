"""Measures both sides one after the other with wrk: same model, same row, same token check. Started by serving.sh."""

import json
import os
import pathlib
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

from demo_platform import EXAMPLE, Platform, StepFailed

CONNECTIONS = 16
SECONDS = 15
ROUNDS = 3
PEERS = pathlib.Path(__file__).resolve().parent / "peers"
PATH = "/services/cancer/invocations"
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


def load(url, token, body, scratch):
    """One run of wrk; (requests per second, p50 ms, p99 ms). Any answer but 2xx is an error."""
    script = pathlib.Path(scratch, "request.lua")
    script.write_text(
        f'wrk.method = "POST"\nwrk.body = [==[{body}]==]\n'
        f'wrk.headers["Content-Type"] = "application/json"\nwrk.headers["Authorization"] = "Bearer {token}"\n'
    )
    command = ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--latency", "-s", str(script), url + PATH]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in text or "Socket errors" in text:
        raise StepFailed(f"answers failed under load:\n{text}")

    def latency(share):
        number, unit = re.search(rf"^\s+{share}%\s+([\d.]+)(us|ms|s)$", text, re.MULTILINE).groups()
        return round(float(number) * UNITS[unit], 3)

    return float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1)), latency(50), latency(99)


def ask(url, token, body):
    request = urllib.request.Request(url + PATH, body.encode(), {"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)["predictions"]


def best(url, token, body, scratch):
    rounds = [load(url, token, body, scratch) for _ in range(ROUNDS)]
    requests, p50, p99 = max(rounds)
    return {"requests_per_second": round(requests), "p50_ms": p50, "p99_ms": p99}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_peer(model, token, workers):
    port = free_port()
    environment = {**os.environ, "MODEL": str(model), "TOKEN": token, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "uvicorn", "--app-dir", str(PEERS), "fastapi_onnx:app", "--port", str(port)]
    command += ["--workers", str(workers), "--no-access-log", "--log-level", "warning", "--loop", "uvloop", "--http", "httptools"]
    process = subprocess.Popen(command, env=environment)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return process, f"http://127.0.0.1:{port}"
        except OSError:
            time.sleep(0.1)
    process.kill()
    raise StepFailed("the peer does not answer")


def deploy(platform):
    """Trains and deploys the example's second model; (one request's body, the right answer, the model's file)."""
    platform.start()
    platform.command("apply", "--yes", folder=EXAMPLE)
    job = platform.data_of("run", "train", "-p", "variant=v2", "--wait", folder=EXAMPLE)
    platform.command("deploy", "cancer", "--model", "breast-cancer/1", "--wait")
    expected = json.loads(platform.get(f"/api/v1/jobs/{job['id']}/outputs/expected.json"))
    rows = expected["rows"]
    body = json.dumps({"dataframe_split": {"columns": rows["columns"], "data": rows["data"][:1]}})
    uri = json.loads(platform.get("/api/2.0/mlflow/model-versions/get-download-uri?name=breast-cancer&version=1"))["artifact_uri"]
    model = platform.get(f"/api/2.0/mlflow-artifacts/artifacts/{uri.partition(':/')[2].lstrip('/')}/model.json")
    return body, expected["answers"][:1], model


def main():
    cores = os.cpu_count()
    platform = Platform(sys.argv[1])
    row = {"what": "serving", "connections": CONNECTIONS, "cores": cores, "seconds": SECONDS, "best_of": ROUNDS}
    try:
        body, right, model = deploy(platform)
        with tempfile.TemporaryDirectory() as scratch:
            token = platform.token
            if ask(platform.gateway_url, token, body) != right:
                raise StepFailed("Roadbed's answer is not the model's")
            row["roadbed"] = best(platform.gateway_url, token, body, scratch)
            source, converted = pathlib.Path(scratch, "model.json"), pathlib.Path(scratch, "model.onnx")
            source.write_bytes(model)
            subprocess.run([sys.executable, PEERS / "convert.py", source, converted], check=True)
            token = secrets.token_hex(32)
            for workers in sorted({1, cores}):
                process, url = start_peer(converted, token, workers)
                try:
                    if ask(url, token, body) != right:
                        raise StepFailed("the peer's answer is not the model's")
                    row[f"fastapi_onnx_workers_{workers}"] = best(url, token, body, scratch)
                finally:
                    process.terminate()
                    process.wait(30)
    finally:
        platform.stop()
    fastest = max(side["requests_per_second"] for name, side in row.items() if name.startswith("fastapi"))
    row["ratio"] = round(row["roadbed"]["requests_per_second"] / fastest, 2)
    print(json.dumps(row))


if __name__ == "__main__":
    main()
