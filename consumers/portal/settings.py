"""What the portal is handed; deploy reads the environment, nothing here does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from schemas.clock import Clock


@dataclass(frozen=True, slots=True)
class PortalOffice:
    """An office that may sign in: its name as shown, and officer id → name."""

    name: str
    officers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PortalSettings:
    """Everything the portal knows beside the inbox. `offices` is keyed by `AGENCY/office`."""

    inbox_path: Path
    offices: Mapping[str, PortalOffice]
    clock: Clock
    session_secret: bytes = field(repr=False)
    poll_seconds: float = 1.0
    page_size: int = 25

    def __post_init__(self) -> None:
        if len(self.session_secret) < 16:
            raise ValueError("a session secret has at least 16 bytes")
