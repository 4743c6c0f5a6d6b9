"""The budget of a partner's questions: who asks too often is throttled, and somebody is told.

Pure. Replies to probing look alike whatever happens here: a throttled question is answered like one
that matches nothing (catalogue row 40).
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

BUDGET_PER_HOUR: Final = 100
"""Questions of one source system in any hour; a house figure, far above a day's real requests."""
_HOUR: Final = timedelta(hours=1)


@dataclass(slots=True)
class ProbeBudget:
    """Counts the questions of each source over the last hour; times of a source never go back."""

    limit: int
    _asked: dict[str, deque[datetime]] = field(default_factory=dict)

    def spend(self, source: str, at: datetime) -> bool:
        """Count one question; return whether it is over the budget, and so to be throttled."""
        asked = self._asked.setdefault(source, deque())
        while asked and asked[0] <= at - _HOUR:
            asked.popleft()
        asked.append(at)
        return len(asked) > self.limit
