"""Waiting without sleeping blindly: poll a condition until a deadline."""

import time
from collections.abc import Callable
from typing import TypeVar

POLL_SECONDS = 0.02

Value = TypeVar("Value")


def eventually(
    condition: Callable[[], Value], timeout_seconds: float = 10.0, what: str = ""
) -> Value:
    """Return the condition's first truthy value; AssertionError with the last one otherwise."""
    deadline = time.monotonic() + timeout_seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, (
            f"{what or 'condition'} not reached in {timeout_seconds} s, last: {value!r}"
        )
        time.sleep(POLL_SECONDS)
    return value
