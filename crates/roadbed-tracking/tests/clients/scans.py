"""Pickles as joblib and zip files write them, compressed in every way they know: read, or said to be unread."""

import io
import json
import os
import pathlib
import pickle
import tempfile
import urllib.request
import zipfile

import joblib
import mlflow
import numpy as np
from sklearn.linear_model import LogisticRegression


class Command:
    """What a hostile model does when it is loaded."""

    def __reduce__(self):
        return os.system, ("true",)


model = LogisticRegression().fit(np.arange(20).reshape(10, 2), [0, 1] * 5)
folder = pathlib.Path(tempfile.mkdtemp())
READ = {"plain": 0, "zlib-1": 1, "zlib-3": 3, "zlib-9": ("zlib", 9), "gzip": ("gzip", 3)}
UNREAD = {"bz2": ("bz2", 3), "xz": ("xz", 3), "lzma": ("lzma", 3)}


def dumped(thing, ways):
    for name, way in ways.items():
        joblib.dump(thing, folder / f"{name}.joblib", compress=way)


def zipped():
    for name, way in (("stored", zipfile.ZIP_STORED), ("deflated", zipfile.ZIP_DEFLATED), ("lzma", zipfile.ZIP_LZMA)):
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", way) as archive:
            archive.writestr("archive/data.pkl", pickle.dumps({"weights": Command()}))
        (folder / f"{name}.pt").write_bytes(content.getvalue())
    np.savez_compressed(folder / "objects.npz", objects=np.array([Command()], dtype=object))
    np.savez_compressed(folder / "numbers.npz", numbers=np.zeros(100_000))


def scan():
    """Registers what is in the folder; the scan of it, and the findings and reasons by file."""
    with mlflow.start_run() as run:
        mlflow.log_artifacts(str(folder), "model")
    headers = {"Authorization": f"Bearer {os.environ['MLFLOW_TRACKING_TOKEN']}", "Content-Type": "application/json"}
    base = os.environ["MLFLOW_TRACKING_URI"] + "/api/v1/models/scanned/versions"
    body = json.dumps({"run": run.info.run_id, "path": "model"}).encode()
    with urllib.request.urlopen(urllib.request.Request(base, body, headers), timeout=60) as answer:
        version = json.load(answer)["version"]
    with urllib.request.urlopen(urllib.request.Request(f"{base}/{version}/scan", None, headers), timeout=60) as answer:
        scan = json.load(answer)
    found = {finding["file"] for finding in scan["findings"] if finding["severity"] == "dangerous"}
    return scan, found, {unread["file"]: unread["why"] for unread in scan["unread"]}


# A model of a known library: what is inside is harmless, and only what was not looked at keeps the whole from being so.
dumped(model, READ)
told, found, unread = scan()
assert (told["severity"], found, told["scanned"]) == ("harmless", set(), len(READ)), told
assert told["harmless"] >= len(READ), told
dumped(model, UNREAD)
told, found, unread = scan()
assert (told["severity"], found) == ("unknown", set()), told
assert all(unread[f"{name}.joblib"].startswith("not looked at") for name in UNREAD), unread

# A hostile one is found behind every compression that is unpacked.
dumped([model, Command()], READ | UNREAD)
zipped()
told, found, unread = scan()
dangerous = {f"{name}.joblib" for name in READ} | {"stored.pt", "deflated.pt", "objects.npz"}
assert (told["severity"], found) == ("dangerous", dangerous), (found ^ dangerous, unread)
assert set(unread) >= {f"{name}.joblib" for name in UNREAD} | {"lzma.pt"}, unread
assert "numbers.npz" not in unread and "objects.npz" not in unread, unread
print("ok")
