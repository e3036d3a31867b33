"""Calls over HTTP: kept connections, a bound on every wait, repeats of what may be repeated."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ._errors import RoadbedError

if TYPE_CHECKING:
    from http.client import HTTPConnection, HTTPResponse

CONNECT_SECONDS = 10.0
FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 2.0
PASSING = frozenset({429, 502, 503, 504})
"""Statuses after which the same call may work in a moment."""
MOST_IDLE = 8
IDLE_SECONDS = 20.0
ANSWER_LIMIT_BYTES = 256 << 20
ERROR_LIMIT_BYTES = 1 << 20


@dataclass(frozen=True)
class Answer:
    """A whole answer; names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Call:
    """One call. `repeatable`: being done twice is the same as once, or the server knows it by its key."""

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes | None = None
    repeatable: bool = False


class Transport:
    """Speaks to one address. Threads may share it; after a fork the child opens connections of its own."""

    def __init__(self, base: str, *, timeout: float, patience: float) -> None:
        """`timeout`: seconds until an answer begins, and between its parts. `patience`: seconds in which calls are repeated."""
        import os
        from urllib.parse import urlsplit

        parts = urlsplit(base)
        self._idle: list[tuple[float, HTTPConnection]] = []
        self._base = base
        self._secure = parts.scheme == "https"
        self._host = parts.hostname or ""
        self._port = parts.port
        self._prefix = parts.path.rstrip("/")
        self._timeout = timeout
        self._patience = patience
        self._lock = threading.Lock()
        self._process = os.getpid()

    def send(self, call: Call, timeout: float | None = None) -> Answer:
        """The whole answer, whatever its status; RoadbedError `client.unreachable` when there is none."""
        begun = time.monotonic()
        pause = FIRST_PAUSE_SECONDS
        while True:
            failure: RoadbedError | None = None
            answer: Answer | None = None
            try:
                answer = self._once(call, timeout or self._timeout)
                if answer.status not in PASSING or not call.repeatable:
                    return answer
                wait = _asked_pause(answer) or _jittered(pause)
            except _NotSent as error:
                failure, wait = self._unreachable(error.cause), _jittered(pause)
            except OSError as error:
                failure, wait = self._unreachable(error), _jittered(pause)
                if not call.repeatable:
                    raise failure from error
            if time.monotonic() - begun + wait > self._patience:
                if answer is not None:
                    return answer
                raise failure or self._unreachable(OSError("no answer"))
            time.sleep(wait)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    @contextmanager
    def stream(self, call: Call, timeout: float | None = None) -> Generator[HTTPResponse, None, None]:
        """The answer as it comes, on a connection of its own, tried once."""
        seconds = timeout or self._timeout
        connection = self._connect(seconds)
        try:
            try:
                yield self._exchange(connection, call, seconds)
            except _NotSent as error:
                raise self._unreachable(error.cause) from error.cause
        finally:
            connection.close()

    def close(self) -> None:
        """Closes kept connections; the next call opens one again."""
        with self._lock:
            kept, self._idle = self._idle, []
        for _, connection in kept:
            connection.close()

    def __del__(self) -> None:
        """A client nobody holds any more leaves no open connection."""
        for _, connection in self._idle:
            connection.close()

    def _once(self, call: Call, timeout: float) -> Answer:
        connection = self._kept() if call.repeatable else None
        if connection is not None:
            try:
                return self._whole(connection, call, timeout)
            except TimeoutError:
                raise
            except OSError:
                # The other side had closed it: that says nothing about the server.
                pass
        return self._whole(self._connect(timeout), call, timeout)

    def _whole(self, connection: HTTPConnection, call: Call, timeout: float) -> Answer:
        try:
            response = self._exchange(connection, call, timeout)
            with _as_os_error():
                body = response.read(ANSWER_LIMIT_BYTES + 1)
            if len(body) > ANSWER_LIMIT_BYTES:
                raise RoadbedError("client.unexpected_answer", f"an answer of {self._base} is larger than {ANSWER_LIMIT_BYTES} bytes")
            headers = {name.lower(): value for name, value in response.getheaders()}
            answer = Answer(response.status, headers, body)
        except BaseException:
            connection.close()
            raise
        self._keep(connection, response.will_close)
        return answer

    def _exchange(self, connection: HTTPConnection, call: Call, timeout: float) -> HTTPResponse:
        if connection.sock is None:
            try:
                with _as_os_error():
                    connection.connect()
            except OSError as error:
                raise _NotSent(error) from error
        if connection.sock is not None:
            connection.sock.settimeout(timeout)
        with _as_os_error():
            connection.request(call.method, self._prefix + call.target, call.body, dict(call.headers))
            response = connection.getresponse()
        if 300 <= response.status < 400:
            # A token must not follow a redirect to somewhere else.
            detail = f"{self._base} redirects to {response.headers.get('location')}; that address is not followed with your token"
            raise RoadbedError("client.unexpected_answer", detail, status=response.status)
        return response

    def _connect(self, timeout: float) -> HTTPConnection:
        from http.client import HTTPConnection, HTTPSConnection

        timeout = min(timeout, CONNECT_SECONDS)
        if self._secure:
            import ssl

            context = ssl.create_default_context()
            return HTTPSConnection(self._host, self._port, timeout=timeout, context=context)
        return HTTPConnection(self._host, self._port, timeout=timeout)

    def _kept(self) -> HTTPConnection | None:
        import os

        oldest = time.monotonic() - IDLE_SECONDS
        with self._lock:
            if self._process != os.getpid():
                self._idle, self._process = [], os.getpid()
            while self._idle:
                since, connection = self._idle.pop()
                if since >= oldest:
                    return connection
                connection.close()
        return None

    def _keep(self, connection: HTTPConnection, closes: bool) -> None:
        with self._lock:
            if not closes and len(self._idle) < MOST_IDLE:
                self._idle.append((time.monotonic(), connection))
                return
        connection.close()

    def _unreachable(self, error: OSError) -> RoadbedError:
        fix = "check the address and the network, or log in elsewhere with: roadbed login URL"
        cause = str(error) or type(error).__name__
        if isinstance(error, TimeoutError):
            cause = "it did not answer in time"
        elif isinstance(error, ConnectionRefusedError):
            cause = "the connection is refused"
            if self._host in ("localhost", "127.0.0.1", "::1"):
                fix = "start one with: roadbed up"
        elif "CERTIFICATE" in cause.upper():
            fix = "have this machine trust the server's certificate authority (SSL_CERT_FILE names one)"
        return RoadbedError("client.unreachable", f"no server answers at {self._base}: {cause}", fix=fix)


class _NotSent(Exception):
    """The connection could not be opened: the server has seen nothing of the call."""

    def __init__(self, cause: OSError) -> None:
        super().__init__(str(cause))
        self.cause = cause


@contextmanager
def _as_os_error() -> Generator[None, None, None]:
    """What breaks off in the middle is an HTTPException to http.client; here everything is an OSError."""
    from http.client import HTTPException

    try:
        yield
    except HTTPException as error:
        if isinstance(error, OSError):
            raise
        raise ConnectionError(f"{type(error).__name__}: {error}") from error


def _jittered(seconds: float) -> float:
    import random

    return seconds * random.uniform(0.5, 1.0)


def _asked_pause(answer: Answer) -> float | None:
    text = answer.headers.get("retry-after", "")
    return float(text) if text.isdigit() else None
