"""Typed helpers for a Roadbed platform; the wheel also brings the `roadbed` program.

    from roadbed import jobs, services, tracking

`jobs` runs code, `services` deploys models and asks them, `tracking` logs whole curves at once. Every function takes `client`; without
one, the server is found as the command line finds it. No import of this package is needed to train, track or serve.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._errors import RoadbedError

if TYPE_CHECKING:
    from . import jobs, services, tracking
    from ._client import Client, connect

    __version__: str

__all__ = ["Client", "RoadbedError", "__version__", "connect", "jobs", "services", "tracking"]


def __getattr__(name: str) -> object:
    """Loads what is asked for: an import of the package costs next to nothing."""
    import importlib

    if name in ("jobs", "services", "tracking"):
        found: object = importlib.import_module(f"{__name__}.{name}")
    elif name in ("Client", "connect"):
        found = getattr(importlib.import_module(f"{__name__}._client"), name)
    elif name == "__version__":
        found = importlib.import_module(f"{__name__}._version").version()
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
