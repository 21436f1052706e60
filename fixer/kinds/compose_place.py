"""Places inside a Compose service: operations and findings about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fixer.finding import Finding, Fix, Level, Operation
from fixer.formats.yaml import Append, Path, Put, Remove, Value

if TYPE_CHECKING:
    from fixer.kinds.compose_service import Service


class Place:
    """A place in the effective data of a service: what is there, and the operations and findings about it."""

    def __init__(self, service: Service, keys: Path) -> None:
        self.service = service
        self.keys = keys
        self.path: Path = (*service.path, *keys)

    @property
    def value(self) -> Any:
        """Value that holds here, after `extends` and merge keys; None when there is none."""
        return self.service.get(*self.keys)

    @property
    def own(self) -> bool:
        """Whether the value is written in the service itself."""
        return self.service.file.document.own(self.path)

    @property
    def shared(self) -> bool:
        """Whether the value is that of an anchor: an alias stands here, or it is merged in."""
        return self.service.file.document.origin(self.path) is not None

    def put(self, value: Value, comment: str = "") -> Put:
        """Put a value here."""
        return Put(self.service.file.path, self.service.file.document.index, self.path, value, comment)

    def append(self, value: Value) -> Append:
        """Append a value to the list here."""
        return Append(self.service.file.path, self.service.file.document.index, self.path, value)

    def add(self, *values: str) -> tuple[Operation, ...]:
        """Add values to the list here, which is made where it is missing."""
        if self.value is None:
            return (self.put(list(values)),) if values else ()

        return tuple(self.append(value) for value in values)

    def remove(self) -> Remove:
        """Remove what is here."""
        return Remove(self.service.file.path, self.service.file.document.index, self.path)

    def finding(
        self, message: str, fix: Fix | None = None, *, unfixable: str | None = None, cap: Level = Level.DENY
    ) -> Finding:
        """Return a finding about this place, with its fix or with the reason why there is none."""
        service = self.service
        absent = self.keys and self.keys[0] not in service.own
        span = service.span if absent else service.file.document.span(self.path)
        return Finding(
            path=service.file.path,
            place=f"services.{service.name}",
            start=span.start,
            end=span.end,
            message=message,
            fix=fix,
            unfixable=unfixable,
            environment=service.environment,
            cap=cap,
        )
