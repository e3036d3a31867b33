"""Where the server is and who the caller is there, found in the order of the command line.

`ROADBED_URL`; the data directory `ROADBED_DATA`; inside a job or after `eval "$(roadbed env)"` also `MLFLOW_TRACKING_URI`; the login file;
the default data directory. A token found beside an address is sent to that address only.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field, replace
from typing import Any, cast

from ._errors import RoadbedError


@dataclass(frozen=True)
class Address:
    """A server, and a token for it."""

    url: str
    gateway_url: str | None = None
    token: str | None = field(default=None, repr=False)


def find(url: str | None = None, token: str | None = None) -> Address:
    """The server in force; arguments come before everything else.

    Raises RoadbedError `client.no_server` when nothing names one, `client.invalid_input` when what names it cannot be used.
    """
    found = _find_address(url)
    token = token or _variable("ROADBED_TOKEN")
    if token is None and found.token is None:
        token = _tracking_token(found.url)
    if token is not None:
        found = replace(found, token=token)
    gateway_url = _variable("ROADBED_GATEWAY_URL")
    return replace(found, gateway_url=clean_url(gateway_url)) if gateway_url else found


def _variable(name: str) -> str | None:
    return os.environ.get(name) or None


def _find_address(url: str | None) -> Address:
    named = url or _variable("ROADBED_URL")
    if named:
        named = clean_url(named)
        # The token of a job is narrower than what lies on the machine, and the right one inside the job.
        if _variable("ROADBED_JOB_ID") and _tracking_token(named):
            return Address(named)
        return _known(named) or Address(named)
    data = _variable("ROADBED_DATA")
    if data:
        found = _from_data(data)
        if found is None:
            raise _no_server(f"none has written its address into {data} (ROADBED_DATA)")
        return found
    tracking_uri = _variable("MLFLOW_TRACKING_URI")
    if tracking_uri and tracking_uri.startswith(("http://", "https://")) and _variable("MLFLOW_TRACKING_TOKEN"):
        return Address(clean_url(tracking_uri))
    found = _from_login() or _from_data(_data_directory())
    if found is None:
        raise _no_server(f"nobody is logged in and none runs on {_data_directory()}")
    return found


def _known(url: str) -> Address | None:
    """Token and gateway that belong to an address named by the user."""
    for found in (_from_data(_data_directory()), _from_login()):
        if found is not None and found.url == url:
            return found
    return None


def _tracking_token(url: str) -> str | None:
    tracking_uri = _variable("MLFLOW_TRACKING_URI")
    if not tracking_uri or "://" not in tracking_uri or tracking_uri.strip().rstrip("/") != url:
        return None
    return _variable("MLFLOW_TRACKING_TOKEN")


def _data_directory() -> str:
    data = _variable("ROADBED_DATA")
    base = _variable("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")
    return data or os.path.join(base, "roadbed")


def _from_data(data: str) -> Address | None:
    path = os.path.join(data, "server.json")
    text = _read(path)
    if text is None:
        return None
    server = _object(path, text, "start the server again with: roadbed up")
    token = (_read(os.path.join(data, "token")) or "").strip()
    return Address(clean_url(str(server["url"])), server.get("gateway_url"), token or None)


def _from_login() -> Address | None:
    base = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    path = os.path.join(base, "roadbed", "login.json")
    text = _read(path)
    if text is None:
        return None
    if os.stat(path).st_mode & 0o077:
        detail = f"others on this machine can read the token in {path}"
        raise RoadbedError("client.invalid_input", detail, fix=f"revoke the token, then: chmod 600 {path}")
    login = _object(path, text, "log in again with: roadbed login URL")
    return Address(clean_url(str(login["url"])), login.get("gateway_url"), login.get("token"))


def _read(path: str) -> str | None:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        # User code of a job may not look at the platform's files: for it they are not there.
        return None
    except OSError as error:
        raise RoadbedError("client.invalid_input", f"{path} cannot be read: {error}") from error


def _object(path: str, text: str, fix: str) -> dict[str, Any]:
    try:
        value: Any = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, dict) or "url" not in value:
        raise RoadbedError("client.invalid_input", f"{path} is not as expected", fix=fix)
    return cast("dict[str, Any]", value)


def _no_server(why: str) -> RoadbedError:
    fix = "start one with: roadbed up, log in with: roadbed login URL, or set ROADBED_URL and ROADBED_TOKEN"
    return RoadbedError("client.no_server", f"there is no server to talk to: {why}", fix=fix)


def clean_url(text: str) -> str:
    """An address without a slash at its end; a host without a scheme is `http` on this machine and `https` elsewhere."""
    url = text.strip().rstrip("/")
    if "://" not in url:
        is_local = url.startswith(("localhost", "127.", "[::1]"))
        url = f"{'http' if is_local else 'https'}://{url}"
    scheme, _, rest = url.partition("://")
    host = rest.partition("/")[0]
    if scheme not in ("http", "https") or not host or any(c.isspace() for c in host) or "@" in host or set("?#") & set(url):
        raise RoadbedError("client.invalid_input", f"{text!r} is no address of a server", fix="write it as http://127.0.0.1:7070")
    return url
