"""Callers of the service: they replay the rows of production at a steady rate and check each answer."""

import collections
import http.client
import json
import threading
import time
import urllib.parse

CALLERS = 4
REQUESTS_PER_SECOND = 150
PATIENCE_SECONDS = 10


class Traffic:
    """Asks row after row. An answer is right when it is what the model of the answering revision said at training."""

    def __init__(self, gateway_url, service, token, split):
        self.address = urllib.parse.urlsplit(gateway_url)
        self.path = f"/services/{service}/invocations"
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self.bodies = [json.dumps({"dataframe_split": {"columns": split["columns"], "data": [row]}}).encode() for row in split["data"]]
        # Revision number, as the answers carry it → expected class per row.
        self.expected = {}
        self.lock = threading.Lock()
        self.requests = 0
        self.wrong = collections.Counter()
        self.answered_by = collections.Counter()
        self.first_seen, self.last_seen = {}, {}
        self.latencies = []
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self._call, args=(number,), daemon=True) for number in range(CALLERS)]

    def start(self):
        self.begun = time.monotonic()
        for thread in self.threads:
            thread.start()

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join()
        self.seconds = time.monotonic() - self.begun

    def _call(self, number):
        connection = None
        pause = CALLERS / REQUESTS_PER_SECOND
        due = time.monotonic() + pause * number / CALLERS
        place = number
        while not self.stopping.is_set():
            due += pause
            time.sleep(max(0.0, due - time.monotonic()))
            row = place % len(self.bodies)
            place += CALLERS
            if connection is None:
                connection = http.client.HTTPConnection(self.address.hostname, self.address.port, timeout=PATIENCE_SECONDS)
            begun = time.monotonic()
            try:
                connection.request("POST", self.path, self.bodies[row], self.headers)
                answer = connection.getresponse()
                body = answer.read()
                revision, status = answer.headers.get("x-roadbed-revision"), answer.status
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                connection = None
                revision, status, body = None, type(error).__name__, b""
            ended = time.monotonic()
            if revision is None and status == 200:
                status = "no revision"
            self._count(row, revision, status, body, begun, ended)

    def _count(self, row, revision, status, body, begun, ended):
        fault = None if status == 200 else f"status {status}"
        if status == 200:
            try:
                given = json.loads(body)["predictions"][0]
            except (ValueError, KeyError, IndexError, TypeError):
                given = "no prediction"
            if given != self.expected.get(revision, {}).get(row):
                fault = "wrong class"
        with self.lock:
            self.requests += 1
            self.latencies.append(ended - begun)
            self.answered_by[revision] += 1
            self.first_seen.setdefault(revision, begun)
            self.last_seen[revision] = ended
            if fault:
                self.wrong[(revision, fault)] += 1

    def expect(self, revision, answers):
        """Says what a revision has to answer, before it gets traffic."""
        self.expected = {**self.expected, revision: dict(enumerate(answers))}

    def counts(self):
        """(requests, wrong ones) so far."""
        with self.lock:
            return self.requests, self.wrong.total()

    def seconds_of(self, revision):
        """From the first request that a revision answered to the last; `None` when it answered none."""
        with self.lock:
            if revision not in self.first_seen:
                return None
            return self.last_seen[revision] - self.first_seen[revision]

    def quantile_ms(self, share):
        with self.lock:
            ordered = sorted(self.latencies)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
