"""Files of the platform, to files of this machine."""

from __future__ import annotations

import os

from ._client import Client
from ._errors import RoadbedError

PIECE_BYTES = 1 << 20


def download(client: Client, path: str, to: str | os.PathLike[str]) -> None:
    """The file at `path` of the API, to the file `to`: under another name beside it until it is whole."""
    from http.client import HTTPException

    unfinished = f"{os.fspath(to)}.{os.getpid()}.unfinished"
    try:
        with client.stream(path) as response, open(unfinished, "wb") as file:
            while piece := response.read(PIECE_BYTES):
                file.write(piece)
        os.replace(unfinished, to)
    except HTTPException as error:
        raise RoadbedError("client.unreachable", f"the download breaks off: {type(error).__name__}") from error
    finally:
        if os.path.exists(unfinished):
            os.unlink(unfinished)
