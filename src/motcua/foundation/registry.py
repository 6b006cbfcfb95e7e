"""A named table that an earlier room offers and later rooms fill at start (design: The house)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Registry(Generic[Item]):
    """Items by name; a name is given once, so two rooms cannot overwrite each other silently."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._items: dict[str, Item] = {}

    def add(self, name: str, item: Item) -> Item:
        """Adds `item` under `name`. Raises ValueError if another item has that name."""
        if self._items.get(name, item) is not item:
            raise ValueError(f"{self._what} {name!r} is declared twice")
        self._items[name] = item
        return item

    def __getitem__(self, name: str) -> Item:
        return self._items[name]

    def __contains__(self, name: object) -> bool:
        return name in self._items

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def items(self) -> list[tuple[str, Item]]:
        """Name and item, in the order of declaration."""
        return list(self._items.items())
