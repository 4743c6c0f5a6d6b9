"""The one clock of a scenario: it stands until the story sets it, for every thread alike."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Final

_STOPS: Final = 200
"""Most moments at which the clock halts between two steps because something is due."""


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


def moments_until(
    to: datetime, clock: StoryClock, next_due: Callable[[], datetime | None]
) -> Iterator[datetime]:
    """Yield the moments at which the clock halts on its way, each asked for after the one before.

    The last one is `to` itself.
    """
    for _ in range(_STOPS):
        due = next_due()
        if due is None or not clock.now() < due < to:
            break
        yield due
    yield to
