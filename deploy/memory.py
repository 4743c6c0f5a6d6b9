"""Garbage collection for long-lived state: what is kept for ever need not be searched each time."""

import gc
from typing import Final

_YOUNG_OBJECTS: Final = 100_000
_OLDER_ROUNDS: Final = 20


def settle_collector() -> None:
    """Exempt what is imported by now, and search for cycles rarely: rows and indexes hold none."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG_OBJECTS, _OLDER_ROUNDS, _OLDER_ROUNDS)
