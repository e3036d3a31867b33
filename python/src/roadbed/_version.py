"""Which version this is."""

from __future__ import annotations


def version() -> str:
    """Version of the installed package; `0+source` when it runs from a checkout that was never installed."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed("roadbed")
    except PackageNotFoundError:
        return "0+source"
