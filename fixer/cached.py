"""A property that is computed once.

`functools.cached_property` of Python 3.11 takes a lock for each value; here each object is of one thread.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class cached_property(Generic[T]):  # noqa: N801 - it is written as `property` is
    """Keeps its value under its own name in the object, where it is found instead of the property from then on."""

    def __init__(self, compute: Callable[[Any], T]) -> None:
        self._compute = compute
        self.__doc__ = compute.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: Any, owner: type | None = None) -> T:
        """Compute the value and keep it."""
        value = instance.__dict__[self._name] = self._compute(instance)
        return value
