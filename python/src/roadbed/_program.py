"""The `roadbed` program, for what only it does: packing a folder."""

from __future__ import annotations

import os
from collections.abc import Sequence

from ._client import Client
from ._errors import RoadbedError
from ._json import Object, decoded

LONGEST_SECONDS = 3600.0


def find_program() -> str:
    """The program that came with this package, else the first on PATH. Raises RoadbedError `client.program_failed`."""
    import shutil
    import sysconfig

    folders = (sysconfig.get_path("scripts"), sysconfig.get_path("scripts", f"{os.name}_user"))
    for folder in folders:
        path = os.path.join(folder, "roadbed")
        if os.access(path, os.X_OK):
            return path
    found = shutil.which("roadbed")
    if found is None:
        raise RoadbedError("client.program_failed", "the roadbed program is not there", fix="pip install roadbed")
    return found


def run_json(client: Client, words: Sequence[str], folder: str | os.PathLike[str]) -> Object:
    """Runs `roadbed WORDS -o json` in `folder` against the client's server, and gives what it printed."""
    import subprocess

    environment = {**os.environ, "ROADBED_URL": client.url, "NO_COLOR": "1"}
    if client.token:
        environment["ROADBED_TOKEN"] = client.token
    try:
        ended = subprocess.run(
            [find_program(), *words, "-o", "json"],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=LONGEST_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise RoadbedError("client.program_failed", f"roadbed {words[0]} cannot be run: {error}") from error
    if ended.returncode != 0:
        said = ended.stderr.decode("utf-8", "replace").strip().removeprefix("error: ")
        raise RoadbedError("client.program_failed", said or f"roadbed {words[0]} ended with {ended.returncode}")
    return decoded(ended.stdout, f"roadbed {words[0]}")
