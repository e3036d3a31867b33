"""The same requests to a real MLflow server and to this one; answers are compared field by field.

Usage: compare.py OURS_URL THEIRS_URL [TABLE…]. Token of ours: MLFLOW_TRACKING_TOKEN. Ends with 1 when an unexplained difference is left.
Times are not compared; ids and invented names must correspond one to one. Every other difference must
be listed in `allowed.py` with its reason; an entry that nothing needs any more is said aloud.
"""

import importlib
import json
import os
import pathlib
import re
import sys
import urllib.error
import urllib.request

from allowed import ALLOWED
from requests_of import Raw, shown

HEX = r"\b(?:m-|d-|dr-)?[0-9a-f]{32}\b|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
# Ids of experiments are small numbers: they are told by where they stand.
ID = re.compile(rf"{HEX}|(?<=mlflow-artifacts:/)[0-9]+(?=/|$)")
TIMES = {
    "creation_time", "last_update_time", "creation_timestamp", "last_updated_timestamp", "creation_timestamp_ms", "last_updated_timestamp_ms",
    "created_time", "create_time",
}
# Lists whose order is not part of the protocol, each with what its entries are told by.
UNORDERED = {
    "latest_versions": lambda item: item["version"],
    "dataset_inputs": lambda item: [item["dataset"].get("name"), item["dataset"].get("digest")],
    "events": lambda item: [item.get("entity"), item.get("action")],
}
FEWEST_REQUESTS = 1000


class Side:
    def __init__(self, url, token=None):
        self.url, self.token, self.kept = url, token, {}

    def call(self, method, path, body):
        path = self.fill(path)
        data, kind, headers = None, None, {}
        if isinstance(body, Raw):
            headers = self.fill(body.headers)
            data, kind = self.fill(body.text).encode(), body.kind
        elif body is not None:
            data, kind = json.dumps(self.fill(body)).encode(), "application/json"
        request = urllib.request.Request(self.url + path, data=data, method=method, headers=headers)
        if kind is not None:
            request.add_header("Content-Type", kind)
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                status, text = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            status, text = error.code, error.read()
        try:
            return status, json.loads(text)
        except ValueError:
            return status, text.decode(errors="replace")

    def fill(self, value):
        text = json.dumps(value)
        for key, kept in self.kept.items():
            text = text.replace("{" + key + "}", str(kept))
        return json.loads(text)

    def keep(self, names, answer):
        for name, keys in names.items():
            for key in keys:
                answer = answer[key]
            self.kept[name] = answer


def normal(value, key=None):
    if isinstance(value, dict):
        return {name: normal(inner, name) for name, inner in sorted(value.items())}
    if isinstance(value, list):
        inner = [normal(item, key) for item in value]
        # Order of tags, params and metrics is not part of the protocol; the sort is stable, so the order of a history counts.
        keyed = all(isinstance(item, dict) and "key" in item for item in inner)
        if key in UNORDERED:
            return sorted(inner, key=lambda item: json.dumps(UNORDERED[key](item)))
        return sorted(inner, key=lambda item: item["key"]) if keyed else inner
    return "<time>" if key in TIMES else value


class Pairs:
    """Which id of ours stands for which of theirs: once seen together, they must stay together."""

    def __init__(self):
        self.there, self.here = {"0": "0"}, {"0": "0"}

    def match(self, ours, theirs):
        return self.there.setdefault(ours, theirs) == theirs and self.here.setdefault(theirs, ours) == ours

    def same(self, ours, theirs, key):
        if not isinstance(ours, str) or not isinstance(theirs, str):
            return ours == theirs and isinstance(ours, bool) == isinstance(theirs, bool)
        if key in ("experiment_id", "experiment_ids"):
            return self.match(ours, theirs)
        if ID.sub("<id>", ours) != ID.sub("<id>", theirs):
            return False
        return all(self.match(*pair) for pair in zip(ID.findall(ours), ID.findall(theirs)))

    def differences(self, ours, theirs, place="", key=None):
        if isinstance(ours, dict) and isinstance(theirs, dict):
            for name in sorted(ours.keys() | theirs.keys()):
                inner = ours.get(name, "<missing>"), theirs.get(name, "<missing>")
                yield from self.differences(*inner, f"{place}.{name}" if place else name, name)
        elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
            for index, pair in enumerate(zip(ours, theirs)):
                yield from self.differences(*pair, f"{place}[{index}]", key)
        elif not self.same(ours, theirs, key):
            yield f"{place}: {ours!r} here, {theirs!r} there"


class Verdict:
    def __init__(self):
        self.requests = self.allowed = self.unexplained = 0
        self.used, self.pairs = set(), Pairs()

    def look(self, request, here, there):
        self.requests += 1
        found = list(self.pairs.differences(here[1], there[1]))
        if here[0] != there[0]:
            found = [f"status: {here[0]} here, {there[0]} there ({here[1]!r} / {there[1]!r})"[:600]]
        for difference in found:
            entry = next((entry for entry in ALLOWED if re.search(entry[0], request) and re.search(entry[1], difference)), None)
            if entry is None:
                self.unexplained += 1
                print(f"{request[:300]}\n    {difference[:700]}")
            else:
                self.allowed += 1
                self.used.add(entry)


def main():
    ours, theirs = Side(sys.argv[1], os.environ.get("MLFLOW_TRACKING_TOKEN")), Side(sys.argv[2])
    every = sorted(path.stem for path in (pathlib.Path(__file__).parent / "tables").glob("*.py"))
    chosen = sys.argv[3:] or every
    verdict = Verdict()
    for table in chosen:
        for method, path, body, keep in importlib.import_module(f"tables.{table}").steps():
            answers = [side.call(method, path, body) for side in (ours, theirs)]
            for side, answer in zip((ours, theirs), answers):
                if keep:
                    side.keep(keep, answer[1])
            request = f"{table}: {method} {path} {shown(body)}"
            verdict.look(request, *[(status, normal(answer)) for status, answer in answers])
    print(f"{verdict.requests} requests, {verdict.allowed} explained differences, {verdict.unexplained} unexplained")
    too_few = chosen == every and verdict.requests < FEWEST_REQUESTS
    if too_few:
        print(f"fewer than {FEWEST_REQUESTS} requests: a table is missing")
    if chosen == every:
        for entry in ALLOWED:
            if entry not in verdict.used:
                print(f"needed by nothing: {entry}")
    sys.exit(1 if verdict.unexplained or too_few else 0)


main()
