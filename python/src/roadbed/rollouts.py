"""Releases under way and over: their state, the evidence, and what a person decides. `services` gives them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ._client import Client, client_or_common, segment
from ._errors import RoadbedError
from ._json import Object
from ._seen import Seen
from ._values import time_of, wait_until

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["Guardrail", "Rollout", "Verdict", "get"]

GATEWAY_SECONDS = 10.0
ENDED = frozenset({"promoted", "rolled_back", "failed"})


@dataclass(frozen=True)
class Guardrail:
    """What a release is held to."""

    name: str
    """`errors` or `latency`."""
    limit: float
    """Share of bad requests that is accepted, 0 to 1."""


@dataclass(frozen=True)
class Verdict:
    """The decision; while it runs what is known so far."""

    decision: str
    """`promoted`, `rolled_back`, `waiting`, `held`, `invalid` or `failed`."""
    reason: str
    """Such as `certified`, `harm`, `manual` or `first`."""
    sentence: str
    """For people."""
    guardrails: tuple[Guardrail, ...]


class Rollout(Seen):
    """A rollout as it was when it was last looked at; `refresh`, `wait` and what decides look again.

    `state`: `pending`, `running`, `paused`, `promoted`, `rolled_back` or `failed`; `from_revision` and `to_revision`: numbers; `model`:
    such as `churn/2`; `strategy`; `step_percent`: share of the traffic that the new revision gets; `verdict`; `warnings` of a deploy;
    `started_at` and `ended_at` in UTC; `raw`: everything, as the server wrote it.
    """

    def _read(self, value: Object) -> None:
        self.id = str(value["id"])
        self.service = str(value["service"])
        self.state = str(value["state"])
        self.from_revision: int | None = value.get("from_revision")
        self.to_revision = int(value["to_revision"])
        self.model = str(value["model"])
        self.strategy = str(value["strategy"])
        self.step_percent = float(value["step_percent"])
        self.verdict = _verdict(value.get("verdict"))
        self.warnings: tuple[str, ...] = tuple(value.get("warnings") or ())
        self.started_at: datetime | None = time_of(value.get("started_at"))
        self.ended_at: datetime | None = time_of(value.get("ended_at"))

    def __repr__(self) -> str:
        """Such as `Rollout('01j…', service='churn', state='running', step_percent=5.0)`."""
        return f"Rollout({self.id!r}, service={self.service!r}, state={self.state!r}, step_percent={self.step_percent})"

    @property
    def path(self) -> str:
        """Its path on the API."""
        return f"/api/v1/rollouts/{segment(self.id)}"

    @property
    def is_over(self) -> bool:
        """Whether it is `promoted`, `rolled_back` or `failed`; otherwise `pending`, `running` or `paused`."""
        return self.state in ENDED

    def wait(self, timeout: float | None = None, *, check: bool = False) -> Rollout:
        """Waits until it is over and the gateways have heard of it, and gives the same rollout.

        `timeout` in seconds; RoadbedError `client.timed_out` after it, and the rollout goes on. With `check` everything but `promoted` is
        RoadbedError `client.rollout_failed`.
        """
        if not self.is_over:
            wait_until(lambda: self.refresh().is_over, timeout, f"the rollout of {self.service} to {self.model}")
        _wait_for_gateways(self._client)
        if check and self.state != "promoted":
            why = self.verdict.sentence if self.verdict else "no verdict"
            fix = f"see the evidence: roadbed explain {self.service}"
            raise RoadbedError("client.rollout_failed", f"{self.model} is {self.state} on {self.service}: {why}", fix=fix)
        return self

    def wait_until_running(self, timeout: float | None = None) -> Rollout:
        """Waits until the new revision is loaded and gets its first share of the traffic, or the rollout is over."""
        if self.state == "pending":
            wait_until(lambda: self.refresh().state != "pending", timeout, f"loading {self.model} for {self.service}")
        return self

    def promote(self) -> Rollout:
        """Gives the new revision all traffic now. It is over when `wait` says so."""
        return self._decide("promote")

    def rollback(self) -> Rollout:
        """Gives the old revision all traffic now."""
        return self._decide("rollback")

    def pause(self) -> Rollout:
        """Takes no step until it is resumed."""
        return self._decide("pause")

    def resume(self) -> Rollout:
        """Lets it go on after a pause."""
        return self._decide("resume")

    def _decide(self, verb: str) -> Rollout:
        self._take(self._client.post(f"{self.path}/{verb}"))
        return self


def get(id: str, *, client: Client | None = None) -> Rollout:
    """The rollout with that id. Raises RoadbedError with status 404 when there is none you may see."""
    common = client_or_common(client)
    return Rollout(common, common.get(f"/api/v1/rollouts/{segment(id)}"))


def _wait_for_gateways(client: Client) -> None:
    """A decision is made in control and arrives at the gateways a moment later; one that is away is not waited for."""

    def are_current() -> bool:
        return all(item["current"] for item in client.pages("/api/v1/gateways") if item["live"])

    try:
        wait_until(are_current, GATEWAY_SECONDS, "telling the gateways")
    except RoadbedError as error:
        # Whoever may deploy need not see gateways; what was decided stays decided.
        if error.status != 403 and error.code != "client.timed_out":
            raise


def _verdict(value: Object | None) -> Verdict | None:
    if value is None:
        return None
    guardrails = tuple(Guardrail(str(item["name"]), float(item["limit"])) for item in value["guardrails"])
    return Verdict(str(value["decision"]), str(value["reason"]), str(value["sentence"]), guardrails)
