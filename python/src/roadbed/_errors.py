"""The one exception of this package."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast


class RoadbedError(Exception):
    """Something asked of a platform was not done.

    `str(error)` says what happened, where, and what to do. Codes of the server have a line each in the reference of error codes; codes
    of this package are `client.no_server`, `client.unreachable`, `client.timed_out`, `client.job_failed`, `client.rollout_failed`,
    `client.program_failed`, `client.unexpected_answer` and `client.invalid_input`.
    """

    code: str
    """Stable: `jobs.unknown`. Of the data plane's protocols what they have, such as `BAD_REQUEST`; `http.503` when there is none."""
    title: str
    """What kind of problem it is, the same for every occurrence; empty when the server did not say."""
    status: int
    """HTTP status of the answer; 0 when there was none."""
    detail: str
    """This occurrence, for people."""
    field: str | None
    """Field of the body or query that is wrong, such as `resources.memory`."""
    line: str | None
    """Place in a file, `line:column`."""
    fix: str | None
    """What to do about it."""
    request_id: str | None
    """The request, as in the server's log and in `x-request-id`."""
    problems: tuple[Mapping[str, Any], ...]
    """Several problems at once, each with `detail` and maybe `field`, `line`, `fix`."""

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        title: str = "",
        status: int = 0,
        field: str | None = None,
        line: str | None = None,
        fix: str | None = None,
        request_id: str | None = None,
        problems: tuple[Mapping[str, Any], ...] = (),
    ) -> None:
        """Attributes are what they are called."""
        super().__init__(code, detail)
        self.code = code
        self.title = title
        self.status = status
        self.detail = detail
        self.field = field
        self.line = line
        self.fix = fix
        self.request_id = request_id
        self.problems = problems

    def __str__(self) -> str:
        """One line for the problem, one for each thing known about it."""
        lines = [f"{self.detail} ({self.code})"]
        named = (("field", self.field), ("line", self.line), ("fix", self.fix), ("request", self.request_id))
        lines += [f"  {name}: {value}" for name, value in named if value]
        lines += [f"  also: {item.get('detail')}" for item in self.problems if item.get("detail") != self.detail]
        return "\n".join(lines)

    def __reduce__(self) -> tuple[Any, ...]:
        """Travels between processes whole."""
        return _rebuild, (self.code, self.detail, dict(self.__dict__))

    @classmethod
    def of_answer(cls, status: int, body: bytes, request_id: str | None) -> RoadbedError:
        """Reads an error answer: RFC 9457, MLflow's form or that of the Open Inference Protocol."""
        import json

        try:
            read: Any = json.loads(body)
        except ValueError:
            read = None
        value = cast("dict[str, Any]", read) if isinstance(read, dict) else {}
        if isinstance(value.get("error_code"), str):
            return cls(value["error_code"], str(value.get("message", "")), status=status, request_id=request_id)
        if isinstance(value.get("error"), str):
            return cls(f"http.{status}", value["error"], status=status, request_id=request_id)
        detail = value.get("detail") or f"the server answers {status}"
        fix = value.get("fix")
        if status == 401 and not fix:
            fix = "log in with: roadbed login URL, or set ROADBED_TOKEN"
        return cls(
            value.get("code") or f"http.{status}",
            detail,
            title=value.get("title") or "",
            status=status,
            field=value.get("field"),
            line=value.get("line"),
            fix=fix,
            request_id=value.get("request_id") or request_id,
            problems=tuple(value.get("problems") or ()),
        )


def _rebuild(code: str, detail: str, attributes: dict[str, Any]) -> RoadbedError:
    error = RoadbedError(code, detail)
    error.__dict__.update(attributes)
    return error
