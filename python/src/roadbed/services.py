"""Put models into production, ask them, and decide about releases.

    from roadbed import services

    services.deploy("churn", "churn/1")
    answer = services.get("churn").predict([[1.0, 2.0, 3.0]])
    print(answer.predictions, answer.revision, answer.id)

Every function raises `RoadbedError`; `client` is the platform to talk to, that in force when absent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ._client import Client, client_or_common, segment
from ._errors import RoadbedError
from ._json import Object, shaped, without_none
from ._predict import Inference, Prediction, Tensor, infer, invoke
from ._seen import Seen
from .rollouts import Guardrail, Rollout, Verdict

__all__ = ["Column", "Guardrail", "Inference", "Prediction", "Rollout", "Service", "Signature", "Tensor", "Traffic", "Verdict"]
__all__ += ["deploy", "get", "list"]


@dataclass(frozen=True)
class Traffic:
    """Share of the requests that a revision gets."""

    revision: int | None
    weight_percent: float


@dataclass(frozen=True)
class Column:
    """An input or output of a model."""

    name: str | None
    """None for the only one, without a name."""
    type: str
    """As MLflow calls it, such as `double`; of a tensor the element type, `float32`."""
    shape: tuple[int, ...] | None
    """Of a tensor; -1 is any size, and the first one counts the rows. None for a column."""
    required: bool
    """A value must be given."""


@dataclass(frozen=True)
class Signature:
    """What a service takes and gives."""

    model: str
    """Registered name and version, such as `churn/2`."""
    revision: int
    inputs: tuple[Column, ...]
    """Empty when the model was logged without a signature."""
    outputs: tuple[Column, ...]


class Service(Seen):
    """A service as it was when it was last looked at; `refresh` looks again. Questions always go to what serves now.

    `name`, `project`, `team`; `state`: `empty`, `deploying`, `serving` or `failed`; `health` and `health_reason`; `revision`: number of
    the one in charge, `previous_revision`: of the one a rollback returns to; `model`: such as `churn/2`; `traffic`: shares of revisions;
    `rollout_id`: of the rollout under way; `url`: where predictions go; `raw`: everything, as the server wrote it.
    """

    def _read(self, value: Object) -> None:
        self.id = str(value["id"])
        self.name = str(value["name"])
        self.project = str(value["project"])
        self.team = str(value["team"])
        self.state = str(value["state"])
        self.health = str(value["health"])
        self.health_reason = str(value["health_reason"])
        self.revision: int | None = value.get("revision")
        self.previous_revision: int | None = value.get("previous_revision")
        self.model: str | None = value.get("model")
        self.url = str(value["url"])
        self.rollout_id: str | None = value.get("rollout")
        self.traffic = tuple(Traffic(item.get("revision"), float(item["weight_percent"])) for item in value["traffic"])

    def __repr__(self) -> str:
        """Such as `Service('churn', state='serving', model='churn/2')`."""
        return f"Service({self.name!r}, state={self.state!r}, model={self.model!r})"

    @property
    def path(self) -> str:
        """Its path on the API."""
        return f"/api/v1/services/{segment(self.name)}"

    def predict(
        self,
        rows: object,
        *,
        columns: Sequence[str] | None = None,
        parameters: Mapping[str, Any] | None = None,
        routing_key: str | None = None,
        timeout: float | None = None,
    ) -> Prediction:
        """What pyfunc's `predict` gives for `rows`.

        `rows` is a pandas DataFrame; a numpy array, its first dimension counting the rows; a list of rows, each a list of values
        (`columns` names them) or a mapping from column to value; or a mapping from input to array. Values that are missing are None or
        NaN. `parameters` are those of `predict()`. A caller with a `routing_key` meets the same revision during a release. `timeout` in
        seconds. Raises RoadbedError with the codes of MLflow's protocol, such as `BAD_REQUEST`; `client.invalid_input`.
        """
        return invoke(self._client, self.url, rows, columns, parameters, routing_key, timeout)

    def infer(
        self,
        inputs: Mapping[str, object],
        *,
        outputs: Sequence[str] | None = None,
        parameters: Mapping[str, Any] | None = None,
        routing_key: str | None = None,
        timeout: float | None = None,
    ) -> Inference:
        """Asks by the Open Inference Protocol: `inputs` from name to a numpy array, a `Tensor` or nested lists of one shape.

        Lists become FP64, INT64, BOOL or BYTES by what is in them; all inputs have the same first dimension, the rows. `outputs` names
        those wanted, all when absent.
        """
        base = self.url.partition("/services/")[0]
        return infer(self._client, base, self.name, inputs, outputs, parameters, routing_key, timeout)

    def signature(self) -> Signature:
        """Inputs and outputs of the revision in charge."""

        def columns(items: Sequence[Object]) -> tuple[Column, ...]:
            made = (
                Column(item.get("name"), str(item["type"]), tuple(item["shape"]) if item.get("shape") else None, bool(item["required"]))
                for item in items
            )
            return tuple(made)

        def read(value: Object) -> Signature:
            return Signature(str(value["model"]), int(value["revision"]), columns(value["inputs"]), columns(value["outputs"]))

        return shaped(read, self._client.get(f"{self.path}/signature"))

    def rollout(self) -> Rollout | None:
        """The newest rollout, under way or over; None when nothing was ever deployed."""
        try:
            return Rollout(self._client, self._client.get(f"{self.path}/rollouts/latest"))
        except RoadbedError as error:
            if error.status == 404 and error.code != "services.unknown":
                return None
            raise

    def rollouts(self) -> Iterator[Rollout]:
        """All rollouts, newest first, page after page as they are asked for."""
        return (Rollout(self._client, item) for item in self._client.pages(f"{self.path}/rollouts"))

    def rollback(self, *, wait: bool = True, timeout: float | None = None) -> Rollout:
        """Ends the rollout under way, or returns to the previous revision. With `wait` it comes back once that is done."""
        rollout = Rollout(self._client, self._client.post(f"{self.path}/rollback"))
        return rollout.wait(timeout) if wait else rollout

    def delete(self) -> None:
        """Deletes it with its revisions; it answers no more."""
        self._client.delete(self.path)


def deploy(
    name: str,
    model: str,
    *,
    strategy: str | None = None,
    steps: Sequence[str] | None = None,
    project: str | None = None,
    again: bool = False,
    wait: bool = True,
    timeout: float | None = None,
    dry_run: bool = False,
    idempotency_key: str | None = None,
    client: Client | None = None,
) -> Rollout:
    """Serves `model`, `name/version` or `name@alias`, and makes the service when it is new.

    `strategy` is `canary` or `all_at_once`, that of the service's settings when absent; `steps` are rising shares such as `["5%", "50%"]`.
    With `wait` it comes back when the release is decided, and everything but `promoted` is RoadbedError `client.rollout_failed`; a canary
    without traffic is never decided, so give it a `timeout` in seconds (`client.timed_out`; it goes on) or `wait=False`. `again` deploys
    what serves already. `dry_run` checks only.
    """
    common = client_or_common(client)
    body = without_none(model=model, strategy=strategy, steps=None if steps is None else [*steps], project=project, again=again or None)
    query = {"dry_run": True} if dry_run else None
    path = f"/api/v1/services/{segment(name)}/deploy"
    rollout = Rollout(common, common.post(path, body, query=query, creates=True, idempotency_key=idempotency_key))
    return rollout.wait(timeout, check=True) if wait and not dry_run else rollout


def get(name: str, *, client: Client | None = None) -> Service:
    """The service of that name. Raises RoadbedError with status 404 when there is none you may see."""
    common = client_or_common(client)
    return Service(common, common.get(f"/api/v1/services/{segment(name)}"))


def list(*, client: Client | None = None) -> Iterator[Service]:
    """Services by name, page after page as they are asked for."""
    common = client_or_common(client)
    return (Service(common, item) for item in common.pages("/api/v1/services"))
