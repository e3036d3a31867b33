"""A platform to talk to."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ._errors import RoadbedError
from ._http import ERROR_LIMIT_BYTES, PASSING, Answer, Call, Transport
from ._json import Object, decoded, encoded
from ._locate import Address, find

if TYPE_CHECKING:
    from http.client import HTTPResponse

Query = Mapping[str, str | int | bool | None]

TIMEOUT_SECONDS = 60.0
PATIENCE_SECONDS = 10.0


class Client:
    """Speaks to one platform with one token. Threads may share it.

    `connect()` makes one. The functions of `jobs`, `services` and `tracking` use a common one when they get none; what they do not cover
    is reached by `get`, `post` and `pages` with the paths of the API document (`/api` of the server shows it).
    """

    def __init__(self, address: Address, *, timeout: float = TIMEOUT_SECONDS, patience: float = PATIENCE_SECONDS) -> None:
        """`timeout`: seconds until an answer begins. `patience`: seconds in which calls that may be repeated are."""
        self._address = address
        self._timeout = timeout
        self._patience = patience
        self._control = Transport(address.url, timeout=timeout, patience=patience)
        self._gateways: dict[str, Transport] = {}
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        """Without the token."""
        return f"Client({self.url!r})"

    @property
    def url(self) -> str:
        """Address of control, without a slash at its end."""
        return self._address.url

    @property
    def token(self) -> str | None:
        """What is sent as `Authorization: Bearer`."""
        return self._address.token

    @property
    def gateway_url(self) -> str:
        """Address of the data plane; asked of the server once when nothing here says it."""
        if self._address.gateway_url is None:
            told = str(self.get("/api/v1/version")["gateway_url"]).rstrip("/")
            self._address = Address(self._address.url, told, self._address.token)
        return self._address.gateway_url or ""

    def get(self, path: str, query: Query | None = None) -> Object:
        """The object at `path`, such as `/api/v1/me`. Raises RoadbedError."""
        return self._json(Call("GET", _target(path, query), self._headers(), None, repeatable=True))

    def post(
        self,
        path: str,
        body: Mapping[str, Any] | bytes | None = None,
        *,
        query: Query | None = None,
        creates: bool = False,
        repeatable: bool = False,
        idempotency_key: str | None = None,
    ) -> Object:
        """Sends `body`, an object or the text of one, and gives the answer, `{}` when it has none.

        `creates` sends an `Idempotency-Key`, so that the call can be repeated after a failure on the way without making two; name
        `idempotency_key` yourself to repeat it from another process. `repeatable` says that twice is the same as once.
        """
        headers = self._headers()
        if creates or idempotency_key:
            headers["Idempotency-Key"] = idempotency_key or new_key()
            repeatable = True
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            content = body if isinstance(body, bytes) else encoded(body)
        return self._json(Call("POST", _target(path, query), headers, content, repeatable))

    def delete(self, path: str, query: Query | None = None) -> None:
        """Deletes the object at `path`. Raises RoadbedError."""
        self._json(Call("DELETE", _target(path, query), self._headers()))

    def pages(self, path: str, query: Query | None = None) -> Iterator[Object]:
        """All objects of a list, page after page as they are asked for."""
        wanted = dict(query or {})
        while True:
            page = self.get(path, wanted)
            yield from page.get("items", ())
            cursor = page.get("next_cursor")
            if not cursor:
                return
            wanted["cursor"] = cursor

    @contextmanager
    def stream(self, path: str, query: Query | None = None, timeout: float | None = None) -> Generator[HTTPResponse, None, None]:
        """The answer to a GET as it comes. `timeout`: seconds between its parts. Raises RoadbedError, OSError when it breaks off."""
        call = Call("GET", _target(path, query), self._headers("*/*"))
        with self._control.stream(call, timeout) as response:
            if response.status >= 300:
                body = response.read(ERROR_LIMIT_BYTES)
                raise RoadbedError.of_answer(response.status, body, response.headers.get("x-request-id"))
            yield response

    def ask(self, base: str, path: str, body: bytes, headers: Mapping[str, str], timeout: float | None) -> Answer:
        """Sends a question to the data plane at `base`, and gives its answer. A question may be asked twice."""
        with self._lock:
            transport = self._gateways.get(base)
            if transport is None:
                transport = Transport(base, timeout=self._timeout, patience=self._patience)
                self._gateways[base] = transport
        all_headers = {**self._headers(), "Content-Type": "application/json", **headers}
        return _checked(transport.send(Call("POST", path, all_headers, body, repeatable=True), timeout))

    def close(self) -> None:
        """Closes kept connections; the client can still be used."""
        with self._lock:
            transports = [self._control, *self._gateways.values()]
        for transport in transports:
            transport.close()

    def __enter__(self) -> Client:
        """For `with connect() as client`."""
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _headers(self, accept: str = "application/json, application/problem+json") -> dict[str, str]:
        headers = {"Accept": accept, "User-Agent": "roadbed-python"}
        if self._address.token:
            headers["Authorization"] = f"Bearer {self._address.token}"
        return headers

    def _json(self, call: Call) -> Object:
        answer = _checked(self._control.send(call))
        return decoded(answer.body, self.url) if answer.body else {}


def connect(
    url: str | None = None, token: str | None = None, *, timeout: float = TIMEOUT_SECONDS, patience: float = PATIENCE_SECONDS
) -> Client:
    """A client of the server in force: the arguments, `ROADBED_URL` and `ROADBED_TOKEN`, the job's own, the login, the data directory.

    Nothing is sent yet. Raises RoadbedError `client.no_server`.
    """
    return Client(find(url, token), timeout=timeout, patience=patience)


_common: dict[Address, Client] = {}
_common_lock = threading.Lock()
MOST_COMMON = 8


def client_or_common(client: Client | None) -> Client:
    """The client given, else one that all calls to the server in force share."""
    if client is not None:
        return client
    address = find()
    with _common_lock:
        found = _common.get(address)
        if found is None:
            if len(_common) >= MOST_COMMON:
                _common.clear()
            found = _common[address] = Client(address)
    return found


def is_passing(error: RoadbedError) -> bool:
    """Whether the same call may work in a moment."""
    return error.code == "client.unreachable" or error.status in PASSING


def new_key() -> str:
    """An Idempotency-Key nobody else has."""
    import secrets

    return secrets.token_hex(16)


def segment(text: str) -> str:
    """One part of a path, with everything that could be read as another part encoded."""
    from urllib.parse import quote

    return quote(text, safe="")


def _checked(answer: Answer) -> Answer:
    if answer.status >= 300:
        raise RoadbedError.of_answer(answer.status, answer.body, answer.headers.get("x-request-id"))
    return answer


def _target(path: str, query: Query | None) -> str:
    from urllib.parse import urlencode

    given = {name: _word(value) for name, value in (query or {}).items() if value is not None}
    return f"{path}?{urlencode(given)}" if given else path


def _word(value: str | int | bool | None) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
