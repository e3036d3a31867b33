"""Values that several kinds of objects have: times, money, looking until something is over."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ._client import is_passing
from ._errors import RoadbedError
from ._json import Object

if TYPE_CHECKING:
    from datetime import datetime

FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 1.0
ABSENCE_SECONDS = 60.0
"""A server that restarts or is upgraded is back within this time."""


@dataclass(frozen=True)
class Cost:
    """An amount of money."""

    micros: int
    """Millionths of the currency's unit."""
    currency: str
    """ISO 4217, such as `USD`."""

    def __str__(self) -> str:
        """Such as `0.001250 USD`."""
        sign = "-" if self.micros < 0 else ""
        return f"{sign}{abs(self.micros) // 1_000_000}.{abs(self.micros) % 1_000_000:06d} {self.currency}"


def cost_of(value: Object | None) -> Cost | None:
    """Money as the server writes it."""
    return None if value is None else Cost(int(value["micros"]), str(value["currency"]))


def time_of(text: Any) -> datetime | None:
    """A time from RFC 3339, in UTC, to the microsecond."""
    from datetime import datetime, timezone

    if text is None:
        return None
    base, _, fraction = str(text).removesuffix("Z").partition(".")
    moment = datetime.fromisoformat(base).replace(tzinfo=timezone.utc)
    return moment.replace(microsecond=int(fraction[:6].ljust(6, "0"))) if fraction else moment


def wait_until(is_over: Callable[[], bool], timeout: float | None, what: str) -> None:
    """Looks until it is over, through short absences of the server. RoadbedError `client.timed_out` after `timeout` seconds."""
    begun = time.monotonic()
    pause = FIRST_PAUSE_SECONDS
    absent_since: float | None = None
    while True:
        try:
            if is_over():
                return
            absent_since = None
        except RoadbedError as error:
            absent_since = absent_since or time.monotonic()
            if not is_passing(error) or time.monotonic() - absent_since > ABSENCE_SECONDS:
                raise
        if timeout is not None:
            left = begun + timeout - time.monotonic()
            if left <= 0:
                raise RoadbedError("client.timed_out", f"{what} is not over after {timeout:g} s; it goes on")
            pause = min(pause, left)
        time.sleep(pause)
        pause = min(pause * 1.5, LONGEST_PAUSE_SECONDS)
