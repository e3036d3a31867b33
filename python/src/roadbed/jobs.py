"""Run code to completion: submit, wait, read the log, cancel.

    from roadbed import jobs

    job = jobs.submit(run="python -c 'print(6 * 7)'", cpu=1).wait()
    print(job.state, job.exit, job.cost, job.run_ids)

Every function raises `RoadbedError`; `client` is the platform to talk to, that in force when absent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ._client import Client, client_or_common, segment
from ._errors import RoadbedError
from ._json import Object, shaped, without_none
from ._seen import Seen
from ._values import Cost, cost_of, time_of, wait_until

if TYPE_CHECKING:
    import os
    from datetime import datetime

__all__ = ["Cost", "Exit", "Job", "Output", "get", "list", "submit", "submit_folder"]

ENDED = frozenset({"succeeded", "failed", "cancelled", "lost"})


@dataclass(frozen=True)
class Exit:
    """How user code ended."""

    kind: str
    """`code`, `signal`, `out_of_memory`, `timeout`, `cancelled` or `not_started`."""
    value: int | None
    """Exit code or signal number."""


@dataclass(frozen=True)
class Output:
    """A file a job left."""

    path: str
    """Relative to the working folder."""
    bytes: int
    """Its size."""


class Job(Seen):
    """A job as it was when it was last looked at; `refresh`, `wait` and `cancel` look again.

    `id`, `name`, `project`, `team`; `state`: `queued`, `starting`, `running`, `succeeded`, `failed`, `cancelled` or `lost`; `exit`: how
    user code ended, None until it did; `run_ids`: MLflow runs it made, oldest first; `cost`: so far, of all attempts; `message`: what
    happens or how it ended, for people; `run`, `parameters`, `attempt` from 1, `warnings` about a submit; `created_at`, `started_at` and
    `ended_at` in UTC; `raw`: everything, as the server wrote it.
    """

    def _read(self, value: Object) -> None:
        self.id = str(value["id"])
        self.name = str(value["name"])
        self.project = str(value["project"])
        self.team = str(value["team"])
        self.state = str(value["state"])
        self.run = str(value["run"])
        self.parameters: Mapping[str, Any] = value["parameters"]
        self.message: str | None = value.get("message")
        self.attempt = int(value["attempt"])
        self.warnings: tuple[str, ...] = tuple(value.get("warnings") or ())
        ended: Object | None = value.get("exit")
        self.exit = None if ended is None else Exit(str(ended["kind"]), ended.get("value"))
        self.run_ids: tuple[str, ...] = tuple(value.get("run_ids") or ())
        self.cost: Cost | None = cost_of(value.get("cost"))
        self.created_at: datetime | None = time_of(value["created_at"])
        self.started_at: datetime | None = time_of(value.get("started_at"))
        self.ended_at: datetime | None = time_of(value.get("ended_at"))

    def __repr__(self) -> str:
        """Such as `Job('01j…', name='train', state='running')`."""
        return f"Job({self.id!r}, name={self.name!r}, state={self.state!r})"

    @property
    def path(self) -> str:
        """Its path on the API."""
        return f"/api/v1/jobs/{segment(self.id)}"

    @property
    def is_over(self) -> bool:
        """Whether it is `succeeded`, `failed`, `cancelled` or `lost`; otherwise `queued`, `starting` or `running`."""
        return self.state in ENDED

    def wait(self, timeout: float | None = None, *, check: bool = False) -> Job:
        """Waits until it is over, and gives the same job, with `exit`, `run_ids` and `cost`.

        `timeout` in seconds; RoadbedError `client.timed_out` after it, and the job goes on. With `check` everything but `succeeded` is
        RoadbedError `client.job_failed`.
        """
        if not self.is_over:
            wait_until(lambda: self.refresh().is_over, timeout, f"job {self.name} ({self.id})")
        elif "run_ids" not in self.raw:
            self.refresh()
        if check and self.state != "succeeded":
            said = self.message or f"exit {self.exit}"
            fix = f"see its log: roadbed logs {self.id}"
            raise RoadbedError("client.job_failed", f"job {self.name} ({self.id}) is {self.state}: {said}", fix=fix)
        return self

    def logs(self, follow: bool = False) -> Iterator[str]:
        """What it wrote, line by line without line ends, over all attempts; with `follow` until it is over.

        A connection that breaks is opened again where it broke. What is no UTF-8 is shown with replacement characters.
        """
        from ._logs import lines

        return lines(self._client, self.path, follow=follow)

    def cancel(self, reason: str | None = None) -> Job:
        """Asks it to end: SIGTERM, some time, SIGKILL to all its processes. `wait` waits until it has. `reason` is shown with the job."""
        self._take(self._client.post(f"{self.path}/cancel", without_none(reason=reason), repeatable=True))
        return self

    def rerun(
        self,
        parameters: Mapping[str, Any] | None = None,
        *,
        cpu: float | str | None = None,
        memory: str | None = None,
        gpu: int | None = None,
        timeout: str | None = None,
        retries: int | None = None,
    ) -> Job:
        """A new job with the same code, environment and command; what is given here is different, `parameters` one by one."""
        body = without_none(timeout=timeout, retries=retries, resources=_resources(cpu, memory, gpu))
        body["parameters"] = dict(parameters or {})
        return Job(self._client, self._client.post(f"{self.path}/rerun", body, creates=True))

    def outputs(self) -> tuple[Output, ...]:
        """The files it left: those that its patterns of `outputs` name, once it is over."""
        found = self._client.get(f"{self.path}/outputs")
        return shaped(lambda value: tuple(Output(str(item["path"]), int(item["bytes"])) for item in value["items"]), found)

    def download(self, path: str, to: str | os.PathLike[str]) -> None:
        """Writes a file it left, named as in `outputs`, to the file `to`, which is there whole or not at all."""
        from ._files import download

        place = "/".join(segment(part) for part in path.split("/"))
        download(self._client, f"{self.path}/outputs/{place}", to)


def submit(
    name: str | None = None,
    *,
    run: str | None = None,
    parameters: Mapping[str, Any] | None = None,
    project: str | None = None,
    team: str | None = None,
    shell: bool = False,
    python: str | None = None,
    requirements: str | None = None,
    variables: Mapping[str, str] | None = None,
    snapshot: str | None = None,
    cpu: float | str | None = None,
    memory: str | None = None,
    gpu: int | None = None,
    timeout: str | None = None,
    retries: int | None = None,
    outputs: Sequence[str] | None = None,
    dry_run: bool = False,
    idempotency_key: str | None = None,
    client: Client | None = None,
) -> Job:
    """Submits a job and returns at once.

    `name` is a job of the project's applied manifest, or with `run` just a name. `run` is a program with its arguments, split as a shell
    would, `{{parameter}}` for parameters; `shell` gives it to `/bin/sh`. Code comes from `snapshot`, the digest of an uploaded one; see
    `submit_folder` for a folder of yours. `python` (`"3.11"`), `requirements` (the text of a requirements file) and `variables` are what
    it runs with. `cpu` in CPUs (`2`, `"500m"`), `memory` with a unit (`"4GiB"`), `timeout` such as `"1h"`, `retries` after a failed first
    attempt, `outputs` patterns of files to keep. `dry_run` checks only: the job it gives has no existence.
    """
    environment = without_none(python=python, requirements=requirements, variables=dict(variables) if variables else None)
    body = without_none(
        name=name,
        run=run,
        project=project,
        team=team,
        snapshot=snapshot,
        environment=environment or None,
        resources=_resources(cpu, memory, gpu),
        timeout=timeout,
        retries=retries,
        outputs=None if outputs is None else [*outputs],
        shell=shell or None,
    )
    body["parameters"] = dict(parameters or {})
    common = client_or_common(client)
    query = {"dry_run": True} if dry_run else None
    return Job(common, common.post("/api/v1/jobs", body, query=query, creates=True, idempotency_key=idempotency_key))


def submit_folder(
    name: str,
    folder: str | os.PathLike[str] = ".",
    *,
    parameters: Mapping[str, Any] | None = None,
    client: Client | None = None,
) -> Job:
    """Submits the job `name` of `folder`'s `roadbed.yaml` with the files of that folder, and returns when it is accepted.

    The `roadbed` program packs and uploads the files that git would not ignore; it makes the project when it is new. Raises RoadbedError
    `client.program_failed` with what the program said.
    """
    from ._program import run_json

    common = client_or_common(client)
    given = [word for key, value in (parameters or {}).items() for word in ("-p", f"{key}={_parameter(value)}")]
    accepted = run_json(common, ["run", name, "--no-wait", *given], folder)
    return get(str(accepted.get("id")), client=common)


def get(id: str, *, client: Client | None = None) -> Job:
    """The job with that id. Raises RoadbedError `jobs.unknown`."""
    common = client_or_common(client)
    return Job(common, common.get(f"/api/v1/jobs/{segment(id)}"))


def list(
    *,
    name: str | None = None,
    state: str | None = None,
    project: str | None = None,
    team: str | None = None,
    client: Client | None = None,
) -> Iterator[Job]:
    """Jobs, newest first, page after page as they are asked for; `run_ids` only after `refresh`.

    `name` exactly; `state` one or several with commas between them, such as `"failed,lost"`.
    """
    common = client_or_common(client)
    query = {"name": name, "state": state, "project": project, "team": team}
    return (Job(common, item) for item in common.pages("/api/v1/jobs", query))


def _resources(cpu: float | str | None, memory: str | None, gpu: int | None) -> Object | None:
    return without_none(cpu=cpu, memory=memory, gpu=gpu) or None


def _parameter(value: Any) -> str:
    import json

    return value if isinstance(value, str) else json.dumps(value)
