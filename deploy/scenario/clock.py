"""The one clock of a scenario: it stands until the story sets it, for every thread alike."""

import threading
from datetime import UTC, datetime


class StoryClock:
    """A clock that only the runner moves."""

    def __init__(self, start: datetime) -> None:
        self._lock = threading.Lock()
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """Return the time the story has come to."""
        with self._lock:
            return self._now

    def set(self, moment: datetime) -> None:
        """Go on to a moment; time does not run backwards."""
        with self._lock:
            self._now = max(self._now, moment)
