"""When to try again: exponential back-off with full jitter, so that retries spread out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Backoff:
    """Delays double from `first_seconds` up to `longest_seconds`; each is drawn from 0 to that."""

    first_seconds: float = 0.5
    longest_seconds: float = 300.0

    def delay_seconds(self, attempts: int, draw: float, at_least: float = 0.0) -> float:
        """Return the pause after `attempts` tries (≥ 1); `draw` is uniform in [0, 1).

        `at_least` is what the receiver asked for (Retry-After), honoured up to the longest.
        """
        ceiling = min(self.longest_seconds, self.first_seconds * 2.0 ** min(attempts - 1, 32))
        return max(draw * ceiling, min(at_least, self.longest_seconds))
