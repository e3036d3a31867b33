"""What is looked at again: an object of the server as it was when it was last seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from ._json import Object, shaped

if TYPE_CHECKING:
    from ._client import Client

Same = TypeVar("Same", bound="Seen")


class Seen:
    """Takes its fields from the server's answer; `raw` is everything, as the server wrote it."""

    def __init__(self, client: Client, data: Object) -> None:
        """Made by the functions of its module."""
        self._client = client
        self._take(data)

    def _take(self, data: Object) -> None:
        shaped(self._read, data)
        self.raw: Object = data

    def _read(self, value: Object) -> None:
        raise NotImplementedError

    @property
    def path(self) -> str:
        """Its path on the API."""
        raise NotImplementedError

    def refresh(self: Same) -> Same:
        """Looks again, and gives the same object."""
        self._take(self._client.get(self.path))
        return self
