"""Who does something, without a foreign key: foundation knows no accounts (design: Inside a room)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """`kind` is `person`, `staff`, `system`, `job` or `anonymous`; `id` is that account's id or the job's name.

    `on_behalf_of` is the organisation in whose name a person acts (IDN-09). `role`, `unit` and `assurance_level` are
    what the act was done under (DOS-03, IDN-03); they go into events and audit rows as they were at the time.
    """

    kind: str
    id: str
    role: str = ""
    unit: str = ""
    system: str = "motcua"
    assurance_level: int | None = None
    on_behalf_of: str = ""

    @classmethod
    def job(cls, name: str) -> Actor:
        """The product itself, in the background job `name`."""
        return cls("job", name)


ANONYMOUS = Actor("anonymous", "")
