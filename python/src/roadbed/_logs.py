"""Reading what a job wrote."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ._client import Client, is_passing
from ._errors import RoadbedError
from ._values import ABSENCE_SECONDS, FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS

if TYPE_CHECKING:
    from http.client import HTTPResponse

QUIET_SECONDS = 60.0
"""A connection on which nothing came for so long is opened again: it may be dead."""
PIECE_BYTES = 1 << 16


def lines(client: Client, path: str, *, follow: bool) -> Iterator[str]:
    """Whole lines, and at last what comes behind the last line end."""
    rest = b""
    for piece in _following(client, path) if follow else _now(client, path):
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            yield line.decode("utf-8", "replace").removesuffix("\r")
    if rest:
        yield rest.decode("utf-8", "replace")


def _now(client: Client, path: str) -> Iterator[bytes]:
    offset = 0
    while True:
        with client.stream(f"{path}/logs", {"offset": offset}) as response:
            piece = response.read()
        if not piece:
            return
        offset += len(piece)
        yield piece


def _following(client: Client, path: str) -> Iterator[bytes]:
    """Pieces until the log ends; after a connection that broke, those that follow what has come."""
    from http.client import HTTPException

    offset = 0
    pause = FIRST_PAUSE_SECONDS
    absent_since: float | None = None
    while True:
        try:
            with client.stream(f"{path}/logs", {"offset": offset, "follow": True}, QUIET_SECONDS) as response:
                for piece in _pieces(response):
                    offset += len(piece)
                    pause, absent_since = FIRST_PAUSE_SECONDS, None
                    yield piece
            return
        except TimeoutError:
            absent_since = None
            continue
        except (OSError, HTTPException) as error:
            failure = RoadbedError("client.unreachable", f"the log breaks off: {error}")
        except RoadbedError as error:
            failure = error
        absent_since = absent_since or time.monotonic()
        if not is_passing(failure) or time.monotonic() - absent_since > ABSENCE_SECONDS:
            raise failure
        time.sleep(pause)
        pause = min(pause * 1.5, LONGEST_PAUSE_SECONDS)


def _pieces(response: HTTPResponse) -> Iterator[bytes]:
    """As they come: `read1` gives what is there, and nothing at the end, also when the other side only went away."""
    while piece := response.read1(PIECE_BYTES):
        yield piece
    if not response.isclosed():
        raise ConnectionError("the connection was closed before the end")
